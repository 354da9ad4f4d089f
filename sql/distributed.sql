SET search_path = public, tp;
SET timezone = 'UTC';
-- Journeys of a table that Citus has distributed are not kept: no trigger works there. Its catalog is made up here, as
-- a superuser alone can do.
CREATE TABLE met (customer bigint, t touchpoint, at timestamptz);
CREATE TABLE met_here (customer bigint, t touchpoint, at timestamptz);
BEGIN;
SET LOCAL allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass);
INSERT INTO pg_catalog.pg_dist_partition VALUES ('met');
SELECT fails('SELECT maintain_journeys(''met'', ''kept'', ''{customer}'', ''t'', ''at'')');
SELECT maintain_journeys('met_here', 'kept', '{customer}', 't', 'at');
-- nor kept in one
SELECT stop_maintaining_journeys('kept');
INSERT INTO pg_catalog.pg_dist_partition VALUES ('kept');
SELECT fails('SELECT maintain_journeys(''met_here'', ''kept'', ''{customer}'', ''t'', ''at'')');
ROLLBACK;
-- what is called so elsewhere, or looks otherwise, says nothing
CREATE TABLE pg_dist_partition (logicalrelid regclass);
INSERT INTO pg_dist_partition VALUES ('met');
SELECT maintain_journeys('met', 'kept', '{customer}', 't', 'at');
SELECT stop_maintaining_journeys('kept');
BEGIN;
SET LOCAL allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid text);
INSERT INTO pg_catalog.pg_dist_partition VALUES ('met');
SELECT maintain_journeys('met', 'kept', '{customer}', 't', 'at');
ROLLBACK;
DROP TABLE pg_dist_partition, kept, met, met_here;
