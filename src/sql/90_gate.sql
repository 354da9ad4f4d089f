-- The contact gate: may the company contact this customer now?

CREATE FUNCTION contact_policy_check(jsonb) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION contact_policy_check(jsonb) IS
    'true for a contact policy; anything else is 22023, saying which key is wrong and what to write';

CREATE DOMAIN contact_policy AS jsonb CONSTRAINT contact_policy_check CHECK (contact_policy_check(VALUE));
COMMENT ON DOMAIN contact_policy IS
    'rules for the contacts that the company starts: {"caps": [{"max", "within" or "per" and "timezone", "channel", "touchpoint", "initiator"}], "min_gap", "quiet": {"from", "to", "timezone", "days", "channel"} or an array of such, "cooldown": [{"after", "wait"}], "blackout": [{"from", "to", "timezone"}], "exempt": [steps]}, after and touchpoint being steps too';
COMMENT ON CONSTRAINT contact_policy_check ON DOMAIN contact_policy IS
    'known keys; caps of at least 1; intervals of days, hours, minutes and seconds; quiet hours, blackouts and caps of a calendar with their time zone; a blackout that ends no earlier than it begins; steps that can be read';

CREATE TYPE touchpoint_verdict AS (allowed boolean, reason text, next_allowed_at timestamptz);
COMMENT ON TYPE touchpoint_verdict IS
    'may we? If not: each rule that refuses, of cap, min_gap, quiet hours, cooldown and blackout, with its limit and what it counted, or the argument that is NULL; and the first time that would be allowed, NULL when there is none';

CREATE FUNCTION can_contact(journey, touchpoint touchpoint, at timestamptz, policy contact_policy, initiator text DEFAULT 'company')
RETURNS touchpoint_verdict
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION can_contact(journey, touchpoint touchpoint, at timestamptz, policy contact_policy, initiator text) IS
    'may the company contact this customer at this touchpoint and time? Contacts that customers and third parties start are always allowed; NULL journey = no contacts, any other NULL = not allowed; contacts after at do not count at it; exempt touchpoints are free of caps, min_gap and cooldown, never of quiet hours and blackouts, and exempt contacts use up no cap and no min_gap; a step with conditions exempts contacts that were made, never one to be made; next_allowed_at takes the journey as it is; 22023 for an unknown initiator, 22003 for an infinite time';

CREATE FUNCTION next_best_contacts(journey, flow journey_flow, part text, policy contact_policy, at timestamptz,
    candidates touchpoint[], value float8 DEFAULT 1, costs float8[] DEFAULT NULL)
RETURNS TABLE(touchpoint touchpoint, allowed boolean, reason text, next_allowed_at timestamptz, p_conversion float8,
    expected_value float8, cost float8, net float8)
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 10;
COMMENT ON FUNCTION next_best_contacts(journey, flow journey_flow, part text, policy contact_policy, at timestamptz, candidates touchpoint[], value float8, costs float8[]) IS
    'what would it bring to make each of these contacts now? Best first: those that can_contact() allows, by net, then the others. p_conversion (0 to 1) is the flow''s from the last states of the journey up to at through the candidate, expected_value = (p_conversion - that without the candidate) * value, net = expected_value - cost; NULL where the flow was never there; part must be the flow''s; 22023 for a flow without conversions or of a property and for negative costs or another number of them than candidates, 22003 for a value that is not finite';
