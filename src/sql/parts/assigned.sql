-- Text becomes a value of the type where it is stored, as drivers give it that call every string varchar. TYPE.
CREATE CAST (text AS @TYPE@) WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST (text AS @TYPE@) IS 'of its text form; by itself where a column of this type is written';
CREATE CAST (varchar AS @TYPE@) WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST (varchar AS @TYPE@) IS 'of its text form; by itself where a column of this type is written';
