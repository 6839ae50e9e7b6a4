-- Ids sort by time, as UUIDv7 does; times are milliseconds since 1970; names that compare without case are stored in lower
-- case beside the spelling that was given (_key).

CREATE TABLE configs (
    id                UUID    NOT NULL PRIMARY KEY,
    repository        TEXT    NOT NULL,
    repository_key    TEXT    NOT NULL,
    repository_id     BIGINT,
    branch            TEXT    NOT NULL,
    name              TEXT    NOT NULL,
    auto_deploy       BOOLEAN NOT NULL,
    require_checks    BOOLEAN NOT NULL,
    environment_url   TEXT,
    deploy_command    TEXT    NOT NULL,
    plain_variables   TEXT    NOT NULL,
    clone_url         TEXT,
    working_directory TEXT    NOT NULL,
    path_filters      TEXT    NOT NULL,
    timeout_ms        BIGINT  NOT NULL,
    keep_releases     INT     NOT NULL,
    service           TEXT,
    created_at        BIGINT  NOT NULL,
    updated_at        BIGINT  NOT NULL,
    UNIQUE (repository_key, branch, name)
);

CREATE TABLE config_variables (
    config_id UUID NOT NULL REFERENCES configs (id) ON DELETE CASCADE,
    name      TEXT NOT NULL,
    sealed    BYTEA NOT NULL,
    PRIMARY KEY (config_id, name)
);

-- Which config's service answers for which host and path.
CREATE TABLE service_hosts (
    host        TEXT NOT NULL,
    path_prefix TEXT NOT NULL,
    config_id   UUID NOT NULL REFERENCES configs (id) ON DELETE CASCADE,
    PRIMARY KEY (host, path_prefix)
);

CREATE INDEX service_hosts_config ON service_hosts (config_id);

-- delivery_id is no foreign key: deliveries are pruned long before the deployments that they caused.
CREATE TABLE deployments (
    id             UUID    NOT NULL PRIMARY KEY,
    config_id      UUID REFERENCES configs (id) ON DELETE SET NULL,
    repository     TEXT    NOT NULL,
    repository_key TEXT    NOT NULL,
    branch         TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    commit_sha     TEXT,
    commit_message TEXT,
    commit_author  TEXT,
    cause          TEXT    NOT NULL,
    triggered_by   TEXT    NOT NULL,
    origin_id      UUID,
    current_env    BOOLEAN NOT NULL DEFAULT FALSE,
    created_at     BIGINT  NOT NULL,
    status         TEXT    NOT NULL,
    started_at     BIGINT,
    node           TEXT,
    finished_at    BIGINT,
    exit_code      INT,
    reason         TEXT,
    -- How often it was taken up since it last got on.
    take_ups       INTEGER NOT NULL DEFAULT 0,
    cancelled_by   TEXT,
    delivery_id    TEXT,
    -- How far its log can be searched, once it has ended; null: all of it.
    indexed_seq    BIGINT DEFAULT 0,
    superseded_by  UUID,
    -- Waits for the commit's checks until then.
    checks_until   BIGINT,
    -- The newest status that the code host was told, or won't be told: it is told wherever that isn't the status. "off":
    -- it isn't told at all.
    told           TEXT    NOT NULL DEFAULT ''
);

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
    deployment_id UUID   NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
    phase         TEXT   NOT NULL,
    started_at    BIGINT NOT NULL,
    PRIMARY KEY (deployment_id, phase)
);

CREATE TABLE releases (
    deployment_id     UUID    NOT NULL PRIMARY KEY REFERENCES deployments (id) ON DELETE CASCADE,
    config_id         UUID    NOT NULL,
    folder_id         UUID    NOT NULL,
    command           TEXT    NOT NULL,
    plain_variables   TEXT    NOT NULL,
    source            TEXT    NOT NULL,
    working_directory TEXT    NOT NULL,
    timeout_ms        BIGINT  NOT NULL,
    keep_releases     INT     NOT NULL,
    service           TEXT,
    created_at        BIGINT  NOT NULL
);

