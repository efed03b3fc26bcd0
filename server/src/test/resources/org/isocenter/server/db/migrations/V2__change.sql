ALTER TABLE migrated ADD COLUMN more integer;
