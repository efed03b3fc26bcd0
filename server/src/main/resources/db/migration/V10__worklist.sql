-- The worklist (PS3.4 annex CC): steps to be done, who wants to hear of them, and what these have yet to be told.
--
-- A workitem is its data set as DICOM JSON; the columns beside it are what is searched by, text folded as elsewhere.
-- A code is kept as its scheme, a line feed and its value, so that both can be asked of one item.

create table workitem (
    key                       bigint      generated always as identity primary key,
    partition                 int         not null references partition,
    uid                       text        not null,
    revision                  bigint      not null default nextval('revision'),
    state                     text        not null,
    -- What whoever has claimed it knows; null until then.
    transaction_uid           text,
    attributes                bytea       not null,
    priority                  text,
    label                     text,
    worklist_label            text,
    readiness                 text,
    study_uid                 text,
    patient_name              text,
    patient_id                text,
    issuer_of_patient_id      text,
    patient_birth_date        date,
    patient_sex               text,
    admission_id              text,
    scheduled_start           timestamptz,
    expected_completion       timestamptz,
    expiration                timestamptz,
    modified                  timestamptz,
    station_name              text[]      not null,
    station_class             text[]      not null,
    station_location          text[]      not null,
    workitem_code             text[]      not null,
    performer_code            text[]      not null,
    request_accession_number  text[]      not null,
    requested_procedure_id    text[]      not null,
    requesting_service        text[]      not null,
    request_study_uid         text[]      not null,
    input_study_uid           text[]      not null,
    replaced_uid              text[]      not null,
    created                   timestamptz not null default now(),
    changed                   timestamptz not null default now(),
    unique (partition, uid)
) with (fillfactor = 70);

create index workitem_newest on workitem (partition, key);
create index workitem_by_state on workitem (partition, state, scheduled_start);
create index workitem_by_patient_id on workitem (partition, patient_id);
create index workitem_by_study on workitem (partition, study_uid);
create index workitem_by_input_study on workitem using gin (input_study_uid);
create index workitem_by_accession_number on workitem using gin (request_accession_number);

-- Application entities that are subscribed to whatever is created: to all, where there is no filter.
create table worklist_subscriber (
    partition     int         not null references partition,
    aet           text        not null,
    filter        text        not null default '',
    deletion_lock boolean     not null,
    created       timestamptz not null default now(),
    primary key (partition, aet, filter)
);

-- Application entities that are subscribed to a workitem.
create table workitem_subscription (
    workitem      bigint      not null references workitem on delete cascade,
    partition     int         not null,
    aet           text        not null,
    deletion_lock boolean     not null,
    primary key (workitem, aet)
);

create index workitem_subscription_by_aet on workitem_subscription (partition, aet);

-- Event reports that have not been sent yet, in the order of what they tell about each workitem.
create table workitem_report (
    key       bigint      generated always as identity primary key,
    partition int         not null references partition,
    aet       text        not null,
    uid       text        not null,
    report    bytea       not null,
    created   timestamptz not null default now()
);

create index workitem_report_by_aet on workitem_report (partition, aet, key);