CREATE TABLE release_variables (
    deployment_id UUID NOT NULL REFERENCES releases (deployment_id) ON DELETE CASCADE,
    name          TEXT NOT NULL,
    sealed        BYTEA NOT NULL,
    PRIMARY KEY (deployment_id, name)
);

-- What the code host was told about a deployment beside its status (deployments.told). Whoever tells it takes the row, and
-- with it all of the repository.
CREATE TABLE results (
    deployment_id   UUID    NOT NULL PRIMARY KEY REFERENCES deployments (id) ON DELETE CASCADE,
    marked          TEXT,
    host_deployment BIGINT,
    active          BOOLEAN NOT NULL,
    dropped         BOOLEAN NOT NULL,
    attempts        INT     NOT NULL,
    next_at         BIGINT,
    error           TEXT,
    claimed_by      TEXT,
    claimed_until   BIGINT
);

CREATE INDEX results_active ON results (deployment_id) WHERE active;
CREATE INDEX results_claimed ON results (deployment_id) WHERE claimed_until IS NOT NULL;

CREATE TABLE log_chunks (
    log_id       UUID    NOT NULL,
    first_seq    BIGINT  NOT NULL,
    last_seq     BIGINT  NOT NULL,
    last_at      BIGINT  NOT NULL,
    source       UUID,
    stdout_bytes BIGINT  NOT NULL,
    stderr_bytes BIGINT  NOT NULL,
    lines        BYTEA   NOT NULL,
    UNIQUE (log_id, first_seq)
);

CREATE INDEX log_chunks_source ON log_chunks (log_id, source, first_seq) WHERE source IS NOT NULL;
CREATE INDEX log_chunks_age ON log_chunks (last_at);

-- Which words the chunks have of deployments that have ended. A chunk's number begins with the time of its last line.
CREATE TABLE log_index (
    id        BIGINT   NOT NULL PRIMARY KEY,
    log_id    UUID     NOT NULL,
    first_seq BIGINT   NOT NULL,
    words     TSVECTOR NOT NULL,
    UNIQUE (log_id, first_seq),
    FOREIGN KEY (log_id, first_seq) REFERENCES log_chunks (log_id, first_seq) ON DELETE CASCADE
);

CREATE INDEX log_index_words ON log_index USING gin (words);

-- Which rollout of each config serves. No foreign key: what runs is stopped after the config is gone.
CREATE TABLE services (
    config_id  UUID NOT NULL PRIMARY KEY,
    rollout_id UUID NOT NULL,
    stopped    BOOLEAN NOT NULL,
    node       TEXT NOT NULL,
    since      BIGINT NOT NULL
);

CREATE TABLE rollouts (
    id               UUID NOT NULL PRIMARY KEY REFERENCES deployments (id) ON DELETE CASCADE,
    config_id        UUID NOT NULL,
    switched_at      BIGINT,
    watching         BOOLEAN NOT NULL,
    drained_at       BIGINT,
    cutover_requests BIGINT,
    cutover_failed   BIGINT,
    cutover_p99_us   BIGINT,
    cutover_us       BIGINT
);

CREATE TABLE instances (
    rollout_id UUID NOT NULL,
    number     INT NOT NULL,
    config_id  UUID NOT NULL,
    node       TEXT NOT NULL,
    port       INT NOT NULL,
    run_id     UUID NOT NULL,
    state      TEXT NOT NULL,
    since      BIGINT NOT NULL,
    restarts   INT NOT NULL,
    crashes    INT NOT NULL,
    note       TEXT,
    PRIMARY KEY (rollout_id, number),
    UNIQUE (node, port)
);

CREATE INDEX instances_config ON instances (config_id);
CREATE INDEX instances_run ON instances (run_id);

-- Logs whose chunks are still to be removed, a few at a time.
CREATE TABLE removed_logs (
    log_id UUID NOT NULL PRIMARY KEY
);

