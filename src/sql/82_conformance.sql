-- Sequences compared; planned against actual.

-- include parts/function.sql NAME="edit_distance" ARGS="journey, journey, part text DEFAULT 'touchpoint'" RESULT="integer" SYMBOL="journey_edit_distance" HOW="IMMUTABLE PARALLEL SAFE COST 50" TYPES="journey, journey, part text" IS="least number of contacts to insert, delete or replace to make one path the other (Levenshtein), by touchpoint, channel, label, stage or properties.KEY; NULL for a NULL journey; 22023 for NULL or unknown part"

-- include parts/function.sql NAME="lcs_length" ARGS="journey, journey, part text DEFAULT 'touchpoint'" RESULT="integer" SYMBOL="journey_lcs_length" HOW="IMMUTABLE PARALLEL SAFE COST 50" TYPES="journey, journey, part text" IS="contacts of the longest path that both follow in order, with gaps; NULL for a NULL journey; 22023 for NULL or unknown part"

-- include parts/function.sql NAME="similarity" ARGS="journey, journey, part text DEFAULT 'touchpoint'" RESULT="float8" SYMBOL="journey_similarity" HOW="IMMUTABLE PARALLEL SAFE COST 50" TYPES="journey, journey, part text" IS="1 - edit_distance / contacts of the longer: 0 to 1, 1 for two empty journeys; NULL for a NULL journey; 22023 for NULL or unknown part"

CREATE TYPE touchpoint_conformance AS (fitness float8, missing text[], unplanned text[]);
COMMENT ON TYPE touchpoint_conformance IS
    'a journey against a plan: fitness 0 to 1, steps not taken as the plan writes them, contacts not planned';

-- include parts/function.sql NAME="conformance" ARGS="journey, plan text[]" RESULT="touchpoint_conformance" SYMBOL="journey_conformance" HOW="IMMUTABLE STRICT PARALLEL SAFE COST 50" TYPES="journey, plan text[]" IS="a journey against a plan of steps in order: fitness = 2 * contacts that meet a step / (contacts + steps), 1 where there is neither; of several ways as good the earlier steps count as taken, each by the earliest contact; 42601 for a malformed step, 22P02 for a malformed glob in it, 22023 for NULL in plan, 54000 where contacts * steps / 8 passes 1 GB"

-- include parts/function.sql NAME="check_rule" ARGS="journey, rule text, a text, b text DEFAULT NULL" RESULT="boolean" SYMBOL="journey_check_rule" HOW="IMMUTABLE PARALLEL SAFE COST 10" TYPES="journey, rule text, a text, b text" IS="does the journey keep to rule, a and b being steps: absent (no a), starts, ends (the first, the last contact is a), response (each a has a b later), precedence (each b has an a earlier), succession (both), responded_existence (with an a there is a b); NULL for a NULL journey; 22023 for NULL or unknown rule, NULL a, and b missing or given to a rule of one, 42601 for a malformed step, 22P02 for a malformed glob in it"

-- include parts/function.sql NAME="rework_count" ARGS="journey, part text DEFAULT 'touchpoint'" RESULT="integer" SYMBOL="journey_rework_count" HOW="IMMUTABLE PARALLEL SAFE COST 5" TYPES="journey, part text" IS="contacts less different touchpoints, channels, labels, stages or values of properties.KEY; NULL for a NULL journey; 22023 for NULL or unknown part"

-- include parts/function.sql NAME="self_loop_count" ARGS="journey, part text DEFAULT 'touchpoint'" RESULT="integer" SYMBOL="journey_self_loop_count" HOW="IMMUTABLE PARALLEL SAFE COST 5" TYPES="journey, part text" IS="contacts at the same touchpoint, channel, label, stage or value of properties.KEY as the contact before; NULL for a NULL journey; 22023 for NULL or unknown part"
