-- The index of the archive: what is stored, where its bytes are, and what has changed in which order.
--
-- Columns that are searched hold folded text (see Folding); what a search returns stands in `attributes`, which holds
-- the attributes of a level as ready DICOM JSON (see Attributes). Every key that is unique holds the study, so that
-- the tables can be spread over machines by study.

create extension if not exists pg_trgm;

create table partition (
    key     int         generated always as identity primary key,
    name    text        not null unique,
    created timestamptz not null default now()
);

insert into partition (name) values ('Microsoft.Default');

-- Names the state of an instance, so that a validator or a feed entry can tell one state from the next.
create sequence revision cache 1000;

create table study (
    key                      bigint      generated always as identity primary key,
    partition                int         not null references partition,
    uid                      text        not null,
    revision                 bigint      not null,
    series                   int         not null,
    instances                int         not null,
    modalities               text[]      not null,
    sop_classes              text[]      not null,
    study_date               date,
    study_time               time,
    accession_number         text,
    referring_physician_name text,
    patient_name             text,
    patient_id               text,
    issuer_of_patient_id     text,
    patient_birth_date       date,
    patient_sex              text,
    study_id                 text,
    study_description        text,
    attributes               bytea       not null,
    created                  timestamptz not null default now(),
    changed                  timestamptz not null default now(),
    unique (partition, uid)
) with (fillfactor = 70);

alter table study alter column attributes set storage main;

create index study_newest on study (partition, key);
create index study_by_date on study (partition, study_date, study_time);
create index study_by_accession_number on study (partition, accession_number);
create index study_by_patient_id on study (partition, patient_id);
create index study_by_patient_birth_date on study (partition, patient_birth_date);
create index study_by_text on study using gin (
    patient_name             gin_trgm_ops,
    referring_physician_name gin_trgm_ops,
    patient_id               gin_trgm_ops,
    accession_number         gin_trgm_ops,
    study_description        gin_trgm_ops
) with (gin_pending_list_limit = 256);

create table series (
    key                                 bigint      generated always as identity primary key,
    study                               bigint      not null references study,
    partition                           int         not null,
    uid                                 text        not null,
    revision                            bigint      not null,
    instances                           int         not null,
    modality                            text,
    series_number                       int,
    series_description                  text,
    body_part_examined                  text,
    laterality                          text,
    series_date                         date,
    series_time                         time,
    performed_procedure_step_start_date date,
    performed_procedure_step_start_time time,
    manufacturer                        text,
    manufacturer_model_name             text,
    station_name                        text,
    institution_name                    text,
    protocol_name                       text,
    scheduled_procedure_step_id         text[],
    requested_procedure_id              text[],
    request_accession_number            text[],
    attributes                          bytea       not null,
    created                             timestamptz not null default now(),
    changed                             timestamptz not null default now(),
    unique (study, uid)
) with (fillfactor = 70);

alter table series alter column attributes set storage main;

create index series_newest on series (partition, key);
create index series_by_uid on series (partition, uid);
create index series_by_modality on series (partition, modality, key);
create index series_by_performed_date on series (partition, performed_procedure_step_start_date);
create index series_by_description on series using gin (series_description gin_trgm_ops)
    with (gin_pending_list_limit = 256);
create index series_by_request on series using gin (scheduled_procedure_step_id, requested_procedure_id)
    with (gin_pending_list_limit = 256);

create table instance (
    key             bigint      generated always as identity primary key,
    study           bigint      not null references study,
    series          bigint      not null references series,
    partition       int         not null,
    uid             text        not null,
    revision        bigint      not null default nextval('revision'),
    sop_class_uid   text,
    instance_number int,
    transfer_syntax text        not null,
    content_date    date,
    content_time    time,
    blob            text        not null,
    blob_bytes      bigint      not null,
    sha256          bytea       not null,
    crc32c          bytea       not null,
    attributes      bytea       not null,
    head            bytea       not null,
    created         timestamptz not null default now(),
    unique (study, series, uid)
) with (toast_tuple_target = 256);

alter table instance alter column attributes set storage main;
alter table instance alter column crc32c set storage external;
alter table instance alter column head set storage external;

create index instance_newest on instance (partition, key);
create index instance_by_series on instance (series, key);
create index instance_by_uid on instance (partition, uid);
create unique index instance_by_blob on instance (blob);

-- Blobs that no instance refers to any more, or that none ever did; a sweep removes them when their time has come.
-- An orphan's row outlives its blob by a month, so that a writer that was held up between storing the blob and adding
-- the row still finds that it came too late.
create table retired_blob (
    blob   text        primary key,
    remove timestamptz not null,
    orphan boolean     not null,
    gone   timestamptz
);

create index retired_blob_due on retired_blob (remove) where gone is null;

-- What has happened to instances, in the order in which it became true. Rows are added while an exclusive lock is held
-- that is released by the commit, so positions are given in the order of commits: a reader that sees a position has
-- seen, or can see, every one below it.
create table feed (
    position     bigint      generated always as identity primary key,
    partition    int         not null,
    study_uid    text        not null,
    series_uid   text        not null,
    instance_uid text        not null,
    action       smallint    not null,
    revision     bigint      not null,
    occurred     timestamptz not null default clock_timestamp()
);

create index feed_by_time on feed (occurred, position);

-- Word similarity from which a fuzzy search counts a part of a name as meant.
do $$
begin
    execute format('alter database %I set pg_trgm.word_similarity_threshold = 0.5', current_database());
end
$$;
