-- Where the user's file is looked at before it is believed: every field as text, NULL where empty.

CREATE TABLE line_error (line bigint, why text);

CREATE TABLE line_text (line bigint, customer_id text, touchpoint text, occurred_at text, channel text,
    score text, expected text, cost text, duration text, value text);

CREATE VIEW line_trimmed AS
SELECT line, nullif(btrim(customer_id), '') AS customer_id, nullif(btrim(touchpoint), '') AS touchpoint,
       nullif(btrim(occurred_at), '') AS occurred_at, nullif(btrim(channel), '') AS channel,
       nullif(btrim(score), '') AS score, nullif(btrim(expected), '') AS expected,
       nullif(btrim(cost), '') AS cost, nullif(btrim(duration), '') AS duration,
       nullif(btrim(value), '') AS value
  FROM line_text;

-- With a channel column the touchpoint is a label; without one it is a touchpoint's text form.
CREATE VIEW has_channel_column AS
SELECT :has_channel AS yes;

CREATE FUNCTION line_touchpoint(channel text, label text, has_channel boolean) RETURNS touchpoint
RETURN CASE WHEN has_channel THEN touchpoint(channel, label) ELSE label::touchpoint END;

-- Why this line cannot be loaded; NULL when it can. Every field is tried, because servers before
-- 16 cannot be asked whether a text is a valid value.
CREATE FUNCTION line_fault(l line_trimmed, has_channel boolean) RETURNS text
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
    t := line_touchpoint(l.channel, l.touchpoint, has_channel);
    field := 'occurred_at';
    IF l.occurred_at !~ '^\d' THEN      -- "now", "tomorrow" and "infinity" are times to the server
        RETURN format('occurred_at: "%s" is no time. Write it like 2026-01-31T10:00:00+08:00.', l.occurred_at);
    END IF;
    at := l.occurred_at;
    field := 'score';
    score := l.score;
    field := 'expected';
    expected := l.expected;
    field := 'cost';
    cost := l.cost;
    field := 'duration';
    duration := l.duration;
    field := 'value';
    value := l.value;
    field := NULL;                      -- ranges: the type's own verdict, which names the field
    PERFORM contact_record(t, at, score, expected, cost, duration, value);
    RETURN NULL;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    IF field = 'occurred_at' THEN       -- not to be mended by a setting
        hint := 'Write it like 2026-01-31T10:00:00+08:00.';
    END IF;
    RETURN concat(field || ': ', message, '. ' || nullif(hint, ''));
END $$;
