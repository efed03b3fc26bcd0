-- Query tags may be of one data partition, beside those that are of all of them.

alter table query_tag add column partition int references partition;
alter table query_tag drop constraint query_tag_path_key;
-- Whoever adds one sees to it, under the lock of the feed, that no path is of all and of a partition as well.
create unique index query_tag_by_path on query_tag (partition, path) nulls not distinct;

create trigger query_tag_in_partition before insert on query_tag
    for each row when (new.partition is not null) execute function require_partition();

-- Whose instance it is, so that what is wrong is counted and shown partition by partition.
alter table query_tag_error add column partition int;
update query_tag_error set partition = instance.partition from instance where instance.key = query_tag_error.instance;
alter table query_tag_error alter column partition set not null;
create index query_tag_error_by_partition on query_tag_error (tag, partition, instance);

-- Who works in a partition searches by its tags and by those of all, and changes none but its own.
alter table query_tag enable row level security;
create policy seen_partition on query_tag for select to isocenter_partition
    using (partition is null or coalesce(partition = (select bound_partition()), false));
create policy own_partition on query_tag to isocenter_partition
    using (coalesce(partition = (select bound_partition()), false));
grant insert, update, delete on query_tag to isocenter_partition;
grant update on query_tag_set to isocenter_partition;

drop policy own_partition on query_tag_error;
create policy own_partition on query_tag_error to isocenter_partition
    using (coalesce(partition = (select bound_partition()), false));
