CREATE TABLE audit (
    seq INTEGER NOT NULL,
    at VARCHAR(32) NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    verdict VARCHAR(32) NOT NULL,
    reason TEXT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (hash)
);

CREATE TABLE cases (
    id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user JSON NOT NULL,
    grants JSON NOT NULL,
    reached JSON NOT NULL,
    severity VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    version INTEGER NOT NULL,
    opened_at VARCHAR(32) NOT NULL,
    found_by TEXT NOT NULL,
    read_at VARCHAR(32) NOT NULL,
    read_complete BOOLEAN NOT NULL,
    management_account_id VARCHAR(16),
    caller_account_id VARCHAR(16),
    used JSON,
    closed_at VARCHAR(32),
    closed_reason VARCHAR(16),
    closed_by TEXT,
    sessions_until VARCHAR(32),
    channel TEXT,
    ts TEXT,
    shown_version INTEGER NOT NULL,
    digest_scan_id VARCHAR(64),
    wants_message BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_cases_user ON cases (user_id);

CREATE UNIQUE INDEX ux_cases_one_open ON cases (user_id) WHERE state = 'open';

CREATE TABLE denies (
    id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user JSON NOT NULL,
    policy_id TEXT NOT NULL,
    since VARCHAR(32) NOT NULL,
    "by" TEXT NOT NULL,
    cover JSON NOT NULL,
    confirmed BOOLEAN NOT NULL,
    names JSON NOT NULL,
    inline JSON NOT NULL,
    reason TEXT NOT NULL,
    not_disabled BOOLEAN NOT NULL,
    clear_since VARCHAR(32),
    missing TEXT NOT NULL,
    lifted_at VARCHAR(32),
    lifted_by TEXT,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX ux_denies_one_in_force ON denies (user_id) WHERE lifted_at IS NULL;

CREATE TABLE deny_policies (
    policy_id VARCHAR(255) NOT NULL,
    placeholder TEXT NOT NULL,
    PRIMARY KEY (policy_id)
);

CREATE TABLE dialogs (
    id VARCHAR(64) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    "by" TEXT NOT NULL,
    channel TEXT NOT NULL,
    response_url TEXT NOT NULL,
    view_id TEXT NOT NULL,
    case_id VARCHAR(64),
    user_id TEXT NOT NULL,
    "query" TEXT NOT NULL,
    user JSON,
    digest VARCHAR(64) NOT NULL,
    admin BOOLEAN NOT NULL,
    opened_at VARCHAR(32) NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE drawn_with (
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (fingerprint)
);

CREATE TABLE inline_policies (
    permission_set_arn VARCHAR(255) NOT NULL,
    former TEXT NOT NULL,
    written TEXT NOT NULL,
    PRIMARY KEY (permission_set_arn)
);

CREATE TABLE messages (
    seq INTEGER NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    ref VARCHAR(64) NOT NULL,
    case_id VARCHAR(64),
    asker JSON,
    text TEXT NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    posted_at VARCHAR(32),
    channel TEXT,
    ts TEXT,
    PRIMARY KEY (seq),
    UNIQUE ("key")
);

CREATE INDEX ix_messages_waiting ON messages (posted_at, seq);

CREATE TABLE scans (
    id VARCHAR(64) NOT NULL,
    state VARCHAR(16) NOT NULL,
    "trigger" VARCHAR(32) NOT NULL,
    askers JSON NOT NULL,
    started_at VARCHAR(32) NOT NULL,
    ended_at VARCHAR(32),
    status VARCHAR(16),
    coverage JSON,
    orphans JSON,
    workflow_id TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX ux_scans_one_running ON scans (state) WHERE state = 'running';

CREATE TABLE summaries (
    id VARCHAR(255) NOT NULL,
    at VARCHAR(32) NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE unused_sets (
    permission_set_arn VARCHAR(255) NOT NULL,
    since VARCHAR(32) NOT NULL,
    PRIMARY KEY (permission_set_arn)
);

CREATE TABLE actions (
    id VARCHAR(64) NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    lane VARCHAR(16) NOT NULL,
    user_id VARCHAR(255) NOT NULL,
    user JSON NOT NULL,
    case_id VARCHAR(64),
    "by" TEXT NOT NULL,
    channel TEXT NOT NULL,
    response_url TEXT NOT NULL,
    asked_at VARCHAR(32) NOT NULL,
    state VARCHAR(16) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    revision TEXT NOT NULL,
    dry_run BOOLEAN NOT NULL,
    workflow_id TEXT NOT NULL,
    started_at VARCHAR(32),
    finished_at VARCHAR(32),
    message TEXT NOT NULL,
    remaining JSON,
    verified_at VARCHAR(32),
    undo JSON,
    elsewhere JSON,
    cover JSON,
    reason TEXT NOT NULL,
    not_disabled BOOLEAN NOT NULL,
    with_delete BOOLEAN NOT NULL,
    emptied JSON,
    parent VARCHAR(64) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE ("key"),
    FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_actions_user ON actions (user_id);

CREATE UNIQUE INDEX ux_actions_one_unfinished ON actions (user_id, lane) WHERE state IN ('queued', 'running');

CREATE INDEX ix_actions_parent ON actions (parent);

CREATE TABLE case_changes (
    id VARCHAR(64) NOT NULL,
    case_id VARCHAR(64) NOT NULL,
    at VARCHAR(32) NOT NULL,
    added JSON NOT NULL,
    removed JSON NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE TABLE operations (
    action_id VARCHAR(64) NOT NULL,
    seq INTEGER NOT NULL,
    operation JSON NOT NULL,
    state VARCHAR(16) NOT NULL,
    request_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    moved_at VARCHAR(32),
    PRIMARY KEY (action_id, seq),
    FOREIGN KEY(action_id) REFERENCES actions (id)
);
