-- Promise: counts a try of a PIN before it is compared, and answers what to compare with and its number in the
-- count; all null, with nothing counted, where `person` is null, there is no PIN, it is blocked, or the count
-- is full. The caller commits before it compares: however many arrive at once, no more are ever compared.
-- That commit need not wait for the disk: nothing but a crash of the database within the next second takes a
-- try back, and who stands at the counter waits for one write less.
CREATE FUNCTION people_count_try(
    person uuid, most integer, OUT key_id smallint, OUT salt bytea, OUT mac bytea, OUT number smallint
)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE people_pin p SET wrong_tries = p.wrong_tries + 1
    WHERE p.person_id = person AND p.wrong_tries < most AND p.blocked_at IS NULL
    RETURNING p.key_id, p.salt, p.mac, p.wrong_tries INTO key_id, salt, mac, number;
END $$;
