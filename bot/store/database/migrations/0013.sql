ALTER TABLE actions ADD COLUMN parked_since VARCHAR(32);
ALTER TABLE actions ADD COLUMN parked_until VARCHAR(32);
CREATE INDEX ix_actions_started ON actions (started_at);
CREATE INDEX ix_actions_queued ON actions (asked_at) WHERE state = 'queued';
ALTER TABLE denies ADD COLUMN enabled_since VARCHAR(32);
