//! The tables, and the one place where a store comes from one version to the next.
use rusqlite::{Connection, Transaction};

use super::Error;

/// `application_id` of the file (SQLite's file format, offset 68): "Tlwd".
pub(super) const APPLICATION: i64 = 0x546c_7764;

/// The steps from an empty file to this version, in order: step `n` leads to `user_version` `n + 1`.
const STEPS: &[&str] = &[VERSION_1, VERSION_2, HISTORY, RECORD];

/// What tasks did before, by layer and SHA-256.
const HISTORY: &str = include_str!("schema/history.sql");
/// The installation's own chain, what refusals are folded into, and what was archived.
const RECORD: &str = include_str!("schema/record.sql");

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

/// Agents with keys; tasks as trees, with budgets of every unit, their policy's text, and what they did before.
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
-- Every text that a task was opened under, so that it can be decided by it when another has taken its place.
CREATE TABLE policies (
    sha256 BLOB PRIMARY KEY,
    texts  TEXT NOT NULL              -- JSON array of name and text, the main file first
) STRICT, WITHOUT ROWID;

ALTER TABLE tasks ADD COLUMN parent TEXT REFERENCES tasks (id);
ALTER TABLE tasks ADD COLUMN root TEXT;      -- the first of its tree; the tree shares what it did before
ALTER TABLE tasks ADD COLUMN depth INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN opened_by TEXT NOT NULL DEFAULT 'operator';
ALTER TABLE tasks ADD COLUMN boot TEXT;      -- the kernel's boot, and microseconds in it, when the task was opened
ALTER TABLE tasks ADD COLUMN up INTEGER;
ALTER TABLE tasks ADD COLUMN tainted_at INTEGER;
ALTER TABLE tasks ADD COLUMN tainted_by TEXT;
UPDATE tasks SET root = id;
CREATE INDEX tasks_of_agent ON tasks (agent, opened);
CREATE INDEX tasks_of_parent ON tasks (parent);
CREATE INDEX tasks_of_root ON tasks (root);

-- What a task may use up and has used up, by unit; without a \"most\" it is counted alone.
CREATE TABLE spending (
    task  TEXT NOT NULL REFERENCES tasks (id),
    unit  TEXT NOT NULL,
    most  INTEGER,
    spent INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (task, unit)
) STRICT, WITHOUT ROWID;
INSERT INTO spending (task, unit, most, spent) SELECT id, 'calls', budget, used FROM tasks;
-- The same of an agent, in one type of task and on one day.
CREATE TABLE daily (
    agent TEXT NOT NULL,
    type  TEXT NOT NULL,
    day   INTEGER NOT NULL,           -- days since 1970
    unit  TEXT NOT NULL,
    spent INTEGER NOT NULL,
    PRIMARY KEY (agent, type, unit, day)
) STRICT, WITHOUT ROWID;

-- Calls that rules ask about, of a tree of tasks.
CREATE TABLE marks (
    task TEXT NOT NULL REFERENCES tasks (id),
    mark INTEGER NOT NULL,
    succeeded INTEGER NOT NULL,       -- 0: it has begun
    PRIMARY KEY (task, mark)
) STRICT, WITHOUT ROWID;
-- Values that a call supplied: keyed hashes, gone with the task.
CREATE TABLE seen (
    task TEXT NOT NULL REFERENCES tasks (id),
    mark INTEGER NOT NULL,
    hash BLOB NOT NULL,
    call TEXT NOT NULL,
    tool TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (task, mark, hash)
) STRICT, WITHOUT ROWID;
-- `uses` is of the whole tree too, under its root.
ALTER TABLE tasks DROP COLUMN budget;
ALTER TABLE tasks DROP COLUMN used;
ALTER TABLE tasks ADD COLUMN budget TEXT NOT NULL DEFAULT '{}'; -- JSON object, what the task itself was given
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

#[cfg(test)]
mod tests {
    use toolward_manifests::scope::{History, LayerId, Witnesses};

    use super::super::tasks::{Life, Tasks};
    use super::super::{Durability, Moment, State};
    use super::*;

    /// A store of version 1 keeps its tasks, their budgets and what they used of them.
    #[test]
    fn a_store_of_the_version_before_is_brought_to_this_one_by_init_alone() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("state.db"), []).unwrap();
        let store = Connection::open(home.path().join("state.db")).unwrap();
        store.execute_batch(VERSION_1).unwrap();
        store.pragma_update(None, "application_id", APPLICATION).unwrap();
        store.pragma_update(None, "user_version", 1).unwrap();
        let task =
            "INSERT INTO tasks (id, handle, agent, type, policy, policy_sha256, grant_name, grant_text, parameters,
                mounts, opened, expires, budget, used)
            VALUES ('t_1', zeroblob(32), 'coder', 'review', '/policy.toml', zeroblob(32), 'g.toml', 'schema = 1', '{}',
                '[]', 1, 9000000000000000, 5, 2);
            INSERT INTO uses (task, rule, uses) VALUES ('t_1', 7, 2)";
        store.execute_batch(task).unwrap();
        drop(store);

        let refused = State::open(home.path(), Durability::Process).unwrap_err();
        assert!(matches!(refused, Error::Version { found: 1, .. }), "{refused}");
        let state = State::create(home.path(), Durability::Process).unwrap();
        let task = state.db.by_id("t_1").unwrap().unwrap();
        assert_eq!((task.calls_used, task.root(), task.life(&Moment::now())), (2, "t_1", Life::Open));
        assert_eq!(task.opening.grant.as_ref().unwrap().name, "g.toml");
        let calls = state.db.spending("t_1").unwrap();
        assert!(calls.iter().any(|calls| (calls.most, calls.spent) == (Some(5), 2)), "{calls:?}");
        State::open(home.path(), Durability::Process).unwrap();
        // The history of version 1 is not kept: no layer has seen the two calls.
        let layer = LayerId([1; 32]);
        let witnesses = Witnesses { layers: vec![layer], changed: None };
        let history = state.db.past(&task, &[], &witnesses, &|_, _| true).unwrap().history;
        assert_eq!(history, History { unseen: [(layer, 2)].into(), ..History::default() });
    }
}
