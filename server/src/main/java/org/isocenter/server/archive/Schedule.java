package org.isocenter.server.archive;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;
import org.isocenter.server.access.Caller;

/// Makes the workitems that rules ask for about studies, each once: its UID is made of the rule and the
/// study, so whoever comes second finds it there.
public final class Schedule {
    /// The coding scheme of stations that rules name.
    private static final String SCHEME = "99ISOCENTER";

    private final Find find;
    private final StudyInput studies;
    private final Worklist worklist;
    private final List<WorkRule> rules;

    public Schedule(Find find, StudyInput studies, Worklist worklist, List<WorkRule> rules) {
        this.find = find;
        this.studies = studies;
        this.worklist = worklist;
        this.rules = List.copyOf(rules);
    }

    /// Makes what the rules ask for about a study and what is not there yet.
    ///
    /// @param root the address of the root of DICOMweb below which the study can be had
    /// @return how many workitems were made
    public int schedule(Caller caller, String study, String root) {
        int made = 0;
        for (WorkRule rule : rules) {
            if (!find.page(caller, rule.search(study)).matches().isEmpty()) {
                DataSet workitem = new DataSet()
                        .putString(Tag.SpecificCharacterSet, "ISO_IR 192")
                        .putString(Tag.ProcedureStepLabel, rule.label())
                        .putItems(Tag.ScheduledStationNameCodeSequence, station(rule));
                boolean there = studies.describe(caller, study, root, workitem);
                made += there
                                && worklist.create(StoreTarget.of(caller), uid(rule, study), workitem)
                                        instanceof Worklist.Done
                        ? 1
                        : 0;
            }
        }
        return made;
    }

    private static DataSet station(WorkRule rule) {
        return new DataSet()
                .putString(Tag.CodeValue, rule.station())
                .putString(Tag.CodingSchemeDesignator, SCHEME)
                .putString(Tag.CodeMeaning, rule.station());
    }

    /// A UID made of a UUID (PS3.5 annex B.2) that is made of a name.
    private static String uid(WorkRule rule, String study) {
        UUID uuid = UUID.nameUUIDFromBytes(
                (rule.label() + "\n" + rule.station() + "\n" + study).getBytes(StandardCharsets.UTF_8));
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
        return "2.25." + new BigInteger(1, bytes);
    }
}
