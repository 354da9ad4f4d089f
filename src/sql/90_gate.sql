-- The contact gate: may the company contact this customer now?

CREATE FUNCTION contact_policy_check(jsonb) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION contact_policy_check(jsonb) IS
    'true for a contact policy; anything else is 22023, saying which key is wrong and what to write';

CREATE DOMAIN contact_policy AS jsonb CONSTRAINT contact_policy_check CHECK (contact_policy_check(VALUE));
COMMENT ON DOMAIN contact_policy IS
    'rules for the contacts that the company starts: {"caps": [{"max", "within", "channel", "touchpoint", "initiator"}], "min_gap", "quiet": {"from", "to", "timezone"}, "cooldown": [{"after", "wait"}], "exempt": [steps]}, after and touchpoint being steps too';
COMMENT ON CONSTRAINT contact_policy_check ON DOMAIN contact_policy IS
    'known keys; caps of at least 1; intervals of days, hours, minutes and seconds; quiet hours with their time zone; steps that can be read';

CREATE TYPE touchpoint_verdict AS (allowed boolean, reason text, next_allowed_at timestamptz);
COMMENT ON TYPE touchpoint_verdict IS
    'may we? If not: the rules that refuse, of cap, min_gap, quiet hours, cooldown, or the argument that is NULL; and the first time that would be allowed, NULL when there is none';

CREATE FUNCTION can_contact(journey, touchpoint touchpoint, at timestamptz, policy contact_policy, initiator text DEFAULT 'company')
RETURNS touchpoint_verdict
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION can_contact(journey, touchpoint touchpoint, at timestamptz, policy contact_policy, initiator text) IS
    'may the company contact this customer at this touchpoint and time? Contacts that customers and third parties start are always allowed; NULL journey = no contacts, any other NULL = not allowed; contacts after at do not count at it; exempt touchpoints are free of caps, min_gap and cooldown, never of quiet hours; next_allowed_at takes the journey as it is; 22023 for an unknown initiator, 22003 for an infinite time';
