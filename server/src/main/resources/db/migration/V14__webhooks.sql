-- Those who are called when something happens, and how far each has been told.

create table webhook (
    key          bigint      generated always as identity primary key,
    name         text        not null unique,
    url          text        not null,
    -- What requests are signed with.
    secret       bytea       not null,
    -- Which events are meant: the name of a partition, or null; any of the others, or all where there are none.
    partition    text,
    modalities   text[]      not null,
    actions      text[]      not null,
    -- Events of a request at most.
    batch        int         not null,
    state        text        not null default 'active' check (state in ('active', 'paused', 'disabled')),
    -- Everything up to here was taken, or stands in webhook_event.
    position     bigint      not null,
    -- Another whenever somebody asks for something: who works on what was before can write nothing.
    revision     bigint      not null default 1,
    -- The process that works for it, and until when it may.
    holder       uuid,
    until        timestamptz,
    -- Rests that were made one after the other since nothing was taken, and until when this one lasts.
    rests        int         not null default 0,
    next_attempt timestamptz not null default now(),
    -- What the last request failed with, or null.
    problem      text,
    delivered    bigint      not null default 0,
    last_success timestamptz,
    created      timestamptz not null default now(),
    changed      timestamptz not null default now()
) with (fillfactor = 50);

-- Events that were not taken, those behind them that are of the same study, and, where dead, those that were given up.
create table webhook_event (
    webhook      bigint      not null references webhook on delete cascade,
    position     bigint      not null,
    partition    text        not null,
    study_uid    text        not null,
    attempts     int         not null default 0,
    first_failed timestamptz,
    last_failed  timestamptz,
    next_attempt timestamptz not null default clock_timestamp(),
    status       int         not null default 0,
    problem      text,
    dead         boolean     not null default false,
    primary key (webhook, position)
);

create index webhook_event_dead on webhook_event (webhook, position) where dead;
