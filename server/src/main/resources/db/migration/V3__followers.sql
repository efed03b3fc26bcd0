-- Who follows the feed and does something about every study that changes, and what became of it.

create table follower (
    name     text        primary key,
    -- Everything up to here has had its effect, or stands in follower_failure.
    position bigint      not null default 0,
    -- The process that works for the follower, and until when it may.
    holder   text,
    until    timestamptz,
    -- Studies that were brought up to date, in all and per second of late.
    done     bigint      not null default 0,
    rate     float8      not null default 0,
    -- Why nothing goes on at present, or null.
    problem  text,
    seen     timestamptz not null default now()
);

-- Studies that were given up. A study that changes again, or is asked for, is tried again.
create table follower_failure (
    id           bigint      generated always as identity primary key,
    follower     text        not null,
    partition    int         not null references partition,
    study_uid    text        not null,
    first_failed timestamptz not null default now(),
    last_failed  timestamptz not null default now(),
    attempts     int         not null,
    status       int         not null,
    reason       text        not null,
    detail       text,
    unique (follower, partition, study_uid)
);

-- Studies that somebody asked to have done again.
create table follower_request (
    follower  text        not null,
    partition int         not null references partition,
    study_uid text        not null,
    requested timestamptz not null default now(),
    primary key (follower, partition, study_uid)
);
