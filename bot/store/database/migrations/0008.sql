CREATE TABLE user_reads (
    user_id VARCHAR(64) NOT NULL,
    status VARCHAR(16) NOT NULL,
    read_started_at VARCHAR(32) NOT NULL,
    complete BOOLEAN NOT NULL,
    first_disabled_at VARCHAR(32),
    group_ids JSON NOT NULL,
    found_by VARCHAR(16) NOT NULL,
    PRIMARY KEY (user_id)
);
CREATE TABLE wanted_reads (
    user_id VARCHAR(64) NOT NULL,
    event_at VARCHAR(32) NOT NULL,
    says VARCHAR(16) NOT NULL,
    asked_at VARCHAR(32) NOT NULL,
    due_at VARCHAR(32) NOT NULL,
    attempt INTEGER NOT NULL,
    PRIMARY KEY (user_id)
);
CREATE TABLE heard_events (
    id VARCHAR(128) NOT NULL,
    at VARCHAR(32) NOT NULL,
    poison BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_heard_events_at ON heard_events (at);
CREATE TABLE event_counts (
    day VARCHAR(10) NOT NULL,
    name VARCHAR(32) NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (day, name)
);
