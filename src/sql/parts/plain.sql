-- A summary type that is always small, whose forms parts/io.sql made. TYPE.
CREATE TYPE @TYPE@ (
    INPUT = @TYPE@_in, OUTPUT = @TYPE@_out, RECEIVE = @TYPE@_recv, SEND = @TYPE@_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = plain
);
