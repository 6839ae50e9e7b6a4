-- Ids are UUIDs as text, which sorts as they do (by time); times are milliseconds since 1970; names that compare without
-- case are stored in lower case beside the spelling that was given (_key).

CREATE TABLE configs (
    id                TEXT    NOT NULL PRIMARY KEY,
    repository        TEXT    NOT NULL,
    repository_key    TEXT    NOT NULL,
    repository_id     INTEGER,
    branch            TEXT    NOT NULL,
    name              TEXT    NOT NULL,
    auto_deploy       INTEGER NOT NULL,
    require_checks    INTEGER NOT NULL,
    environment_url   TEXT,
    deploy_command    TEXT    NOT NULL,
    plain_variables   TEXT    NOT NULL,
    clone_url         TEXT,
    working_directory TEXT    NOT NULL,
    path_filters      TEXT    NOT NULL,
    timeout_ms        INTEGER NOT NULL,
    keep_releases     INTEGER NOT NULL,
    service           TEXT,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    UNIQUE (repository_key, branch, name)
) STRICT;

CREATE TABLE config_variables (
    config_id TEXT NOT NULL REFERENCES configs (id) ON DELETE CASCADE,
    name      TEXT NOT NULL,
    sealed    BLOB NOT NULL,
    PRIMARY KEY (config_id, name)
) STRICT;

-- Which config's service answers for which host and path.
CREATE TABLE service_hosts (
    host        TEXT NOT NULL,
    path_prefix TEXT NOT NULL,
    config_id   TEXT NOT NULL REFERENCES configs (id) ON DELETE CASCADE,
    PRIMARY KEY (host, path_prefix)
) STRICT;

CREATE INDEX service_hosts_config ON service_hosts (config_id);

-- delivery_id is no foreign key: deliveries are pruned long before the deployments that they caused.
CREATE TABLE deployments (
    id             TEXT    NOT NULL PRIMARY KEY,
    config_id      TEXT REFERENCES configs (id) ON DELETE SET NULL,
    repository     TEXT    NOT NULL,
    repository_key TEXT    NOT NULL,
    branch         TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    commit_sha     TEXT,
    commit_message TEXT,
    commit_author  TEXT,
    cause          TEXT    NOT NULL,
    triggered_by   TEXT    NOT NULL,
    origin_id      TEXT,
    current_env    INTEGER NOT NULL DEFAULT 0,
    created_at     INTEGER NOT NULL,
    status         TEXT    NOT NULL,
    started_at     INTEGER,
    node           TEXT,
    finished_at    INTEGER,
    exit_code      INTEGER,
    reason         TEXT,
    -- How often it was taken up since it last got on.
    take_ups       INTEGER NOT NULL DEFAULT 0,
    cancelled_by   TEXT,
    delivery_id    TEXT,
    -- How far its log can be searched, once it has ended; null: all of it.
    indexed_seq    INTEGER DEFAULT 0,
    superseded_by  TEXT,
    -- Waits for the commit's checks until then.
    checks_until   INTEGER,
    -- The newest status that the code host was told, or won't be told: it is told wherever that isn't the status. "off":
    -- it isn't told at all.
    told           TEXT    NOT NULL DEFAULT ''
) STRICT;

-- Each filter of the list has its index, so that a page costs the same however long the history is.
CREATE INDEX deployments_status ON deployments (status, id);
CREATE INDEX deployments_branch ON deployments (branch, id);
CREATE INDEX deployments_branch_status ON deployments (branch, status, id);
CREATE INDEX deployments_repository ON deployments (repository_key, id);
CREATE INDEX deployments_repository_status ON deployments (repository_key, status, id);
CREATE INDEX deployments_repository_branch ON deployments (repository_key, branch, id);
CREATE INDEX deployments_repository_branch_status ON deployments (repository_key, branch, status, id);

CREATE UNIQUE INDEX deployments_running ON deployments (config_id) WHERE status = 'in_progress';
CREATE INDEX deployments_config ON deployments (config_id, status, id);
CREATE INDEX deployments_delivery ON deployments (delivery_id) WHERE delivery_id IS NOT NULL;
-- Few: what QUARK deployed because it saw a branch move that nobody told it of.
CREATE INDEX deployments_catch_up ON deployments (config_id, commit_sha) WHERE cause = 'catch_up';
CREATE INDEX deployments_superseded ON deployments (superseded_by) WHERE superseded_by IS NOT NULL;

