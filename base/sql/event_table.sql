-- Promise: events are partitioned by month from the first day on. The app adds and reads; it changes
-- and deletes nothing (old months are dropped whole by the owner).
CREATE TABLE base_event (
    id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    topic varchar(80) NOT NULL,
    kind varchar(60) NOT NULL,
    subject uuid NOT NULL,
    shard_key uuid NOT NULL,
    payload jsonb NOT NULL,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX event_topic_id ON base_event (topic, id);
REVOKE ALL ON base_event FROM PUBLIC, {app_role};
GRANT SELECT, INSERT ON base_event TO {app_role};
