-- Storage commitment (PS3.18 section 13): what somebody asked to be kept, and what came of it.

create table commitment (
    key             bigint      generated always as identity primary key,
    partition       int         not null references partition,
    transaction_uid text        not null,
    -- That looks at what is referred to; null where that was done at once.
    operation       uuid,
    requested       timestamptz not null default now(),
    unique (partition, transaction_uid)
);

create index commitment_by_age on commitment (requested);

create table commitment_reference (
    commitment    bigint not null references commitment on delete cascade,
    number        bigint not null,
    -- Where the request names an instance within its study.
    study_uid     text,
    series_uid    text,
    sop_class_uid text   not null,
    instance_uid  text   not null,
    -- The failure reason, 0 where it is kept, null while nobody has looked.
    reason        int,
    primary key (commitment, number)
);
