CREATE SCHEMA tp;
CREATE EXTENSION touchpoint SCHEMA tp;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = "$user", public, tp', current_database()); END $$;
