-- An aggregate whose state is a stored type. NAME, ARGS; STEP, FINAL, MERGE: its functions; TYPE, SPACE, INIT: its state.
CREATE AGGREGATE @NAME@(@ARGS@) (
    SFUNC = @STEP@,
    STYPE = @TYPE@,
    SSPACE = @SPACE@,
    INITCOND = '@INIT@',
    FINALFUNC = @FINAL@,
    COMBINEFUNC = @MERGE@,
    PARALLEL = SAFE
);
