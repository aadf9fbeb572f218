"""Tables of the spool file."""

SCHEMA_VERSION = 1

# AUTOINCREMENT: a row number is never used twice, also when old rows have been deleted, since the cloud counts by it.
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL,
    raw BLOB NOT NULL,
    body TEXT NOT NULL,
    repeats INTEGER NOT NULL DEFAULT 0,
    stored_at REAL NOT NULL,
    acked_at REAL,
    rejected TEXT
);
CREATE INDEX IF NOT EXISTS outbox_open ON outbox (seq) WHERE acked_at IS NULL AND rejected IS NULL;
CREATE TABLE IF NOT EXISTS counted (
    device TEXT NOT NULL,
    digest TEXT NOT NULL,
    counted_at REAL NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (device, digest)
) WITHOUT ROWID;
"""
