-- Ids are UUIDv7 as text: they sort by time. Times are milliseconds since 1970-01-01T00:00:00Z. What is "sealed" is
-- encrypted by SECRET_KEY.

CREATE TABLE users (
  id            TEXT PRIMARY KEY,
  username      TEXT NOT NULL,
  username_key  TEXT NOT NULL UNIQUE,
  email         TEXT,
  email_key     TEXT UNIQUE,
  role          TEXT NOT NULL,
  password_hash TEXT,
  created_at    BIGINT NOT NULL
);

CREATE TABLE audit_log (
  id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      BIGINT NOT NULL,
  actor   TEXT NOT NULL,
  address TEXT NOT NULL,
  action  TEXT NOT NULL,
  target  TEXT NOT NULL,
  detail  TEXT NOT NULL
);

CREATE TABLE deployment_configs (
  id                TEXT PRIMARY KEY,
  repo_full_name    TEXT NOT NULL,
  repo_key          TEXT NOT NULL,
  repo_id           BIGINT,
  branch            TEXT NOT NULL,
  name              TEXT NOT NULL,
  auto_deploy       INTEGER NOT NULL,
  deploy_command    TEXT NOT NULL,
  clone_url         TEXT,
  working_directory TEXT NOT NULL,
  path_filters      TEXT NOT NULL,
  plain_variables   TEXT NOT NULL,
  timeout_seconds   BIGINT NOT NULL,
  keep_releases     INTEGER NOT NULL,
  created_at        BIGINT NOT NULL,
  updated_at        BIGINT NOT NULL,
  UNIQUE (repo_key, branch, name)
);

CREATE TABLE config_variables (
  config_id TEXT NOT NULL REFERENCES deployment_configs (id) ON DELETE CASCADE,
  name      TEXT NOT NULL,
  sealed    BYTEA NOT NULL,
  PRIMARY KEY (config_id, name)
);

CREATE TABLE deliveries (
  id             TEXT PRIMARY KEY,
  event          TEXT NOT NULL,
  repo_full_name TEXT,
  received_at    BIGINT NOT NULL,
  headers        TEXT NOT NULL,
  action         TEXT NOT NULL,
  payload        BYTEA NOT NULL
);
CREATE INDEX deliveries_by_age ON deliveries (received_at);

CREATE TABLE deployments (
  id             TEXT PRIMARY KEY,
  config_id      TEXT REFERENCES deployment_configs (id) ON DELETE SET NULL,
  repo_full_name TEXT NOT NULL,
  repo_key       TEXT NOT NULL,
  branch         TEXT NOT NULL,
  name           TEXT NOT NULL,
  commit_sha     TEXT,
  commit_message TEXT,
  commit_author  TEXT,
  cause          TEXT NOT NULL,
  triggered_by   TEXT NOT NULL,
  delivery_id    TEXT,
  status         TEXT NOT NULL,
  created_at     BIGINT NOT NULL,
  started_at     BIGINT,
  completed_at   BIGINT,
  node           TEXT,
  exit_code      INTEGER,
  error_message  TEXT,
  cancelled_by   TEXT,
  superseded_by  TEXT
);
CREATE INDEX deployments_by_repository ON deployments (repo_key, id);
CREATE INDEX deployments_by_status ON deployments (status, id);
CREATE INDEX deployments_by_config ON deployments (config_id, status, id);
CREATE INDEX deployments_by_delivery ON deployments (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX deployments_by_successor ON deployments (superseded_by) WHERE superseded_by IS NOT NULL;
CREATE UNIQUE INDEX one_running_per_config ON deployments (config_id) WHERE status = 'in_progress';

CREATE TABLE releases (
  deployment_id     TEXT PRIMARY KEY REFERENCES deployments (id) ON DELETE CASCADE,
  config_id         TEXT NOT NULL,
  deploy_command    TEXT NOT NULL,
  clone_url         TEXT NOT NULL,
  working_directory TEXT NOT NULL,
  plain_variables   TEXT NOT NULL,
  timeout_seconds   BIGINT NOT NULL,
  keep_releases     INTEGER NOT NULL,
  created_at        BIGINT NOT NULL
);

CREATE TABLE release_variables (
  deployment_id TEXT NOT NULL REFERENCES releases (deployment_id) ON DELETE CASCADE,
  name          TEXT NOT NULL,
  sealed        BYTEA NOT NULL,
  PRIMARY KEY (deployment_id, name)
);

-- A row holds the lines that were stored together; LogChunk.java says how.
CREATE TABLE log_chunks (
  log_id    TEXT NOT NULL,
  first_seq BIGINT NOT NULL,
  last_seq  BIGINT NOT NULL,
  first_at  BIGINT NOT NULL,
  last_at   BIGINT NOT NULL,
  stdout    BIGINT NOT NULL,
  stderr    BIGINT NOT NULL,
  lines     BYTEA NOT NULL
);
CREATE UNIQUE INDEX log_chunks_in_order ON log_chunks (log_id, first_seq);
CREATE INDEX log_chunks_by_age ON log_chunks (last_at);
