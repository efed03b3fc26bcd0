package org.isocenter.server.research;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Find;
import org.isocenter.server.http.Refusal;
import org.isocenter.server.index.Attributes.Attribute;
import org.isocenter.server.index.IndexSearcher.Page;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.Match;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.TagTerm;
import org.isocenter.server.index.Term;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// What the archive knows of studies.
final class Imaging {
    private static final int BATCH = 500;
    private static final int PAGE = 1000;
    private static final int STUDIES_MAX = 200_000;
    private static final Search.Fields FIELDS =
            new Search.Fields(false, Set.of(Tag.IssuerOfPatientID, Tag.StudyDescription, Tag.StudyDate));
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Caller caller;
    private final Find find;

    Imaging(Caller caller, Find find) {
        this.caller = caller;
        this.find = find;
    }

    /// A study in the archive.
    record Archived(
            String uid,
            String patientId,
            String issuer,
            String accession,
            @Nullable Days date,
            Set<String> modalities,
            String description,
            int series,
            int instances) {}

    /// The studies with these UIDs, by UID.
    Map<String, Archived> studies(Collection<String> uids) {
        return among(Level.STUDY, List.of(), List.of(), MatchingKey.STUDY_INSTANCE_UID, uids, Archived::uid);
    }

    /// The studies of these Patient IDs.
    Map<String, Archived> ofPatients(Collection<String> patientIds) {
        return among(Level.STUDY, List.of(), List.of(), MatchingKey.PATIENT_ID, patientIds, Archived::patientId);
    }

    /// The studies with these accession numbers.
    Map<String, Archived> ofAccessions(Collection<String> accessions) {
        return among(Level.STUDY, List.of(), List.of(), MatchingKey.ACCESSION_NUMBER, accessions, Archived::accession);
    }

    /// The studies among these that meet a criterion.
    Map<String, Archived> meeting(Criterion.Imaging criterion, Collection<String> uids) {
        return among(
                criterion.level(),
                criterion.terms(),
                criterion.tagTerms(),
                MatchingKey.STUDY_INSTANCE_UID,
                uids,
                Archived::uid);
    }

    /// All studies that meet a criterion.
    Map<String, Archived> meeting(Criterion.Imaging criterion) {
        Map<String, Archived> found = new LinkedHashMap<>();
        pages(criterion.level(), criterion.terms(), criterion.tagTerms(), found);
        return found;
    }

    private interface Property {
        String of(Archived study);
    }

    private Map<String, Archived> among(
            Level level,
            List<Term> terms,
            List<TagTerm> tagTerms,
            MatchingKey key,
            Collection<String> values,
            Property property) {
        Map<String, Archived> found = new LinkedHashMap<>();
        List<String> all = new ArrayList<>(new LinkedHashSet<>(values));
        // A key that the criterion has itself cannot be there twice; then the others are left out below.
        boolean own = terms.stream().anyMatch(term -> term.key() == key);
        for (int from = 0; from < all.size(); from += BATCH) {
            List<Term> narrowed = new ArrayList<>(terms);
            if (!own) {
                List<String> batch = all.subList(from, Math.min(all.size(), from + BATCH));
                narrowed.add(key.kind() == MatchingKey.Kind.UID ? Term.uids(key, batch) : Term.texts(key, batch));
            }
            pages(level, narrowed, tagTerms, found);
            if (own) {
                break;
            }
        }
        // The index folds text, so it finds more than what is equal.
        Set<String> asked = Set.copyOf(all);
        found.values().removeIf(study -> !asked.contains(property.of(study)));
        return found;
    }

    private void pages(Level level, List<Term> terms, List<TagTerm> tagTerms, Map<String, Archived> found) {
        boolean more = true;
        for (int offset = 0; more; offset += PAGE) {
            if (Thread.currentThread().isInterrupted()) {
                throw new Clinic.Cancelled();
            }
            if (offset > STUDIES_MAX) {
                throw new Refusal(
                        422,
                        "cohort-too-large",
                        "more than " + STUDIES_MAX + " studies or series would have to be read; narrow the keys");
            }
            Page page = find.page(caller, new Search(level, terms, tagTerms, null, FIELDS, PAGE, offset, 0));
            for (Match match : page.matches()) {
                found.putIfAbsent(match.studyUid(), archived(match));
            }
            more = page.more();
        }
    }

    private static Archived archived(Match match) {
        Map<Integer, JsonNode> values = new LinkedHashMap<>();
        for (Attribute attribute : match.attributes()) {
            values.put(
                    attribute.tag(),
                    MAPPER.readTree(attribute.array(), attribute.offset(), attribute.length())
                            .path("Value"));
        }
        Set<String> modalities = new TreeSet<>();
        node(values, Tag.ModalitiesInStudy).forEach(modality -> modalities.add(modality.asString("")));
        return new Archived(
                match.studyUid(),
                text(values, Tag.PatientID),
                text(values, Tag.IssuerOfPatientID),
                text(values, Tag.AccessionNumber),
                date(text(values, Tag.StudyDate)),
                modalities,
                text(values, Tag.StudyDescription),
                node(values, Tag.NumberOfStudyRelatedSeries).path(0).asInt(0),
                node(values, Tag.NumberOfStudyRelatedInstances).path(0).asInt(0));
    }

    private static JsonNode node(Map<Integer, JsonNode> values, int tag) {
        JsonNode node = values.get(tag);
        return node == null ? MissingNode.getInstance() : node;
    }

    private static String text(Map<Integer, JsonNode> values, int tag) {
        return node(values, tag).path(0).asString("").strip();
    }

    private static @Nullable Days date(String text) {
        try {
            return text.isEmpty() ? null : Days.of(LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE));
        } catch (DateTimeException none) {
            return null;
        }
    }
}
