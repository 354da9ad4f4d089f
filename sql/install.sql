-- The extension lives in a schema of its own that is not on the search_path.
CREATE SCHEMA tp;
CREATE EXTENSION touchpoint SCHEMA tp;

-- What a statement fails with: all NULL where it succeeds.
CREATE FUNCTION public.failure(statement text, OUT state text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
        hint = PG_EXCEPTION_HINT;
END $$;

-- The same for input of a type.
CREATE FUNCTION public.failure(type text, input text, OUT state text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE sql AS $$ SELECT * FROM public.failure(format('SELECT %L::%s', input, type)) $$;

-- The same in one line of text.
CREATE FUNCTION public.fails(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    EXECUTE query;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM, nullif(hint, ''));
END $$;

-- The same in two lines, the hint in the second.
CREATE FUNCTION public.raised(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text;
    hint text;
BEGIN
    EXECUTE statement;
    RETURN 'nothing';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    RETURN SQLSTATE || ' ' || message || coalesce(E'\n  ' || hint, '');
END $$;

-- Does the plan of a query have a line like this?
CREATE FUNCTION public.plan_has(query text, what text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line ~ what THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;

-- What comes of a message that COPY reads into a table, or a column of one: received, or an SQLSTATE.
CREATE FUNCTION public.receive(target text, message bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    file bytea := '\x5047434f50590aff0d0a0000000000000000000001'::bytea ||
        int4send(length(message)) || message || '\xffff'::bytea;
    octal text;
BEGIN
    SELECT string_agg('\' || b / 64 || b / 8 % 8 || b % 8, '' ORDER BY i) INTO octal
    FROM generate_series(0, length(file) - 1) i, get_byte(file, i) b;
    EXECUTE format('COPY %s FROM PROGRAM %L (FORMAT binary)', target, 'printf ''' || octal || '''');
    RETURN 'received';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
