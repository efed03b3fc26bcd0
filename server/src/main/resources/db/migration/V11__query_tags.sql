-- Attributes that somebody asked to search by, and what instances have in them.

create table query_tag (
    key       int         generated always as identity primary key,
    -- Tags in hexadecimal digits from the data set down into the items of sequences, joined by dots.
    path      text        not null unique,
    -- Who defines the private tags in the path; empty where there are none.
    creator   text        not null,
    vr        text        not null,
    level     text        not null check (level in ('patient', 'study', 'series', 'instance')),
    -- What was stored before has been looked through.
    ready     boolean     not null default false,
    enabled   boolean     not null default true,
    -- The operation that looks through it, or did last.
    operation uuid,
    created   timestamptz not null default now()
);

-- Counts the changes of the set of tags. Whoever stores compares it under the lock of the feed with the one that it
-- looked for values by, so that nothing is stored without the values of a new tag.
create table query_tag_set (
    version bigint not null
);

insert into query_tag_set values (1);

-- The values of the tags of a row's level (see TagValues), by keys that are never used again.
alter table study add column tags jsonb;
alter table series add column tags jsonb;
alter table instance add column tags jsonb;

-- What is written is gathered in a list that searches read as a whole, and merged when the list has so many KiB.
create index study_by_tags on study using gin (tags jsonb_path_ops)
    with (gin_pending_list_limit = 256) where tags is not null;
create index series_by_tags on series using gin (tags jsonb_path_ops)
    with (gin_pending_list_limit = 256) where tags is not null;
create index instance_by_tags on instance using gin (tags jsonb_path_ops)
    with (gin_pending_list_limit = 1024) where tags is not null;

-- Values that cannot be searched by, since they break the rules of their representation.
create table query_tag_error (
    tag      int         not null,
    instance bigint      not null references instance on delete cascade,
    message  text        not null,
    created  timestamptz not null default now(),
    primary key (tag, instance)
);

create index query_tag_error_by_instance on query_tag_error (instance);
