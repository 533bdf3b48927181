//! The tables, and the one place where a store comes from one version to the next.
use rusqlite::{Connection, Transaction};

use super::Error;

/// `application_id` of the file (SQLite's file format, offset 68): "Tlwd".
pub(super) const APPLICATION: i64 = 0x546c_7764;

/// The steps from an empty file to this version, in order: step `n` leads to `user_version` `n + 1`.
const STEPS: &[&str] = &[VERSION_1, VERSION_2];

const VERSION_1: &str = "
-- The log. `n` is the order of the whole store; a batch is a run of consecutive `n`.
CREATE TABLE records (
    n    INTEGER PRIMARY KEY,
    body TEXT NOT NULL,      -- one line of JSON, exactly as it was hashed
    hash BLOB NOT NULL       -- SHA-256 of the body
) STRICT;
-- One entry a committed batch. A task's newest entry is the head of its chain.
CREATE TABLE ledger (
    seq     INTEGER PRIMARY KEY,
    task    TEXT NOT NULL,
    head    INTEGER NOT NULL, -- `seq` of the batch's last record, within its task
    head_hash BLOB NOT NULL,
    last_n  INTEGER NOT NULL, -- `n` of the batch's last record
    hash    BLOB NOT NULL     -- the ledger's own chain
) STRICT;
CREATE INDEX ledger_of_task ON ledger (task, seq);
-- Where to look; neither is evidence.
CREATE TABLE calls (call TEXT PRIMARY KEY, first_n INTEGER NOT NULL, last_n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE refusals (id TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE tasks (
    id         TEXT PRIMARY KEY,
    handle     BLOB NOT NULL UNIQUE, -- SHA-256 of the handle, which is stored nowhere
    agent      TEXT,
    owner      TEXT,
    type       TEXT NOT NULL,
    policy     TEXT NOT NULL,
    policy_sha256 BLOB NOT NULL,
    grant_name TEXT,
    grant_text TEXT,
    parameters TEXT NOT NULL,        -- JSON object
    mounts     TEXT NOT NULL,        -- JSON array
    opened     INTEGER NOT NULL,     -- microseconds since 1970, as every time here
    expires    INTEGER NOT NULL,
    budget     INTEGER,
    used       INTEGER NOT NULL DEFAULT 0,
    ended      TEXT CHECK (ended IN ('closed', 'revoked')),
    ended_at   INTEGER,
    CHECK ((ended IS NULL) = (ended_at IS NULL)),
    CHECK ((grant_name IS NULL) = (grant_text IS NULL))
) STRICT;
-- How often each counted rule was used in a task.
CREATE TABLE uses (
    task TEXT NOT NULL REFERENCES tasks (id),
    rule INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    PRIMARY KEY (task, rule)
) STRICT, WITHOUT ROWID;
";

/// Agents with keys.
const VERSION_2: &str = "
CREATE TABLE agents (
    name       TEXT PRIMARY KEY,
    owner      TEXT,
    added      INTEGER NOT NULL,
    revoked_at INTEGER,
    tainted_until INTEGER             -- where the policy says that taint outlasts a task
) STRICT, WITHOUT ROWID;
-- What proves that somebody is the agent: the public half alone. A key that was replaced holds until its time is over.
CREATE TABLE agent_keys (
    agent  TEXT NOT NULL REFERENCES agents (name),
    public BLOB NOT NULL,
    added  INTEGER NOT NULL,
    until  INTEGER,
    PRIMARY KEY (agent, public)
) STRICT, WITHOUT ROWID;
";

/// The version that this program reads and writes.
pub(super) fn known() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// What a file says of itself: application and version. A fresh file says 0 and 0.
pub(super) fn marks(connection: &Connection) -> Result<(i64, i64), Error> {
    let application = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok((application, version))
}

/// Brings a store to this version, all steps or none.
pub(super) fn migrate(tx: &Transaction<'_>, from: i64) -> Result<(), Error> {
    for step in STEPS.iter().skip(usize::try_from(from).unwrap_or(usize::MAX)) {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", known())?;
    Ok(())
}
