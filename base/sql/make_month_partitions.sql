-- Promise: every table that is partitioned by month has its partitions for this month and the next
-- `ahead`. Runs as the owner (migrate and beat call it). The app's role gets no right on a partition:
-- it reaches rows only through the parent, whose triggers see every row. No DEFAULT partition: it
-- would have to be scanned and locked whenever a month is added.
CREATE OR REPLACE FUNCTION make_month_partitions(ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    parent record;
    month timestamptz;
    name text;
    made integer := 0;
BEGIN
    IF ahead NOT BETWEEN 0 AND 24 THEN
        RAISE EXCEPTION 'ahead must be 0 to 24 months, not %', ahead;
    END IF;
    FOR parent IN
        SELECT c.oid, c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
        WHERE c.relnamespace = 'public'::regnamespace AND p.partstrat = 'r'
    LOOP
        FOR step IN 0..ahead LOOP
            month := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
            month := ((month AT TIME ZONE 'UTC') + make_interval(months => step)) AT TIME ZONE 'UTC';
            name := parent.relname || to_char(month AT TIME ZONE 'UTC', '"_y"YYYY"m"MM');
            CONTINUE WHEN to_regclass('public.' || quote_ident(name)) IS NOT NULL;
            EXECUTE format(
                'CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                name, parent.relname, month,
                ((month AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
            EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC, {app_role}', name);
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION make_month_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_month_partitions(integer) TO {app_role};
