-- A second wall between data partitions. Statements name the partition they are about; should one forget to, a session
-- that works for somebody sees and changes the rows of that somebody's partition all the same, and no others.
--
-- Such a session has the role isocenter_partition and the key of its partition in isocenter.partition. The server itself,
-- whose work is for all partitions, has the role that owns the tables, which row security does not bind.

do $$
begin
    if not exists (select from pg_roles where rolname = 'isocenter_partition') then
        create role isocenter_partition nologin;
    end if;
    if not pg_has_role(current_user, 'isocenter_partition', 'member') then
        execute format('grant isocenter_partition to %I', current_user);
    end if;
exception
    when insufficient_privilege then
        raise exception 'the database lacks a role' using hint = format(
            'have a superuser run: create role isocenter_partition nologin; grant isocenter_partition to %I', current_user);
end
$$;

-- The key of the partition that the session is bound to; null where it is bound to none, which makes nothing visible.
create function bound_partition() returns int
    language sql stable parallel safe
return nullif(current_setting('isocenter.partition', true), '')::int;

-- Rows that say whose they are. The policy is made so that the database does not take it for a condition that leaves
-- few rows: the statements' own does that already.
do $$
declare
    enclosed text;
begin
    foreach enclosed in array array['study', 'series', 'instance', 'feed', 'version', 'hold', 'study_stable',
        'unsettled_study', 'follower_failure', 'follower_request', 'operation', 'operation_study', 'commitment', 'cohort',
        'workitem', 'worklist_subscriber', 'workitem_subscription', 'workitem_report',
        'partition_quota'] loop
        execute format('alter table %I enable row level security', enclosed);
        execute format($policy$create policy own_partition on %I to isocenter_partition
            using (coalesce(partition = (select bound_partition()), false))$policy$, enclosed);
        execute format('grant select, insert, update, delete on %I to isocenter_partition', enclosed);
    end loop;
end
$$;

-- What has happened stays as it was told.
revoke update, delete on feed from isocenter_partition;

-- Rows that belong to one of those: whoever sees the one sees the other.
do $$
declare
    enclosed text[];
begin
    foreach enclosed slice 1 in array array[
        ['kept_form', 'instance', 'instance'], ['received_form', 'instance', 'instance'],
        ['query_tag_error', 'instance', 'instance'],
        ['cohort_snapshot', 'cohort', 'cohort'], ['cohort_member', 'snapshot', 'cohort_snapshot'],
        ['cohort_study', 'snapshot', 'cohort_snapshot'], ['cohort_instance', 'snapshot', 'cohort_snapshot'],
        ['operation_error', 'operation', 'operation'], ['erased', 'operation', 'operation'],
        ['commitment_reference', 'commitment', 'commitment']] loop
        execute format('alter table %I enable row level security', enclosed[1]);
        execute format($policy$create policy own_partition on %1$I to isocenter_partition
            using (exists (select from %3$I owner where owner.key = %1$I.%2$I))$policy$,
            enclosed[1], enclosed[2], enclosed[3]);
        execute format('grant select, insert, update, delete on %I to isocenter_partition', enclosed[1]);
    end loop;
end
$$;

alter table partition enable row level security;
create policy own_partition on partition for select to isocenter_partition using (key = (select bound_partition()));
grant select on partition to isocenter_partition;

-- What belongs to no partition, as far as work for one needs it. Bytes can be given up, and not be looked for.
grant select on query_tag, query_tag_set to isocenter_partition;
grant insert on retired_blob to isocenter_partition;
grant usage on sequence revision to isocenter_partition;

-- What searches look through. Row security has its own condition tested before any that might tell of rows it hides, which
-- leaves a search without the indexes of text, lists and tags. These views hold the wall in another way: their rows are
-- those of the session's partition, whatever is asked of them.
create view searched_study as select * from study where partition = bound_partition();
create view searched_series as select * from series where partition = bound_partition();
create view searched_instance as select * from instance where partition = bound_partition();
create view searched_workitem as select * from workitem where partition = bound_partition();
grant select on searched_study, searched_series, searched_instance, searched_workitem to isocenter_partition;
