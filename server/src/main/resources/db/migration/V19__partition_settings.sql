-- Partitions may have settings of their own, and be removed.
--
-- The feed tells the name of a partition for ever, so the row of one that was removed stays. Its name may be used again,
-- by a row with another key.

alter table partition add column removed timestamptz;
alter table partition drop constraint partition_name_key;
create unique index partition_by_name on partition (name) where removed is null;
create index partition_of_name on partition (name);

-- How long deleted instances and former versions are kept, where it is not as everywhere.
alter table partition add column keep_deleted_milliseconds  bigint;
alter table partition add column keep_versions_milliseconds bigint;

-- Nothing gets into a partition that was removed. Whoever removes one locks its row, then looks whether it is empty; whoever
-- adds something waits for that here, by the right of who owns the tables: who works for a partition may not lock its row.
create function require_partition() returns trigger language plpgsql security definer set search_path from current as $$
begin
    perform from partition where key = new.partition and removed is null for key share;
    if not found then
        raise exception 'the partition was removed' using errcode = 'IS404';
    end if;
    return new;
end
$$;

create trigger study_in_partition before insert on study
    for each row execute function require_partition();
create trigger hold_in_partition before insert on hold
    for each row execute function require_partition();
create trigger operation_in_partition before insert on operation
    for each row execute function require_partition();
create trigger workitem_in_partition before insert on workitem
    for each row execute function require_partition();
create trigger worklist_subscriber_in_partition before insert on worklist_subscriber
    for each row execute function require_partition();
create trigger commitment_in_partition before insert on commitment
    for each row execute function require_partition();
