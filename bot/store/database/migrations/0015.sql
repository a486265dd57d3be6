CREATE TABLE lists (
    id VARCHAR(64) NOT NULL,
    by TEXT NOT NULL,
    opened_at VARCHAR(32) NOT NULL,
    filter TEXT NOT NULL,
    page INTEGER NOT NULL,
    selecting BOOLEAN NOT NULL,
    selected JSON NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id)
);
