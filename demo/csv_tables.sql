-- Where the user's file is looked at before it is believed: every field as text, NULL where empty.

CREATE TABLE line_error (line bigint, why text);

-- What was told on the command line, empty where it was not; csv_forms.sql finds out the rest.
CREATE TABLE line_form AS
SELECT :'dates'::text AS dates, :'decimal'::text AS mark, :'separator'::text AS separator,
       :'raw'::boolean AS raw, :'normalise'::boolean AS normalise;

-- A property is a number where all of its column are written as one, and none with zeros before it, as codes are.
CREATE TABLE line_numeric (name text);
CREATE FUNCTION line_is_number(v text) RETURNS boolean IMMUTABLE
RETURN v ~ '^-?(0|[1-9]\d{0,14})(\.\d{1,6})?$';
CREATE FUNCTION line_property(v text, is_number boolean) RETURNS jsonb IMMUTABLE
RETURN CASE WHEN is_number THEN v::jsonb ELSE to_jsonb(v) END;

CREATE VIEW line_rest AS SELECT NULL::text AS k, NULL::text AS v WHERE false;
\i :columns

CREATE FUNCTION line_number(v text, mark text) RETURNS float8 IMMUTABLE
RETURN (CASE WHEN mark = ',' THEN replace(replace(v, '.', ''), ',', '.')
             WHEN v ~ '^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$' THEN replace(v, ',', '')
             ELSE v END)::float8;

-- Numbers of seconds, milliseconds or microseconds since 1970, or what the server reads.
CREATE FUNCTION line_time(v text) RETURNS timestamptz STABLE
RETURN CASE WHEN v ~ '^\d{9,10}(\.\d+)?$' THEN to_timestamp(v::float8)
            WHEN v ~ '^\d{12,13}$' THEN to_timestamp(v::float8 / 1e3)
            WHEN v ~ '^\d{15,16}$' THEN to_timestamp(v::float8 / 1e6)
            ELSE v::timestamptz END;

CREATE FUNCTION line_word(v text, normalise boolean) RETURNS text IMMUTABLE
RETURN CASE WHEN normalise THEN regexp_replace(lower(v), '\s+', ' ', 'g') ELSE v END;

-- With a column of channels or stages, or under a name of its own, the touchpoint is a label; else a touchpoint's text form.
CREATE FUNCTION line_touchpoint(l line_given, form line_form) RETURNS touchpoint IMMUTABLE
RETURN CASE WHEN form.raw THEN touchpoint(line_word(l.channel, form.normalise), line_word(l.touchpoint, form.normalise), line_word(l.stage, form.normalise))
            ELSE line_word(l.touchpoint, form.normalise)::touchpoint END;

CREATE FUNCTION line_initiator(v text) RETURNS text IMMUTABLE
RETURN CASE lower(v) WHEN 'inbound' THEN 'customer' WHEN 'outbound' THEN 'company' ELSE lower(v) END;

CREATE FUNCTION line_id(v text) RETURNS bigint IMMUTABLE
RETURN CASE WHEN v ~ '^\d{1,18}$' THEN v::bigint ELSE contact_id(v) END;

-- Why this line cannot be loaded; NULL when it can. Every field is tried, because servers before
-- 16 cannot be asked whether a text is a valid value.
CREATE FUNCTION line_fault(l line_given, form line_form) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    field text;
    t touchpoint;
    at timestamptz;
    score float8;
    expected float8;
    cost float8;
    duration interval;
    value float8;
    message text;
    hint text;
BEGIN
    field := CASE WHEN l.customer_id IS NULL THEN 'customer_id'
                  WHEN l.touchpoint IS NULL THEN 'touchpoint'
                  WHEN l.occurred_at IS NULL THEN 'occurred_at' END;
    IF field IS NOT NULL THEN
        RETURN field || ': is empty';
    END IF;
    field := 'touchpoint';
    t := line_touchpoint(l, form);
    field := 'occurred_at';
    IF l.occurred_at !~ '^(\d|[A-Za-z]{3,9},? \d|[A-Za-z]{3},? [A-Za-z]{3} \d)' THEN      -- "now" and "infinity" are times to the server
        RETURN format('occurred_at: "%s" is no time. Write it like 2026-01-31T10:00:00+08:00.', l.occurred_at);
    END IF;
    at := line_time(l.occurred_at);
    field := 'score';
    score := line_number(l.score, form.mark);
    field := 'expected';
    expected := line_number(l.expected, form.mark);
    field := 'cost';
    cost := line_number(l.cost, form.mark);
    field := 'duration';
    duration := l.duration;
    field := 'value';
    value := line_number(l.value, form.mark);
    field := NULL;                      -- ranges: the type's own verdict, which names the field
    PERFORM contact_record(t, at, score, expected, cost, duration, value, line_initiator(l.initiator), line_id(l.id), l.properties);
    RETURN NULL;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    IF field = 'occurred_at' THEN       -- not to be mended by a setting
        hint := 'Write it like 2026-01-31T10:00:00+08:00.';
    END IF;
    RETURN concat(field || ': ', message, '. ' || nullif(hint, ''));
END $$;
