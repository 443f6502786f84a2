-- Version 1 of the ledger. SCHEMA.md says what each table and column means.

CREATE TABLE runs (
    id             INTEGER PRIMARY KEY,
    plan           TEXT NOT NULL UNIQUE,
    planned        INTEGER,
    started        INTEGER NOT NULL,
    actor          TEXT NOT NULL,
    command        TEXT NOT NULL,
    offcut         TEXT NOT NULL,
    plan_file      TEXT,
    providers      TEXT NOT NULL,
    rules          TEXT NOT NULL,
    first_item     INTEGER NOT NULL,
    items          INTEGER NOT NULL,
    uploads        INTEGER NOT NULL,
    parts          INTEGER NOT NULL,
    bytes          INTEGER NOT NULL,
    monthly        REAL NOT NULL,
    currency       TEXT,
    priced_at      TEXT,
    unpriced_bytes INTEGER NOT NULL,
    finished       INTEGER,
    interrupted    INTEGER NOT NULL DEFAULT 0,
    requests       INTEGER NOT NULL DEFAULT 0,
    settled_by     TEXT
) STRICT;
CREATE INDEX runs_open ON runs (id) WHERE finished IS NULL;

CREATE TABLE rules (
    id      INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    file    TEXT NOT NULL,
    line    INTEGER NOT NULL,
    UNIQUE (address, file, line)
) STRICT;

CREATE TABLE buckets (
    id       INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    bucket   TEXT NOT NULL,
    UNIQUE (provider, bucket)
) STRICT;

CREATE TABLE classes (
    id            INTEGER PRIMARY KEY,
    kind          TEXT NOT NULL,
    storage_class TEXT NOT NULL,
    per_gib_month REAL NOT NULL,
    currency      TEXT NOT NULL,
    priced_at     TEXT NOT NULL,
    UNIQUE (kind, storage_class, per_gib_month, currency, priced_at)
) STRICT;

CREATE TABLE accounts (
    id      INTEGER PRIMARY KEY,
    account TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE items (
    id          INTEGER PRIMARY KEY,
    run         INTEGER NOT NULL REFERENCES runs (id),
    rule        INTEGER NOT NULL REFERENCES rules (id),
    bucket      INTEGER NOT NULL REFERENCES buckets (id),
    key         TEXT NOT NULL,
    upload_id   TEXT NOT NULL,
    initiated   INTEGER,
    newest_part INTEGER,
    parts       INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,
    class       INTEGER NOT NULL REFERENCES classes (id),
    owner       INTEGER REFERENCES accounts (id),
    initiator   INTEGER REFERENCES accounts (id),
    reason      TEXT NOT NULL,
    fingerprint TEXT NOT NULL
) STRICT;
CREATE INDEX items_upload ON items (substr(upload_id, -8));

CREATE TABLE spans (
    run        INTEGER NOT NULL REFERENCES runs (id),
    bucket     INTEGER NOT NULL REFERENCES buckets (id),
    first_item INTEGER NOT NULL,
    items      INTEGER NOT NULL,
    first_key  TEXT NOT NULL,
    last_key   TEXT NOT NULL,
    PRIMARY KEY (run, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE intents (
    run      INTEGER NOT NULL REFERENCES runs (id),
    provider TEXT NOT NULL,
    through  INTEGER NOT NULL,
    PRIMARY KEY (run, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE answers (
    item       INTEGER PRIMARY KEY REFERENCES items (id),
    request_id TEXT NOT NULL,
    at         INTEGER NOT NULL
) STRICT;

CREATE TABLE outcomes (
    number     INTEGER PRIMARY KEY,
    item       INTEGER NOT NULL UNIQUE REFERENCES items (id),
    rule       INTEGER NOT NULL REFERENCES rules (id),
    bucket     INTEGER NOT NULL REFERENCES buckets (id),
    result     TEXT NOT NULL,
    at         INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    error      TEXT NOT NULL,
    hash       BLOB NOT NULL
) STRICT;
CREATE INDEX outcomes_rule ON outcomes (rule);
CREATE INDEX outcomes_bucket ON outcomes (bucket);
CREATE INDEX outcomes_unusual ON outcomes (result) WHERE result <> 'aborted';

CREATE TABLE sums (
    run            INTEGER NOT NULL REFERENCES runs (id),
    day            TEXT NOT NULL,
    rule           INTEGER NOT NULL REFERENCES rules (id),
    bucket         INTEGER NOT NULL REFERENCES buckets (id),
    result         TEXT NOT NULL,
    uploads        INTEGER NOT NULL,
    parts          INTEGER NOT NULL,
    bytes          INTEGER NOT NULL,
    monthly        REAL NOT NULL,
    currency       TEXT NOT NULL,
    priced_at      TEXT NOT NULL,
    unpriced_bytes INTEGER NOT NULL,
    first_number   INTEGER NOT NULL,
    last_number    INTEGER NOT NULL,
    first_at       INTEGER NOT NULL,
    last_at        INTEGER NOT NULL,
    PRIMARY KEY (run, day, rule, bucket, result)
) STRICT, WITHOUT ROWID;

CREATE TABLE chain (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL,
    hash   BLOB NOT NULL
) STRICT;
INSERT INTO chain (id, number, hash) VALUES (1, 0, zeroblob(32));

CREATE TABLE prunings (
    through INTEGER PRIMARY KEY,
    hash    BLOB NOT NULL,
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    runs    INTEGER NOT NULL
) STRICT;

CREATE TRIGGER outcomes_stay_unchanged BEFORE UPDATE ON outcomes
BEGIN
    SELECT raise(ABORT, 'outcomes are never changed');
END;

CREATE TRIGGER outcomes_stay BEFORE DELETE ON outcomes
WHEN OLD.number > (SELECT coalesce(max(through), 0) FROM prunings)
BEGIN
    SELECT raise(ABORT, 'outcomes are removed by retention only');
END;

CREATE VIEW history AS
SELECT
    o.number,
    strftime('%Y-%m-%d %H:%M:%S', o.at / 1000000, 'unixepoch') AS time,
    r.plan AS run,
    r.actor,
    u.address AS rule,
    b.provider,
    b.bucket,
    i.key,
    i.upload_id,
    strftime('%Y-%m-%d %H:%M:%S', i.initiated / 1000000, 'unixepoch') AS initiated,
    i.parts,
    i.bytes,
    c.storage_class,
    round(c.per_gib_month * i.bytes / 1073741824, 6) AS monthly,
    c.currency,
    i.reason,
    o.result,
    o.request_id,
    o.attempts,
    o.error
FROM outcomes AS o
JOIN items AS i ON i.id = o.item
JOIN runs AS r ON r.id = i.run
JOIN rules AS u ON u.id = o.rule
JOIN buckets AS b ON b.id = o.bucket
JOIN classes AS c ON c.id = i.class;
