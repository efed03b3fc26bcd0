-- Two lines and a letter beyond ASCII, so that the checksum is put to the test.
CREATE TABLE migrated (name text);
INSERT INTO migrated VALUES ('Ünal');
