CREATE TABLE source_looks (
    user_id VARCHAR(64) NOT NULL,
    answer VARCHAR(16) NOT NULL,
    restorable_until VARCHAR(32),
    name TEXT NOT NULL,
    said TEXT NOT NULL,
    looked_at VARCHAR(32) NOT NULL,
    PRIMARY KEY (user_id)
);
