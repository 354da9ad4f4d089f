-- Asking a journey, and cutting journeys out of it.

-- include parts/getter.sql NAME="contacts_support" TYPE="internal" RESULT="internal" SYMBOL="journey_contacts_support" IS="planner support for contacts()"

CREATE FUNCTION contacts(journey) RETURNS TABLE("position" integer, touchpoint touchpoint, channel text, label text, stage text, occurred_at timestamptz, score float8, expected float8, gap float8, cost float8, duration interval, value float8, initiator text, id bigint, properties jsonb)
AS 'MODULE_PATHNAME', 'journey_contacts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 10 SUPPORT contacts_support;
COMMENT ON FUNCTION contacts(journey) IS
    'its contacts as rows in order, position from 1; 22003 where a gap overflows';

-- include parts/getter.sql NAME="contact_count" TYPE="journey" RESULT="integer" SYMBOL="journey_contact_count" IS="number of contacts"

-- include parts/getter.sql NAME="first_at" TYPE="journey" RESULT="timestamptz" SYMBOL="journey_first_at" IS="time of the first contact; NULL for the empty journey"

-- include parts/getter.sql NAME="last_at" TYPE="journey" RESULT="timestamptz" SYMBOL="journey_last_at" IS="time of the last contact; NULL for the empty journey"

-- include parts/getter.sql NAME="span" TYPE="journey" RESULT="tstzrange" SYMBOL="journey_span" IS="[first_at, last_at]; empty for the empty journey"

-- include parts/getter.sql NAME="total_cost" TYPE="journey" RESULT="float8" SYMBOL="journey_total_cost" IS="sum of known costs; NULL where none is known; 22003 on overflow"

-- include parts/getter.sql NAME="total_value" TYPE="journey" RESULT="float8" SYMBOL="journey_total_value" IS="sum of known values; NULL where none is known; 22003 on overflow"

-- include parts/function.sql NAME="throughput_time" ARGS="journey" RESULT="interval" SYMBOL="journey_throughput_time" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 5" TYPES="journey" IS="from the first start to the last end, in days of 24 hours; an unknown duration is 0; NULL for the empty journey"

-- include parts/function.sql NAME="processing_time" ARGS="journey" RESULT="interval" SYMBOL="journey_processing_time" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 5" TYPES="journey" IS="sum of known durations; NULL where none is known"

-- include parts/function.sql NAME="idle_time" ARGS="journey" RESULT="interval" SYMBOL="journey_idle_time" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 5" TYPES="journey" IS="throughput time less the union of busy intervals; NULL for the empty journey"

-- include parts/function.sql NAME="path" ARGS="journey, part text DEFAULT 'touchpoint'" RESULT="text[]" SYMBOL="journey_path" HOW="IMMUTABLE PARALLEL SAFE COST 10" TYPES="journey, part text" IS="one element a contact: its touchpoint, channel, label, stage or properties.KEY, NULL where it lacks one; 22023 for another part"

CREATE FUNCTION variant(journey, part text DEFAULT 'touchpoint', collapse boolean DEFAULT false) RETURNS text
AS 'MODULE_PATHNAME', 'journey_variant' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION variant(journey, part text, collapse boolean) IS
    'the path as text, " > " between and (none) for a part that a contact lacks; collapse drops adjacent repeats; 22023 for a part that is not touchpoint, channel, label, stage or properties.KEY';

-- include parts/function.sql NAME="slice" ARGS="journey, tstzrange" RESULT="journey" SYMBOL="journey_slice" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10" TYPES="journey, tstzrange" IS="the contacts within the range"

-- include parts/function.sql NAME="keep" ARGS="journey, step text" RESULT="journey" SYMBOL="journey_keep" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10" TYPES="journey, step text" IS="the contacts at a step, such as web/* or (store/* | app/*)[value > 0]; 42601 for a malformed step, 22P02 for a malformed glob in it"

-- include parts/function.sql NAME="discard" ARGS="journey, step text" RESULT="journey" SYMBOL="journey_discard" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10" TYPES="journey, step text" IS="the contacts that are not at a step; errors as keep"

-- include parts/function.sql NAME="times_between" ARGS="journey, a text, b text" RESULT="TABLE (position_a integer, position_b integer, elapsed interval)" SYMBOL="journey_times_between" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 2" TYPES="journey, a text, b text" IS="each contact at step a with the next at step b behind it, positions from 1, and the time from the one to the other; several a may share one b, an a with no b behind it has no row; errors as keep"

-- include parts/function.sql NAME="time_in_state" ARGS="journey, part text DEFAULT 'touchpoint', as_of timestamptz DEFAULT NULL" RESULT="TABLE (state text, entered_at timestamptz, left_at timestamptz, elapsed interval)" SYMBOL="journey_time_in_state" HOW="IMMUTABLE PARALLEL SAFE COST 10 ROWS 5" TYPES="journey, part text, as_of timestamptz" IS="how long each state lasted: from the first contact at a part to the first at another; NULL is the state of contacts that lack the part; the last is open, left_at NULL, and lasts until as_of, where given, with contacts behind as_of left out; nothing for a NULL journey; 22023 for NULL or unknown part, 22003 for an infinite as_of"

-- include parts/function.sql NAME="collapse_repeats" ARGS="journey, part text DEFAULT 'touchpoint'" RESULT="journey" SYMBOL="journey_collapse_repeats" HOW="IMMUTABLE PARALLEL SAFE COST 10" TYPES="journey, part text" IS="without contacts at the same part as the one before; 22023 for a part that is not touchpoint, channel, label, stage or properties.KEY"

-- include parts/function.sql NAME="first_occurrences" ARGS="journey, part text DEFAULT 'touchpoint'" RESULT="journey" SYMBOL="journey_first_occurrences" HOW="IMMUTABLE PARALLEL SAFE COST 10" TYPES="journey, part text" IS="the first contact at each part; 22023 for a part that is not touchpoint, channel, label, stage or properties.KEY"

CREATE FUNCTION sessionize(journey, max_gap interval) RETURNS SETOF journey
AS 'MODULE_PATHNAME', 'journey_sessionize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 3;
COMMENT ON FUNCTION sessionize(journey, max_gap interval) IS
    'journeys cut where the pause from start to start exceeds max_gap; 22023 for months and negatives';

-- include parts/usage.sql NAME="slice" ARGS="journey, timestamptz, timestamptz" RESULT="journey" SYMBOL="slice" IS="a range, tstzrange() of the two"
