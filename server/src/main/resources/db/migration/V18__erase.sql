-- Erasing: what was removed by which operation, and to whom bytes belong that no row refers to any more.

create table erased (
    operation bigint not null references operation on delete cascade,
    -- Of what, such as instances.
    kind      text   not null,
    removed   bigint not null,
    primary key (operation, kind)
);

-- The study of an instance that has other bytes now; null where nobody needs to know.
alter table retired_blob add column partition int;
alter table retired_blob add column study_uid text;

create index retired_blob_by_study on retired_blob (partition, study_uid) where study_uid is not null;
