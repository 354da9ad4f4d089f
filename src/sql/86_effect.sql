-- Which touchpoints go with conversion.

CREATE TYPE touchpoint_effect AS (
    part text, with_count bigint, with_converted bigint, without_count bigint, without_converted bigint,
    odds_ratio float8, ci_low float8, ci_high float8, p_value float8, q_value float8
);
COMMENT ON TYPE touchpoint_effect IS 'how conversion goes with one part; what goes with it need not be its cause';
-- columns touchpoint_effect
--   part: touchpoint, channel, label, stage or value of a property
--   with_count: journeys that pass it, each once
--   with_converted: those of them that converted
--   without_count: all other journeys
--   without_converted: those of them that converted
--   odds_ratio: odds of conversion with it over those without; a half is added to each count where one is 0; NULL where all journeys pass it, none convert or all do
--   ci_low: lower 95 percent limit of odds_ratio
--   ci_high: upper 95 percent limit of odds_ratio
--   p_value: Fisher's exact test, two-sided, in [0,1]
--   q_value: p_value among all parts (Benjamini and Hochberg)

-- include parts/function.sql NAME="conversion_effect_row" ARGS="touchpoint_ledger, journey, text, boolean" RESULT="touchpoint_ledger" SYMBOL="conversion_effect_row" HOW="IMMUTABLE PARALLEL SAFE" TYPES="touchpoint_ledger, journey, text, boolean" IS="transition function of conversion_effect_agg"

-- include parts/function.sql NAME="conversion_effect_final" ARGS="touchpoint_ledger" RESULT="touchpoint_effect[]" SYMBOL="conversion_effect_final" HOW="IMMUTABLE PARALLEL SAFE COST 1000" TYPES="touchpoint_ledger" IS="final function of conversion_effect_agg"

CREATE AGGREGATE conversion_effect_agg(journey, part text, converted boolean) (
    SFUNC = conversion_effect_row, STYPE = touchpoint_ledger, SSPACE = 2048, INITCOND = '{}', FINALFUNC = conversion_effect_final,
    COMBINEFUNC = touchpoint_ledger_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_effect_agg(journey, part text, converted boolean) IS
    'which parts go with conversion? a row a part, in order of parts: unnest() it; association, not cause; one row a customer, cut before the first conversion and with one lookback for all, for on whole journeys the till ranks first; rows with NULL journey or converted are passed over, with_count + without_count says how many were counted; an empty journey passes no part and counts; contacts without the part pass none; 22023 for NULL, unknown or changing part';
