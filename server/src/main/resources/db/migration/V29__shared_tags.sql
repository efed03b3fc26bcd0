-- Values of tags that the instances of a series have alike, kept once. An instance has the values of the row that it names
-- and its own; of no tag has it both. What stands here never changes: where instances become otherwise they name another
-- row, and one that is named no more is removed.

create table shared_tags (
    key       bigint generated always as identity primary key,
    series    bigint not null references series on delete cascade,
    partition int    not null,
    tags      jsonb  not null,
    hash      bigint not null generated always as (jsonb_hash_extended(tags, 0)) stored
);

alter table shared_tags alter column tags set storage external;
create index shared_tags_by_series on shared_tags (series);
create index shared_tags_by_tags on shared_tags using gin (tags jsonb_path_ops) with (gin_pending_list_limit = 256);

-- The row that the next instances of the series are likely to have the values of.
alter table series add column shared bigint;
alter table instance add column shared bigint;
create index instance_by_shared on instance (shared) where shared is not null;

alter table shared_tags enable row level security;
create policy own_partition on shared_tags to isocenter_partition
    using (coalesce(partition = (select bound_partition()), false));
grant select, insert, update, delete on shared_tags to isocenter_partition;

create or replace view searched_series as select * from series where partition = bound_partition();
create or replace view searched_instance as select * from instance where partition = bound_partition();
create view searched_shared_tags as select * from shared_tags where partition = bound_partition();
grant select on searched_shared_tags to isocenter_partition;
