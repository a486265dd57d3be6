CREATE TABLE wishes (
    id VARCHAR(64) NOT NULL,
    what VARCHAR(32) NOT NULL,
    "user" JSON NOT NULL,
    os_user TEXT NOT NULL,
    host TEXT NOT NULL,
    asked_at VARCHAR(32) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    reason TEXT NOT NULL,
    not_disabled BOOLEAN NOT NULL,
    with_delete BOOLEAN NOT NULL,
    dry_run BOOLEAN NOT NULL,
    case_id VARCHAR(64) NOT NULL,
    case_version INTEGER NOT NULL,
    proof TEXT NOT NULL,
    state VARCHAR(16) NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_wishes_state ON wishes (state);
