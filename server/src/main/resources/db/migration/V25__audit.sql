-- The audit trail: who did what, when, from where, and what became of it. Rows are added and never changed; the oldest go
-- when they have been kept long enough, and only as a whole beginning of the trail.

create table audit (
    -- Without gaps, from 1.
    number         bigint      primary key,
    occurred       timestamptz not null,
    -- Whether the act was about to begin, was about to be answered, or came to an end afterwards.
    phase          text        not null check (phase in ('began', 'answered', 'ended')),
    -- What an act's records have in common.
    exchange       uuid        not null,
    act            text        not null,
    -- The name of a data partition, which may be gone by now.
    partition_name text,
    -- Whom the token was about, and to which client it was issued.
    subject        text,
    client         text,
    address        text        not null,
    method         text        not null,
    -- Values by which somebody searched are hashed with the key of audit_key.
    uri            text        not null,
    status         int,
    studies        text[]      not null,
    -- JSON.
    details        text        not null,
    -- SHA-256 of the digest of the record before and of all of this one.
    digest         bytea       not null
);

create index audit_by_subject on audit (subject, number);
create index audit_by_study on audit using gin (studies);
create index audit_by_time on audit using brin (occurred);

-- The end of the trail, whose row is locked by whoever adds to it; and what stood before its beginning.
create table audit_end (
    number        bigint not null,
    digest        bytea  not null,
    before        bigint not null default 0,
    before_digest bytea  not null
);
insert into audit_end (number, digest, before_digest)
values (0, decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'));

create table audit_key (key bytea not null);
insert into audit_key (key)
values (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

-- Against slips; against intent there are the digests.
create function audit_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_setting('isocenter.audit', true) = 'forget' then
        return old;
    end if;
    raise exception 'records of the audit trail are neither changed nor removed';
end
$$;

create trigger audit_stays before update or delete on audit for each row execute function audit_stays();
create trigger audit_stays_whole before truncate on audit for each statement execute function audit_stays();

alter table audit enable row level security;
create policy own_partition on audit for select to isocenter_partition
    using (coalesce(partition_name = (select name from partition where key = bound_partition()), false));
grant select on audit to isocenter_partition;
