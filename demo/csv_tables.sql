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

-- A number without the signs of money and the blanks between thousands; NULL where it says that it is unknown.
CREATE FUNCTION line_known(v text) RETURNS text IMMUTABLE
RETURN CASE WHEN lower(btrim(v)) NOT IN ('', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', 'nil', '-', '?', '无') THEN btrim(v) END;
CREATE FUNCTION line_amount(v text) RETURNS text IMMUTABLE
RETURN regexp_replace(line_known(v), '(?<=^[+-]?)[$€£¥￥]\s*|\s*[$€£¥￥元]$|(?<=\d)\s(?=\d{3}(\D|$))', '', 'g');

CREATE VIEW line_rest AS SELECT NULL::text AS k, NULL::text AS v WHERE false;
\i :columns

CREATE FUNCTION line_number(v text, mark text) RETURNS float8 IMMUTABLE
RETURN (CASE WHEN mark = ',' THEN replace(replace(v, '.', ''), ',', '.')
             WHEN v ~ '^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$' THEN replace(v, ',', '')
             ELSE v END)::float8;

-- 20260131100000 and 202601311000; seconds, milliseconds, microseconds or nanoseconds since 1970.
CREATE FUNCTION line_is_digits(v text) RETURNS boolean IMMUTABLE
RETURN v ~ '^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])([0-5]\d){1,2}$';
CREATE FUNCTION line_is_epoch(v text) RETURNS boolean IMMUTABLE
RETURN v ~ '^(\d{9,10}|\d{12,13}|\d{15,16}|\d{18,19})(\.\d+)?$' AND NOT line_is_digits(v);

-- Those, 2026年1月31日 下午3时05分, or what the server reads.
CREATE FUNCTION line_time(v text) RETURNS timestamptz STABLE
RETURN CASE WHEN line_is_digits(v) THEN regexp_replace(rpad(v, 14, '0'), '(....)(..)(..)(..)(..)(..)', '\1-\2-\3 \4:\5:\6')::timestamptz
            WHEN line_is_epoch(v) THEN to_timestamp(v::float8 / 10 ^ (((length(split_part(v, '.', 1)) - 9) / 3) * 3))
            WHEN v ~ '[年上下]' THEN rtrim(regexp_replace(regexp_replace(replace(replace(regexp_replace(v, '([上下]午)\s*([\d:时点分秒]+)', '\2 \1'), '上午', 'AM'), '下午', 'PM'),
                '^(\d+)年\s*(\d+)月\s*(\d+)日?', '\1-\2-\3 '), '(\d+)[时点]\s*(?:(\d+)分)?\s*(?:(\d+)秒)?', '\1:\2:\3'), ':')::timestamptz
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
    IF l.customer_id <> '' AND line_known(l.customer_id) IS NULL THEN
        RETURN format('customer_id: "%s" is nobody', l.customer_id);
    END IF;
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
    ELSIF field IN ('score', 'expected', 'cost', 'value') THEN
        hint := 'Write a number, such as 4.5, or nothing.';
    END IF;
    RETURN concat(field || ': ', message, '. ' || nullif(hint, ''));
END $$;
