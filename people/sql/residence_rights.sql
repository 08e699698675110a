-- Promise: where a person said to live is only ever added to: payments were reported by it.
REVOKE UPDATE, DELETE, TRUNCATE ON people_residence FROM {app_role};
