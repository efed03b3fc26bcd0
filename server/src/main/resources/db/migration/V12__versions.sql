-- What instances were before an update or another store took their place, and those that were deleted. Their bytes stay
-- as long as their rows do. A version may have the same blob as a later one, or as the instance, after a revert.

-- Of two states of a study the later has the higher revision.
alter sequence revision cache 1;

create table version (
    key                      bigint      generated always as identity primary key,
    partition                int         not null references partition,
    study_uid                text        not null,
    series_uid               text        not null,
    instance_uid             text        not null,
    -- Of the study at that time, as it is searched.
    patient_id               text,
    sop_class_uid            text,
    transfer_syntax          text        not null,
    revision                 bigint      not null,
    received                 timestamptz not null,
    blob                     text        not null,
    blob_bytes               bigint      not null,
    sha256                   bytea       not null,
    crc32c                   bytea       not null,
    head                     bytea       not null,
    -- As in received_form; null where there was none.
    received_transfer_syntax text,
    received_bytes           bigint,
    received_sha256          bytea,
    beginning                bytea,
    ending                   bytea,
    -- The revision with which it was this no more, when that was, and why.
    until                    bigint      not null,
    ended                    timestamptz not null default now(),
    deleted                  boolean     not null,
    -- The revision as which it came back after it was deleted.
    restored                 bigint,
    reason                   text,
    operation                uuid
);

alter table version alter column crc32c set storage external;
alter table version alter column head set storage external;
alter table version alter column beginning set storage external;
alter table version alter column ending set storage external;

create index version_by_uids on version (partition, study_uid, series_uid, instance_uid, until);
create index version_by_blob on version (blob);
create index version_by_end on version (ended, key);
create index version_by_patient on version (partition, patient_id) where patient_id is not null;
create index version_deleted on version (partition, ended) where deleted and restored is null;

-- Nothing of these studies may be deleted, by anybody, nor former versions of them be forgotten.
create table hold (
    partition int         not null references partition,
    study_uid text        not null,
    name      text        not null,
    reason    text        not null,
    placed    timestamptz not null default now(),
    primary key (partition, study_uid, name)
);
