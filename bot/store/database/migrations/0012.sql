CREATE TABLE leaves (
    id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    "user" JSON NOT NULL,
    at VARCHAR(32) NOT NULL,
    "by" TEXT NOT NULL,
    channel TEXT NOT NULL,
    scheduled_at VARCHAR(32) NOT NULL,
    revoke BOOLEAN NOT NULL,
    dry_run BOOLEAN NOT NULL,
    seal VARCHAR(64) NOT NULL,
    state VARCHAR(16) NOT NULL,
    announced_at VARCHAR(32),
    began_at VARCHAR(32),
    denied_at VARCHAR(32),
    asked_at VARCHAR(32),
    ended_at VARCHAR(32),
    ended_by TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_leaves_user ON leaves (user_id);
CREATE UNIQUE INDEX ux_leaves_one_open ON leaves (user_id) WHERE state IN ('planned', 'denying', 'denied', 'revoking');
