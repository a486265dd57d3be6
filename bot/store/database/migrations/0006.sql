CREATE TABLE remembered (
    name VARCHAR(64) NOT NULL,
    value TEXT NOT NULL,
    at VARCHAR(32) NOT NULL,
    PRIMARY KEY (name)
);
