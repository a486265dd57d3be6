ALTER TABLE user_reads ADD COLUMN "user" JSON;
ALTER TABLE user_reads ADD COLUMN counts_from VARCHAR(32);
ALTER TABLE user_reads ADD COLUMN turned_at VARCHAR(32);
UPDATE user_reads SET counts_from = first_disabled_at;
CREATE TABLE announcements (
    id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    "user" JSON NOT NULL,
    kind VARCHAR(16) NOT NULL,
    rule TEXT NOT NULL,
    counts_from VARCHAR(32) NOT NULL,
    made_at VARCHAR(32) NOT NULL,
    acts_at VARCHAR(32) NOT NULL,
    case_id VARCHAR(64) NOT NULL,
    posted_at VARCHAR(32),
    state VARCHAR(16) NOT NULL,
    action_id VARCHAR(64) NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_announcements_user ON announcements (user_id);
CREATE UNIQUE INDEX ux_announcements_one_waiting ON announcements (user_id, kind) WHERE state = 'waiting';
CREATE TABLE rule_stops (
    user_id VARCHAR(64) NOT NULL,
    "by" TEXT NOT NULL,
    at VARCHAR(32) NOT NULL,
    PRIMARY KEY (user_id)
);
CREATE TABLE holds (
    id VARCHAR(64) NOT NULL,
    why VARCHAR(16) NOT NULL,
    made_at VARCHAR(32) NOT NULL,
    accepted_at VARCHAR(32),
    accepted_by TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE held_people (
    hold_id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (hold_id, user_id)
);
CREATE INDEX ix_held_people_user ON held_people (user_id);
CREATE TABLE brakes (
    id VARCHAR(64) NOT NULL,
    state VARCHAR(16) NOT NULL,
    engaged_at VARCHAR(32) NOT NULL,
    disabled_after VARCHAR(32),
    newest_at VARCHAR(32) NOT NULL,
    users INTEGER NOT NULL,
    ended_at VARCHAR(32),
    ended_by TEXT NOT NULL,
    asked_at VARCHAR(32) NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ux_brakes_one_engaged ON brakes (state) WHERE state = 'engaged';
CREATE TABLE braked_people (
    brake_id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (brake_id, user_id)
);
CREATE INDEX ix_braked_people_user ON braked_people (user_id);
