-- A partition may have a name for people beside the one in its address.

alter table partition add column display_name text;
