package org.isocenter.server.audit;

/// What an act is to those who read audit trails of many systems: the events of PS3.15 A.5.3, by their codes
/// (PS3.16 CID 400).
public enum Event {
    AUDIT_LOG_USED("110101", "Audit Log Used"),
    INSTANCES_ACCESSED("110103", "DICOM Instances Accessed"),
    INSTANCES_TRANSFERRED("110104", "DICOM Instances Transferred"),
    STUDY_DELETED("110105", "DICOM Study Deleted"),
    EXPORT("110106", "Export"),
    IMPORT("110107", "Import"),
    PROCEDURE_RECORD("110111", "Procedure Record"),
    QUERY("110112", "Query"),
    SECURITY_ALERT("110113", "Security Alert");

    private final String code;
    private final String meaning;

    Event(String code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public String code() {
        return code;
    }

    public String meaning() {
        return meaning;
    }
}
