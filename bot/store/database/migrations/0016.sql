CREATE TABLE bulks (
    id VARCHAR(36) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    "by" TEXT NOT NULL,
    channel TEXT NOT NULL,
    filter_text TEXT NOT NULL,
    made_at VARCHAR(32) NOT NULL,
    plan JSON,
    dry_run BOOLEAN NOT NULL,
    raises_limit BOOLEAN NOT NULL,
    state VARCHAR(16) NOT NULL,
    view_id TEXT NOT NULL,
    began_at VARCHAR(32),
    stopped_at VARCHAR(32),
    stopped_by TEXT NOT NULL,
    ended_at VARCHAR(32),
    PRIMARY KEY (id)
);
CREATE INDEX ix_bulks_made ON bulks (made_at);
CREATE INDEX ix_bulks_open ON bulks (began_at) WHERE state IN ('running', 'stopping');
CREATE TABLE bulk_people (
    bulk_id VARCHAR(36) NOT NULL,
    number INTEGER NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    "user" JSON NOT NULL,
    case_id VARCHAR(64),
    left_out VARCHAR(16),
    why TEXT NOT NULL,
    seal VARCHAR(64) NOT NULL,
    PRIMARY KEY (bulk_id, number),
    FOREIGN KEY (bulk_id) REFERENCES bulks (id)
);
CREATE UNIQUE INDEX ux_bulk_people_user ON bulk_people (bulk_id, user_id);
