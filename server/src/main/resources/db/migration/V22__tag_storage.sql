-- The values of tags are some hundred small values that are all different, which is not worth the time of compressing.
alter table study alter column tags set storage external;
alter table series alter column tags set storage external;
alter table instance alter column tags set storage external;
