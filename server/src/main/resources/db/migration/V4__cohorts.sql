-- Cohorts: definitions, and snapshots of what belonged to one at a time. A snapshot holds copies, so that it says the
-- same when the FHIR server and the archive have gone on. UIDs and references sort by their bytes, whatever the locale.

create table cohort (
    key        bigint      generated always as identity primary key,
    partition  int         not null references partition,
    id         uuid        not null unique,
    name       text        not null,
    definition text        not null,
    created    timestamptz not null default now(),
    changed    timestamptz not null default now()
);

create index cohort_by_partition on cohort (partition, key);

create table cohort_snapshot (
    key        bigint      generated always as identity primary key,
    cohort     bigint      not null references cohort on delete cascade,
    number     int         not null,
    taken      timestamptz not null default now(),
    as_of      date        not null,
    definition text        not null,
    hash       text        not null,
    summary    text        not null,
    unique (cohort, number)
);

create table cohort_member (
    snapshot bigint not null references cohort_snapshot on delete cascade,
    ordinal  int    not null,
    patient  text   collate "C" not null,
    content  text   not null,
    primary key (snapshot, ordinal)
);

-- A study of a member. The digest is over the digests of its instances; null where the archive does not have it.
create table cohort_study (
    snapshot  bigint not null references cohort_snapshot on delete cascade,
    uid       text   collate "C" not null,
    patient   text   collate "C" not null,
    instances int    not null,
    bytes     bigint not null,
    sha256    bytea,
    primary key (snapshot, uid, patient)
);

create table cohort_instance (
    snapshot     bigint not null references cohort_snapshot on delete cascade,
    study_uid    text   collate "C" not null,
    series_uid   text   collate "C" not null,
    instance_uid text   collate "C" not null,
    bytes        bigint not null,
    sha256       bytea  not null,
    primary key (snapshot, study_uid, series_uid, instance_uid)
);
