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