CREATE TABLE deliveries (
    id          TEXT    NOT NULL PRIMARY KEY,
    event       TEXT    NOT NULL,
    repository  TEXT,
    received_at BIGINT  NOT NULL,
    action      TEXT    NOT NULL,
    verdicts    TEXT    NOT NULL,
    headers     TEXT    NOT NULL,
    payload     BYTEA   NOT NULL
);

CREATE INDEX deliveries_age ON deliveries (received_at);

CREATE TABLE users (
    id            UUID    NOT NULL PRIMARY KEY,
    username      TEXT    NOT NULL,
    username_key  TEXT    NOT NULL UNIQUE,
    email         TEXT,
    email_key     TEXT UNIQUE,
    role          TEXT    NOT NULL,
    password_hash TEXT,
    github_login  TEXT,
    github_key    TEXT,
    github_id     BIGINT UNIQUE,
    invited       BOOLEAN NOT NULL,
    created_at    BIGINT  NOT NULL
);

CREATE INDEX users_github_key ON users (github_key) WHERE github_key IS NOT NULL;

CREATE TABLE sessions (
    id         UUID    NOT NULL PRIMARY KEY,
    user_id    UUID    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL
);

CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- hash is of the secret, which is not kept.
CREATE TABLE api_tokens (
    id           UUID    NOT NULL PRIMARY KEY,
    user_id      UUID    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT    NOT NULL,
    name_key     TEXT    NOT NULL,
    scope        TEXT    NOT NULL,
    hash         TEXT    NOT NULL UNIQUE,
    created_at   BIGINT  NOT NULL,
    expires_at   BIGINT,
    last_used_at BIGINT,
    UNIQUE (user_id, name_key)
);

CREATE TABLE audit (
    id      BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      BIGINT  NOT NULL,
    actor   TEXT    NOT NULL,
    address TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    target  TEXT    NOT NULL,
    detail  TEXT    NOT NULL
);

-- The users' tokens of the code host, and whose of them counts for a repository: the lowest rank, then the longest since.
CREATE TABLE host_tokens (
    user_id    UUID    NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    access     BYTEA   NOT NULL,
    refresh    BYTEA,
    scopes     TEXT    NOT NULL,
    expires_at BIGINT
);

CREATE TABLE repository_keepers (
    repository_key TEXT    NOT NULL,
    user_id        UUID    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    rank           BIGINT  NOT NULL,
    since          BIGINT  NOT NULL,
    PRIMARY KEY (repository_key, user_id)
);

CREATE INDEX repository_keepers_user ON repository_keepers (user_id);

-- The hooks that were set up, one for each repository; the id is the code host's.
CREATE TABLE hooks (
    id             BIGINT  NOT NULL PRIMARY KEY,
    repository     TEXT    NOT NULL,
    repository_key TEXT    NOT NULL UNIQUE,
    url            TEXT    NOT NULL,
    set_up_by      TEXT    NOT NULL,
    set_up_at      BIGINT  NOT NULL
);

-- Sign-ins that were brought to their end, until they expire.
CREATE TABLE used_states (
    state      TEXT    NOT NULL PRIMARY KEY,
    expires_at BIGINT  NOT NULL
);

CREATE INDEX used_states_expiry ON used_states (expires_at);

-- What the API was asked and answered; headers, request and response are JSON without secrets.
CREATE TABLE request_log (
    id             UUID    NOT NULL PRIMARY KEY,
    at             BIGINT  NOT NULL,
    method         TEXT    NOT NULL,
    endpoint       TEXT    NOT NULL,
    path           TEXT    NOT NULL,
    status         INT     NOT NULL,
    time_us        BIGINT  NOT NULL,
    address        TEXT    NOT NULL,
    user_agent     TEXT,
    username       TEXT,
    request_bytes  BIGINT  NOT NULL,
    response_bytes BIGINT  NOT NULL,
    headers        TEXT    NOT NULL,
    request        TEXT,
    response       TEXT
);

CREATE INDEX request_log_endpoint ON request_log (endpoint, id);
CREATE INDEX request_log_status ON request_log (status, id);
