package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Erasure;
import org.isocenter.server.index.Folding;
import org.isocenter.server.index.Level;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.Match;
import org.isocenter.server.index.MatchingKey;
import org.isocenter.server.index.Search;
import org.isocenter.server.index.Term;
import org.isocenter.server.worklist.Workitem;
import org.isocenter.server.worklist.WorkitemRows;
import org.jspecify.annotations.Nullable;

/// What belongs to a patient.
public final class Patients {
    private static final int PAGE = 500;

    /// What tells who somebody is (PS3.3 C.7.1.1), beside the Patient ID and its issuer.
    private static final int[] DEMOGRAPHICS = {
        Tag.PatientName, Tag.PatientBirthDate, Tag.PatientSex, Tag.OtherPatientIDs, Tag.OtherPatientIDsSequence
    };

    private final Database database;
    private final Find find;
    private final Survey survey;

    public Patients(Database database) {
        this.database = database;
        this.find = new Find(database);
        this.survey = new Survey(database);
    }

    /// Who somebody is.
    ///
    /// @param id the Patient ID (0010,0020)
    /// @param issuer of the Patient ID (0010,0021), or null where none is meant
    public record Patient(String id, @Nullable String issuer) {
        boolean is(DataSet dataSet) {
            return id.equals(dataSet.findString(Tag.PatientID))
                    && (issuer == null || issuer.equals(dataSet.findString(Tag.IssuerOfPatientID)));
        }
    }

    /// The UIDs of the studies of a patient, newest first. Where no issuer is meant, that of a study does not
    /// matter.
    public List<String> studies(Caller caller, Patient patient) {
        List<String> candidates = new ArrayList<>();
        long before = 0;
        while (true) {
            List<Match> page = find.page(caller, search(patient, before)).matches();
            if (page.isEmpty()) {
                break;
            }
            page.forEach(match -> candidates.add(match.studyUid()));
            before = page.getLast().key();
        }
        // Searches take small letters for capitals; a Patient ID does not.
        Set<String> studies = new LinkedHashSet<>();
        survey.read(caller, candidates, series -> {
            if (patient.is(series.oldest())) {
                studies.add(series.studyUid());
            }
        });
        return List.copyOf(studies);
    }

    /// The studies that an order to erase is about, be they deleted.
    List<String> ofErasure(Caller caller, EraseOrder order) {
        int partition = caller.partition();
        String study = order.study();
        if (study != null) {
            return database.query(partition, session -> new Erasure(session).known(partition, List.of(study)));
        }
        Patient patient = Objects.requireNonNull(order.patient());
        Set<String> studies = new LinkedHashSet<>(studies(caller, patient));
        for (Located last :
                database.query(partition, session -> new Erasure(session).deleted(partition, folded(patient)))) {
            if (isOf(last, patient)) {
                studies.add(last.identity().studyUid());
            }
        }
        return List.copyOf(studies);
    }

    /// Some of the versions that instances had while they were this patient's, by ascending age.
    List<Located> versions(Caller caller, Patient patient, int limit) {
        List<Located> versions = new ArrayList<>();
        long after = 0;
        while (versions.size() < limit) {
            long last = after;
            List<Located> page = database.query(
                    caller.partition(),
                    session -> new Erasure(session).versions(caller.partition(), folded(patient), last, limit));
            if (page.isEmpty()) {
                break;
            }
            page.stream().filter(version -> isOf(version, patient)).forEach(versions::add);
            after = page.getLast().key();
        }
        return versions;
    }

    /// The workitems about a patient.
    List<Workitem> workitems(Caller caller, Patient patient) {
        return database.query(
                caller.partition(),
                session -> new WorkitemRows(session, FoldedKeys.INSTANCE)
                        .ofPatient(caller.partition(), folded(patient)).stream()
                                .filter(workitem -> patient.is(workitem.dataSet()))
                                .toList());
    }

    private static boolean isOf(Located version, Patient patient) {
        return patient.is(Head.decode(version.head()).dataSet());
    }

    private static String folded(Patient patient) {
        return Folding.fold(patient.id());
    }

    private static Search search(Patient patient, long before) {
        List<Term> terms = List.of(Term.texts(MatchingKey.PATIENT_ID, List.of(patient.id())));
        return new Search(Level.STUDY, terms, null, new Search.Fields(false, Set.of()), PAGE, 0, before);
    }

    /// What makes a study one of this patient: the Patient ID and its issuer, and whatever else the newest
    /// study of the patient tells.
    public DataSet identity(Caller caller, Patient patient) {
        DataSet identity = new DataSet();
        List<String> studies = studies(caller, patient);
        if (!studies.isEmpty()) {
            survey.read(caller, List.of(studies.getFirst()), series -> {
                if (identity.isEmpty() && patient.is(series.oldest())) {
                    DataSet text = series.oldest().in(Edit.UNICODE);
                    DataSet known = text == null ? series.oldest() : text;
                    copy(known, identity, Tag.SpecificCharacterSet);
                    for (int tag : DEMOGRAPHICS) {
                        copy(known, identity, tag);
                    }
                    copy(known, identity, Tag.IssuerOfPatientID);
                }
            });
        }
        if (identity.isEmpty()) {
            identity.putString(Tag.SpecificCharacterSet, "ISO_IR 192");
        }
        identity.putString(Tag.PatientID, patient.id());
        if (patient.issuer() != null) {
            identity.putString(Tag.IssuerOfPatientID, patient.issuer());
        }
        return identity;
    }

    private static void copy(DataSet from, DataSet to, int tag) {
        Element element = from.find(tag);
        if (element != null) {
            to.put(element);
        }
    }
}
