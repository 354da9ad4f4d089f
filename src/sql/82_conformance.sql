-- Sequences compared; planned against actual.

CREATE FUNCTION edit_distance(journey, journey, part text DEFAULT 'touchpoint') RETURNS integer
AS 'MODULE_PATHNAME', 'journey_edit_distance' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION edit_distance(journey, journey, part text) IS
    'least number of contacts to insert, delete or replace to make one path the other (Levenshtein), by touchpoint, channel, label, stage or properties.KEY; NULL for a NULL journey; 22023 for NULL or unknown part';

CREATE FUNCTION lcs_length(journey, journey, part text DEFAULT 'touchpoint') RETURNS integer
AS 'MODULE_PATHNAME', 'journey_lcs_length' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION lcs_length(journey, journey, part text) IS
    'contacts of the longest path that both follow in order, with gaps; NULL for a NULL journey; 22023 for NULL or unknown part';

CREATE FUNCTION similarity(journey, journey, part text DEFAULT 'touchpoint') RETURNS float8
AS 'MODULE_PATHNAME', 'journey_similarity' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION similarity(journey, journey, part text) IS
    '1 - edit_distance / contacts of the longer: 0 to 1, 1 for two empty journeys; NULL for a NULL journey; 22023 for NULL or unknown part';

CREATE TYPE touchpoint_conformance AS (fitness float8, missing text[], unplanned text[]);
COMMENT ON TYPE touchpoint_conformance IS
    'a journey against a plan: fitness 0 to 1, steps not taken as the plan writes them, contacts not planned';

CREATE FUNCTION conformance(journey, plan text[]) RETURNS touchpoint_conformance
AS 'MODULE_PATHNAME', 'journey_conformance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION conformance(journey, plan text[]) IS
    'a journey against a plan of steps in order: fitness = 2 * contacts that meet a step / (contacts + steps), 1 where there is neither; of several ways as good the earlier steps count as taken, each by the earliest contact; 42601 for a malformed step, 22P02 for a malformed glob in it, 22023 for NULL in plan, 54000 where contacts * steps / 8 passes 1 GB';

CREATE FUNCTION check_rule(journey, rule text, a text, b text DEFAULT NULL) RETURNS boolean
AS 'MODULE_PATHNAME', 'journey_check_rule' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION check_rule(journey, rule text, a text, b text) IS
    'does the journey keep to rule, a and b being steps: absent (no a), starts, ends (the first, the last contact is a), response (each a has a b later), precedence (each b has an a earlier), succession (both), responded_existence (with an a there is a b); NULL for a NULL journey; 22023 for NULL or unknown rule, NULL a, and b missing or given to a rule of one, 42601 for a malformed step, 22P02 for a malformed glob in it';

CREATE FUNCTION rework_count(journey, part text DEFAULT 'touchpoint') RETURNS integer
AS 'MODULE_PATHNAME', 'journey_rework_count' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION rework_count(journey, part text) IS
    'contacts less different touchpoints, channels, labels, stages or values of properties.KEY; NULL for a NULL journey; 22023 for NULL or unknown part';

CREATE FUNCTION self_loop_count(journey, part text DEFAULT 'touchpoint') RETURNS integer
AS 'MODULE_PATHNAME', 'journey_self_loop_count' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION self_loop_count(journey, part text) IS
    'contacts at the same touchpoint, channel, label, stage or value of properties.KEY as the contact before; NULL for a NULL journey; 22023 for NULL or unknown part';
