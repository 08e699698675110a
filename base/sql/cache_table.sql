-- The cache of Django's DatabaseCache (throttles of sign-in). May be emptied at any time.
CREATE TABLE base_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX base_cache_expires ON base_cache (expires);
