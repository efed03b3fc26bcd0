-- Operations: work that takes longer than a request, done in steps. Where it stands is kept here after each step, so
-- that any process may go on with it.

create table operation (
    key          bigint      generated always as identity primary key,
    id           uuid        not null unique,
    partition    int         not null references partition,
    -- What is to be done, and about what, in the words of the job of this kind.
    kind         text        not null,
    input        text        not null,
    -- Paths of the resources that it is about.
    resources    text[]      not null,
    state        text        not null default 'not_started'
        check (state in ('not_started', 'running', 'succeeded', 'failed', 'canceled')),
    created      timestamptz not null default now(),
    started      timestamptz,
    updated      timestamptz not null default now(),
    ended        timestamptz,
    -- How much of it is done, in units of the job; total is 0 while nobody knows.
    done         bigint      not null default 0,
    total        bigint      not null default 0,
    -- Rows in operation_error.
    errors       bigint      not null default 0,
    -- From where the next step goes on; null at the beginning.
    checkpoint   text,
    result       text,
    -- Why it failed, or waits for another attempt.
    problem      text,
    -- How often it was taken up since it last came forward.
    attempts     int         not null default 0,
    next_attempt timestamptz not null default now(),
    canceling    boolean     not null default false,
    -- Who works on it, and until when nobody else may. Each taking has a lease of its own: who comes back late has
    -- one that is no longer here, and can write nothing.
    lease        uuid,
    lease_until  timestamptz
);

create index operation_newest on operation (partition, key);
create index operation_open on operation (next_attempt, key) where ended is null;
create index operation_ended on operation (ended) where ended is not null;

-- What could not be done within an operation, one thing a row, in JSON.
create table operation_error (
    operation bigint not null references operation on delete cascade,
    number    bigint not null,
    content   text   not null,
    primary key (operation, number)
);

-- The studies that an operation changes, until it ends. Of two operations with a study in common the later waits.
create table operation_study (
    partition int    not null,
    study_uid text   not null,
    operation bigint not null references operation on delete cascade,
    primary key (partition, study_uid, operation)
);

create index operation_study_by_operation on operation_study (operation);
