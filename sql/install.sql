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
