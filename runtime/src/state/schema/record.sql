-- When it was recorded that a task had expired: once, by whoever noticed first.
ALTER TABLE tasks ADD COLUMN expired_at INTEGER;
UPDATE tasks SET expired_at = expires WHERE ended IS NULL AND expires <= unixepoch() * 1000000;
CREATE INDEX tasks_due ON tasks (expires) WHERE ended IS NULL AND expired_at IS NULL;

-- Where the installation's records of a task are; no evidence.
CREATE TABLE subjects (subject TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (subject, n)) STRICT, WITHOUT ROWID;
-- What the installation's chain has recorded last of something that only shows by comparing, as the policy's digest.
CREATE TABLE noticed (what TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
-- Refused openings by agent, within an hour: the first are recorded one by one, the others are counted.
CREATE TABLE refused_openings (
    agent    TEXT PRIMARY KEY,           -- '' stands for every agent that nobody has named
    since    INTEGER NOT NULL,
    recorded INTEGER NOT NULL,
    counted  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Calls that were refused after their task's log was full: counted, not recorded.
CREATE TABLE unrecorded_calls (task TEXT PRIMARY KEY REFERENCES tasks (id), calls INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Chains that were moved to a file, in parts. The ledger keeps their entries.
CREATE TABLE archives (
    id     INTEGER PRIMARY KEY,
    time   INTEGER NOT NULL,
    file   TEXT NOT NULL,
    sha256 BLOB NOT NULL                 -- of the file
) STRICT;
CREATE TABLE archived (
    task       TEXT NOT NULL,
    after      INTEGER NOT NULL,         -- `seq` and hash of the record before the part's first
    after_hash BLOB NOT NULL,
    head       INTEGER NOT NULL,         -- those of its last
    head_hash  BLOB NOT NULL,
    archive    INTEGER NOT NULL REFERENCES archives (id),
    PRIMARY KEY (task, head)
) STRICT, WITHOUT ROWID;
CREATE INDEX archived_of_archive ON archived (archive, task);
