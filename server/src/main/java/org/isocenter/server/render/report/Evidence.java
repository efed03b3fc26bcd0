package org.isocenter.server.render.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Uids;
import org.isocenter.server.render.document.Words;
import org.jspecify.annotations.Nullable;

/// Where the instances are that a report refers to. Its items name instances only; the study and series of
/// each stand in the lists of evidence and of other documents (PS3.3 C.17.2.3).
final class Evidence {
    private static final int[] LISTS = {
        Tag.CurrentRequestedProcedureEvidenceSequence,
        Tag.PertinentOtherEvidenceSequence,
        Tag.PredecessorDocumentsSequence,
        Tag.IdenticalDocumentsSequence
    };

    private record Place(String study, String series) {}

    private final Map<String, Place> places = new HashMap<>();
    private final Report.Links links;

    Evidence(DataSet report, Report.Links links) {
        this.links = links;
        for (int list : LISTS) {
            for (DataSet study : report.items(list)) {
                for (DataSet series : study.items(Tag.ReferencedSeriesSequence)) {
                    for (DataSet instance : series.items(Tag.ReferencedSOPSequence)) {
                        add(
                                study.findString(Tag.StudyInstanceUID),
                                series.findString(Tag.SeriesInstanceUID),
                                instance.findString(Tag.ReferencedSOPInstanceUID));
                    }
                }
            }
        }
    }

    private void add(@Nullable String study, @Nullable String series, @Nullable String instance) {
        // Only what is a UID may become part of an address.
        if (study != null
                && series != null
                && instance != null
                && Uids.readable(study)
                && Uids.readable(series)
                && Uids.readable(instance)) {
            places.putIfAbsent(instance, new Place(study, series));
        }
    }

    private @Nullable String findLink(@Nullable String instance) {
        Place place = instance == null ? null : places.get(instance);
        return place == null || instance == null ? null : links.find(place.study, place.series, instance);
    }

    /// The documents of such a list.
    List<Reference> documents(DataSet report, int list) {
        List<Reference> documents = new ArrayList<>();
        for (DataSet study : report.items(list)) {
            for (DataSet series : study.items(Tag.ReferencedSeriesSequence)) {
                for (DataSet instance : series.items(Tag.ReferencedSOPSequence)) {
                    documents.add(reference(instance));
                }
            }
        }
        return documents;
    }

    /// The instance that an item of Referenced SOP Sequence (0008,1199) names.
    Reference reference(DataSet item) {
        String sopClass = Words.find(item, Tag.ReferencedSOPClassUID);
        String instance = Words.find(item, Tag.ReferencedSOPInstanceUID);
        String words = sopClass == null ? "Instance" : Words.sopClass(sopClass);
        return new Reference(instance == null ? words : words + " " + instance, findLink(instance));
    }
}
