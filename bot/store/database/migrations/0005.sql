ALTER TABLE messages ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;
ALTER TABLE messages ADD COLUMN shown_version INTEGER DEFAULT 0 NOT NULL;
UPDATE messages SET shown_version = 1 WHERE posted_at IS NOT NULL;
CREATE INDEX ix_messages_subject ON messages (kind, ref);
CREATE INDEX ix_cases_digest ON cases (digest_scan_id);
ALTER TABLE scans ADD COLUMN opened INTEGER;
ALTER TABLE scans ADD COLUMN closed INTEGER;
