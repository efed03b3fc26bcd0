-- Whether a data partition is there, which every session may ask, whatever partition it is bound to.
create view present_partition as select key from partition where removed is null;
grant select on present_partition to isocenter_partition;
