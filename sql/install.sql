-- The extension lives in a schema of its own that is not on the search_path.
CREATE SCHEMA tp;
CREATE EXTENSION touchpoint SCHEMA tp;
