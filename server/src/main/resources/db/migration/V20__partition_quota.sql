-- How much a partition may hold, and how much it holds. Only partitions with a quota are counted: whoever changes which
-- instances there are counts with it, in the same transaction and under the lock of the feed.

create table partition_quota (
    partition     int    primary key references partition,
    max_bytes     bigint,
    max_instances bigint,
    bytes         bigint not null,
    instances     bigint not null
) with (fillfactor = 50);
