-- Promise: the audit trail is only ever added to.
REVOKE UPDATE, DELETE, TRUNCATE ON base_auditline FROM {app_role};