CREATE INDEX deployments_unindexed ON deployments (id) WHERE indexed_seq IS NOT NULL AND finished_at IS NOT NULL;

-- What the code host is still to be told.
CREATE INDEX deployments_untold ON deployments (id)
    WHERE told <> status AND told <> 'off' AND commit_sha IS NOT NULL;
CREATE INDEX deployments_checked ON deployments (id) WHERE checks_until IS NOT NULL;

-- When each came to its phases, beside those that its own columns tell.
CREATE TABLE deployment_phases (
    deployment_id TEXT   NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
    phase         TEXT   NOT NULL,
    started_at    INTEGER NOT NULL,
    PRIMARY KEY (deployment_id, phase)
) STRICT;

CREATE TABLE releases (
    deployment_id     TEXT    NOT NULL PRIMARY KEY REFERENCES deployments (id) ON DELETE CASCADE,
    config_id         TEXT    NOT NULL,
    folder_id         TEXT    NOT NULL,
    command           TEXT    NOT NULL,
    plain_variables   TEXT    NOT NULL,
    source            TEXT    NOT NULL,
    working_directory TEXT    NOT NULL,
    timeout_ms        INTEGER NOT NULL,
    keep_releases     INTEGER NOT NULL,
    service           TEXT,
    created_at        INTEGER NOT NULL
) STRICT;

CREATE TABLE release_variables (
    deployment_id TEXT NOT NULL REFERENCES releases (deployment_id) ON DELETE CASCADE,
    name          TEXT NOT NULL,
    sealed        BLOB NOT NULL,
    PRIMARY KEY (deployment_id, name)
) STRICT;

-- What the code host was told about a deployment beside its status (deployments.told). Whoever tells it takes the row, and
-- with it all of the repository.
CREATE TABLE results (
    deployment_id   TEXT    NOT NULL PRIMARY KEY REFERENCES deployments (id) ON DELETE CASCADE,
    marked          TEXT,
    host_deployment INTEGER,
    active          INTEGER NOT NULL,
    dropped         INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    next_at         INTEGER,
    error           TEXT,
    claimed_by      TEXT,
    claimed_until   INTEGER
) STRICT;

CREATE INDEX results_active ON results (deployment_id) WHERE active = 1;
CREATE INDEX results_claimed ON results (deployment_id) WHERE claimed_until IS NOT NULL;

CREATE TABLE log_chunks (
    log_id       TEXT    NOT NULL,
    first_seq    INTEGER NOT NULL,
    last_seq     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    source       TEXT,
    stdout_bytes INTEGER NOT NULL,
    stderr_bytes INTEGER NOT NULL,
    lines        BLOB    NOT NULL,
    UNIQUE (log_id, first_seq)
) STRICT;

CREATE INDEX log_chunks_source ON log_chunks (log_id, source, first_seq) WHERE source IS NOT NULL;
CREATE INDEX log_chunks_age ON log_chunks (last_at);

-- Which words the chunks have of deployments that have ended. A chunk's number begins with the time of its last line.
CREATE TABLE log_index (
    id        INTEGER NOT NULL PRIMARY KEY,
    log_id    TEXT    NOT NULL,
    first_seq INTEGER NOT NULL,
    UNIQUE (log_id, first_seq),
    FOREIGN KEY (log_id, first_seq) REFERENCES log_chunks (log_id, first_seq) ON DELETE CASCADE
) STRICT;

CREATE VIRTUAL TABLE log_words
    USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

CREATE TRIGGER log_index_gone AFTER DELETE ON log_index
BEGIN
    DELETE FROM log_words WHERE rowid = OLD.id;
END;

-- Which rollout of each config serves. No foreign key: what runs is stopped after the config is gone.
CREATE TABLE services (
    config_id  TEXT NOT NULL PRIMARY KEY,
    rollout_id TEXT NOT NULL,
    stopped    INTEGER NOT NULL,
    node       TEXT NOT NULL,
    since      INTEGER NOT NULL
) STRICT;

CREATE TABLE rollouts (
    id               TEXT NOT NULL PRIMARY KEY REFERENCES deployments (id) ON DELETE CASCADE,
    config_id        TEXT NOT NULL,
    switched_at      INTEGER,
    watching         INTEGER NOT NULL,
    drained_at       INTEGER,
    cutover_requests INTEGER,
    cutover_failed   INTEGER,
    cutover_p99_us   INTEGER,
    cutover_us       INTEGER
) STRICT;

