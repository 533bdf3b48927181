//! A home in a temporary directory, and records to fill it with.
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use toolward::audit::verify::{Bad, Checkpoints, Report, Stop, verify_export, verify_store};
use toolward::audit::{Choice, Log, Mode, NewRecord, TaskRef, Witness, export};
use toolward::state::{Durability, PublicKey, State, Time};
use toolward_host_fns::record::{Entry, Outcome, Totals, Word};
use toolward_manifests::{Kind, Layer, RuleRef};

pub(crate) struct World {
    directory: TempDir,
    pub(crate) state: State,
}

impl World {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let state = State::create(&directory.path().join("home"), Durability::Process).unwrap();
        Self { directory, state }
    }

    /// A home with a log: two tasks in turns, an effect, a refusal.
    pub(crate) fn with_log() -> Self {
        let world = Self::new();
        let (a, b) = (task("t_a"), task("t_b"));
        let log = world.log();
        log.append(&a, &[read("/repo/1"), read("/repo/2")]).unwrap();
        log.append(&b, &[read("/repo/3")]).unwrap();
        let intent = log.append(&a, &[intent("/repo/4")]).unwrap().pop().unwrap();
        log.append(&b, &[refusal("/repo/.env", "d_1")]).unwrap();
        log.append(&a, &[outcome("/repo/4", intent), read("/repo/5")]).unwrap();
        world
    }

    pub(crate) fn log(&self) -> Log {
        Log::new(&self.state, Mode::SingleUser)
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.directory.path().join("home")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn key(&self) -> PublicKey {
        self.state.keys.signing.public()
    }

    pub(crate) fn sql(&self, sql: &str) {
        rusqlite::Connection::open(self.state.db.path()).unwrap().execute_batch(sql).unwrap();
    }

    pub(crate) fn export(&self, choice: &Choice) -> Vec<u8> {
        let mut out = Vec::new();
        export(&self.state, choice, &mut out).unwrap();
        out
    }

    pub(crate) fn verify(&self) -> Result<Report, Bad> {
        outcome_of(verify_store(&self.state.db, &Checkpoints::default()))
    }

    pub(crate) fn verify_export(&self, export: &[u8]) -> Result<Report, Bad> {
        outcome_of(verify_export(std::io::Cursor::new(export), &self.key(), &Checkpoints::default()))
    }
}

/// The log holds or does not: that it cannot be read is a broken test.
pub(crate) fn outcome_of(done: Result<Report, Stop>) -> Result<Report, Bad> {
    done.map_err(|stop| match stop {
        Stop::Bad(bad) => bad,
        Stop::Failed(failure) => Bad { at: "failed".into(), what: failure.message },
    })
}

pub(crate) fn task(id: &str) -> TaskRef {
    TaskRef { agent: Some("coder".into()), ..TaskRef::of_nobody(id) }
}

pub(crate) fn read(resource: &str) -> NewRecord {
    let totals = Totals { read: 4096, read_digest: Some([7; 32]), ..Totals::default() };
    record(resource, "read", Word::Allow, Outcome::Done, Some(totals))
}

pub(crate) fn intent(resource: &str) -> NewRecord {
    record(resource, "write", Word::Allow, Outcome::Intent, None)
}

pub(crate) fn outcome(resource: &str, intent: u64) -> NewRecord {
    let mut new = record(resource, "write", Word::Allow, Outcome::Done, None);
    new.entry.intent = Some(intent);
    new
}

pub(crate) fn refusal(resource: &str, id: &str) -> NewRecord {
    let mut new = record(resource, "read", Word::Deny, Outcome::Refused, None);
    new.entry.id = Some(id.into());
    new
}

fn record(resource: &str, op: &'static str, verdict: Word, outcome: Outcome, totals: Option<Totals>) -> NewRecord {
    let rule = RuleRef { file: "policy.toml".into(), line: 31, text: "`allow = [\"read\"]` on `/repo/**`".into() };
    let entry = Entry {
        kind: Kind::Files,
        op: op.into(),
        resource: resource.into(),
        verdict,
        layer: Some(Layer::Policy),
        rule: Some(Arc::new(rule)),
        note: None,
        outcome,
        intent: None,
        totals,
        peer: None,
        id: None,
    };
    NewRecord {
        time: Time::from_micros(1_767_225_600_123_456),
        call: Some("c_1".into()),
        tool: Some("search".into()),
        entry,
        witness: Witness::Broker,
        counted_by: Witness::Broker,
        isolation: None,
        took: None,
        development: false,
        policies: None,
    }
}
