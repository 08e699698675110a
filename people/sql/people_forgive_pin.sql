-- Promise: a right PIN empties the count of tries and moves under the active pepper; false, with nothing
-- changed, where the PIN was blocked or replaced since the try was counted (the salt says so).
CREATE FUNCTION people_forgive_pin(person uuid, counted_salt bytea, active_key integer, active_mac bytea)
RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE people_pin p SET wrong_tries = 0, key_id = active_key, mac = active_mac
    WHERE p.person_id = person AND p.salt = counted_salt AND p.blocked_at IS NULL;
    RETURN FOUND;
END $$;
