-- The newest studies of a day are read from the index in their order, and no further than a page of them goes.
drop index study_by_date;
create index study_by_date on study (partition, study_date, key);
