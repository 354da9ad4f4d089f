-- Live journeys: one journey a key, or a key and period, kept current by triggers.

CREATE FUNCTION keep_journeys() RETURNS trigger
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION keep_journeys() IS
    'what the triggers of maintain_journeys() call; reads and writes as the owner of the tables, in a security-restricted operation';

CREATE FUNCTION maintain_journeys(source regclass, target name, key text[], touchpoint text, occurred_at text, score text DEFAULT NULL, expected text DEFAULT NULL, cost text DEFAULT NULL, duration text DEFAULT NULL, value text DEFAULT NULL, initiator text DEFAULT NULL, id text DEFAULT NULL, properties text DEFAULT NULL, period text DEFAULT NULL)
RETURNS regclass
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION maintain_journeys(source regclass, target name, key text[], touchpoint text, occurred_at text, score text, expected text, cost text, duration text, value text, initiator text, id text, properties text, period text) IS
    'make table target (key columns, journey) in the schema of source and keep it equal to journey_agg by key, by statement-level triggers on source and its present partitions, with the rights of their owner, who must call it; key holds names of columns, the other texts are SQL expressions over the columns of a row; with period hour, day, week, month, quarter or year one journey a key and period of UTC that occurred_at lies in, its beginning in column period_start, and a view target_whole (key columns, journey: their rollup), read with the rights of who reads it; a second call adds what is missing; 22023 for NULL and an unknown period, 42601 for what is no expression, 42P17 for one that depends on when or by whom it is asked for, 0A000 for one with a subquery, an aggregate, a window or set-returning function, a system column, a whole row or a virtual generated column, for one that compares by an operator of another schema in CASE x WHEN, NULLIF or IS DISTINCT FROM, and for a table that Citus distributes, 42622 for a target whose view has too long a name, 42703 for an unknown column, 42P07 for another table or view of that name, 42501 for one of another owner, 55006 for journeys kept in another way';

CREATE FUNCTION rebuild_journeys(target regclass) RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION rebuild_journeys(target regclass) IS
    'make all journeys of a kept table anew, with writers of the source locked out; number of rows in it then; for its owner; 22023 for rows that conflict on an id; 42704 for a table that is not kept';

CREATE FUNCTION verify_journeys(target regclass) RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION verify_journeys(target regclass) IS
    'number of keys, or of keys and periods, whose stored journey is other than a rebuild would make it, missing ones included, 0 when all is well; rows that conflict on an id make theirs wrong, in one period or in two; locks nobody out; for whoever may read both tables; 42704 for a table that is not kept';

CREATE FUNCTION stop_maintaining_journeys(target regclass) RETURNS void
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION stop_maintaining_journeys(target regclass) IS
    'drop the triggers that keep the table; the table, and its view, stay as they are; for its owner; 42704 for a table that is not kept';
