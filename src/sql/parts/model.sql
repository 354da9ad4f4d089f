-- A piece of the reference model as SQL text. NAME: of its file, too; IS: what the comment says.
CREATE FUNCTION contact_model_@NAME@() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $sql$ SELECT $ddl$
-- include model/@NAME@.sql
$ddl$ $sql$;
COMMENT ON FUNCTION contact_model_@NAME@() IS '@IS@';
