package org.isocenter.server.audit;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What somebody did. Where the compatible API has the act as well, it has this name there.
public enum Act {
    QUERY(Event.QUERY),
    RETRIEVE(Event.INSTANCES_TRANSFERRED),
    RETRIEVE_METADATA(Event.INSTANCES_ACCESSED),
    RETRIEVE_RENDERED(Event.INSTANCES_ACCESSED),
    STORE(Event.INSTANCES_TRANSFERRED),
    UPDATE_STUDY(Event.INSTANCES_ACCESSED),
    /// Study and patient change places: a merge, a move, a return to what was.
    REARRANGE_STUDY(Event.INSTANCES_ACCESSED),
    DELETE(Event.STUDY_DELETED),
    ERASE(Event.STUDY_DELETED),
    EXPORT(Event.EXPORT),
    IMPORT(Event.IMPORT),
    /// Asks that the server vouches for instances, or reads whether it does (storage commitment).
    COMMITMENT(Event.INSTANCES_ACCESSED),
    CHANGE_FEED(Event.QUERY),
    /// Reads what is cast to FHIR.
    FHIR(Event.QUERY),
    COHORT(Event.QUERY),
    ADD_WORKITEM(Event.PROCEDURE_RECORD),
    CANCEL_WORKITEM(Event.PROCEDURE_RECORD),
    CHANGE_STATE_WORKITEM(Event.PROCEDURE_RECORD),
    QUERY_WORKITEM(Event.QUERY),
    RETRIEVE_WORKITEM(Event.PROCEDURE_RECORD),
    UPDATE_WORKITEM(Event.PROCEDURE_RECORD),
    SUBSCRIBE_WORKITEM(Event.PROCEDURE_RECORD),
    ADD_EXTENDED_QUERY_TAG(Event.SECURITY_ALERT),
    REMOVE_EXTENDED_QUERY_TAG(Event.SECURITY_ALERT),
    GET_ALL_EXTENDED_QUERY_TAGS(Event.QUERY),
    GET_EXTENDED_QUERY_TAG(Event.QUERY),
    GET_EXTENDED_QUERY_TAG_ERRORS(Event.QUERY),
    UPDATE_EXTENDED_QUERY_TAG(Event.SECURITY_ALERT),
    OPERATION(Event.QUERY),
    CANCEL_OPERATION(Event.SECURITY_ALERT),
    /// The server has done what it was asked for, or has not.
    END_OPERATION(Event.INSTANCES_ACCESSED),
    PARTITION(Event.QUERY),
    CHANGE_PARTITION(Event.SECURITY_ALERT),
    HOLD(Event.QUERY),
    CHANGE_HOLD(Event.SECURITY_ALERT),
    WEBHOOK(Event.QUERY),
    CHANGE_WEBHOOK(Event.SECURITY_ALERT),
    CAST(Event.QUERY),
    CHANGE_CAST(Event.SECURITY_ALERT),
    AUDIT(Event.AUDIT_LOG_USED);

    private final Event event;

    Act(Event event) {
        this.event = event;
    }

    /// What it is called in records, such as `retrieve-metadata`.
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public Event event() {
        return event;
    }

    /// The act that is called this, or null.
    public static @Nullable Act find(String text) {
        for (Act act : values()) {
            if (act.text().equals(text)) {
                return act;
            }
        }
        return null;
    }
}
