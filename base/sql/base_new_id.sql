-- Promise: a fresh UUIDv7 (RFC 9562 section 5.7) of this moment, for rows that are made inside a statement;
-- PostgreSQL has one of its own only from 18 on. Within a millisecond the order is random.
CREATE FUNCTION base_new_id() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
        substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
        52, 1), 53, 1), 'hex')::uuid
$$;