CREATE TABLE instances (
    rollout_id TEXT NOT NULL,
    number     INTEGER NOT NULL,
    config_id  TEXT NOT NULL,
    node       TEXT NOT NULL,
    port       INTEGER NOT NULL,
    run_id     TEXT NOT NULL,
    state      TEXT NOT NULL,
    since      INTEGER NOT NULL,
    restarts   INTEGER NOT NULL,
    crashes    INTEGER NOT NULL,
    note       TEXT,
    PRIMARY KEY (rollout_id, number),
    UNIQUE (node, port)
) STRICT;

CREATE INDEX instances_config ON instances (config_id);
CREATE INDEX instances_run ON instances (run_id);

-- Logs whose chunks are still to be removed, a few at a time.
CREATE TABLE removed_logs (
    log_id TEXT NOT NULL PRIMARY KEY
) STRICT;

CREATE TABLE deliveries (
    id          TEXT    NOT NULL PRIMARY KEY,
    event       TEXT    NOT NULL,
    repository  TEXT,
    received_at INTEGER NOT NULL,
    action      TEXT    NOT NULL,
    verdicts    TEXT    NOT NULL,
    headers     TEXT    NOT NULL,
    payload     BLOB    NOT NULL
) STRICT;

CREATE INDEX deliveries_age ON deliveries (received_at);

CREATE TABLE users (
    id            TEXT    NOT NULL PRIMARY KEY,
    username      TEXT    NOT NULL,
    username_key  TEXT    NOT NULL UNIQUE,
    email         TEXT,
    email_key     TEXT UNIQUE,
    role          TEXT    NOT NULL,
    password_hash TEXT,
    github_login  TEXT,
    github_key    TEXT,
    github_id     INTEGER UNIQUE,
    invited       INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX users_github_key ON users (github_key) WHERE github_key IS NOT NULL;

CREATE TABLE sessions (
    id         TEXT    NOT NULL PRIMARY KEY,
    user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- hash is of the secret, which is not kept.
CREATE TABLE api_tokens (
    id           TEXT    NOT NULL PRIMARY KEY,
    user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT    NOT NULL,
    name_key     TEXT    NOT NULL,
    scope        TEXT    NOT NULL,
    hash         TEXT    NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    UNIQUE (user_id, name_key)
) STRICT;

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    address TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    target  TEXT    NOT NULL,
    detail  TEXT    NOT NULL
) STRICT;

-- The users' tokens of the code host, and whose of them counts for a repository: the lowest rank, then the longest since.
CREATE TABLE host_tokens (
    user_id    TEXT    NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    access     BLOB    NOT NULL,
    refresh    BLOB,
    scopes     TEXT    NOT NULL,
    expires_at INTEGER
) STRICT;

CREATE TABLE repository_keepers (
    repository_key TEXT    NOT NULL,
    user_id        TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    rank           INTEGER NOT NULL,
    since          INTEGER NOT NULL,
    PRIMARY KEY (repository_key, user_id)
) STRICT;

CREATE INDEX repository_keepers_user ON repository_keepers (user_id);

-- The hooks that were set up, one for each repository; the id is the code host's.
CREATE TABLE hooks (
    id             INTEGER NOT NULL PRIMARY KEY,
    repository     TEXT    NOT NULL,
    repository_key TEXT    NOT NULL UNIQUE,
    url            TEXT    NOT NULL,
    set_up_by      TEXT    NOT NULL,
    set_up_at      INTEGER NOT NULL
) STRICT;

-- Sign-ins that were brought to their end, until they expire.
CREATE TABLE used_states (
    state      TEXT    NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX used_states_expiry ON used_states (expires_at);

-- What the API was asked and answered; headers, request and response are JSON without secrets.
CREATE TABLE request_log (
    id             TEXT    NOT NULL PRIMARY KEY,
    at             INTEGER NOT NULL,
    method         TEXT    NOT NULL,
    endpoint       TEXT    NOT NULL,
    path           TEXT    NOT NULL,
    status         INTEGER NOT NULL,
    time_us        INTEGER NOT NULL,
    address        TEXT    NOT NULL,
    user_agent     TEXT,
    username       TEXT,
    request_bytes  INTEGER NOT NULL,
    response_bytes INTEGER NOT NULL,
    headers        TEXT    NOT NULL,
    request        TEXT,
    response       TEXT
) STRICT;

CREATE INDEX request_log_endpoint ON request_log (endpoint, id);
CREATE INDEX request_log_status ON request_log (status, id);
