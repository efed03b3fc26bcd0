-- Which class the blobs of a partition are written to, where it is not `standard`.
alter table partition add column storage_class text;

-- The storage classes that were ever used beside `standard`. The mark ends the name of the folder in which the blobs of the
-- class are: a folder that is not mounted does not have it, and is not mistaken for one with nothing in it.
create table storage_class (
    name text primary key,
    mark text not null
);
