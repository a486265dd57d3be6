ALTER TABLE cases ADD COLUMN reviewed_at VARCHAR(32);
ALTER TABLE cases ADD COLUMN reviewed_by TEXT;
UPDATE cases SET used = NULL WHERE CAST(used AS TEXT) = 'null';
UPDATE cases SET version = version + 1 WHERE used IS NOT NULL;
UPDATE cases SET wants_message = TRUE WHERE used IS NOT NULL AND state = 'closed';
