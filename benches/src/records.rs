//! The log: records appended in batches and alone, beside the same bytes in SQLite without any chain.
use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, ensure};
use rusqlite::Connection;
use toolward::audit::{Log, Mode, NewRecord, TaskRef, Witness};
use toolward::state::Time;
use toolward_host_fns::record::{Entry, Outcome, Totals, Word};
use toolward_manifests::{Kind, Layer, RuleRef};

use crate::figure::{Figure, Row};
use crate::stats::in_turns;
use crate::world::World;

const BATCH: usize = 1_000;
const BATCHES: usize = 200;
const COMMITS: usize = 5_000;
const A_SECOND: f64 = 200_000.0;
/// The size of the write-ahead log at which the baseline copies it, as the store does; in bytes.
const COPY_AT: u64 = 16 << 20;

pub(crate) fn measure() -> Result<Figure> {
    let world = World::new()?;
    let log = Log::new(&world.state, Mode::SingleUser);
    let task = TaskRef::of(&world.open_task()?.0);
    let batch: Vec<NewRecord> = (0..BATCH).map(|n| read(&format!("/repo/src/file-{n:03}"))).collect();
    log.append(&task, &batch)?;
    let bodies = bodies(world.state.db.path())?;
    let mut plain = Unchained::new(&world.path("unchained.db"))?;

    let mut of_log = || log.append(&task, &batch).map(drop).map_err(Into::into);
    let mut of_plain = || plain.append(&bodies);
    let [chained, unchained] = in_turns(BATCHES, [&mut of_log, &mut of_plain])?;
    let records = (BATCH * BATCHES) as f64;
    let (chained, unchained) = (chained.sum().as_secs_f64(), unchained.sum().as_secs_f64());
    let rate = records / chained;
    let what = format!("records a second, in batches of {BATCH}");
    let rate_row = Row::alone(what, thousands(rate)).beside(thousands(records / unchained), chained / unchained);
    let rate_row = rate_row.goal(format!("{} a second", thousands(A_SECOND)), rate >= A_SECOND);

    let one = [intent()];
    let mut of_log = || log.append(&task, &one).map(drop).map_err(Into::into);
    let mut of_plain = || plain.append(bodies.get(..1).unwrap_or_default());
    let [chained, unchained] = in_turns(COMMITS, [&mut of_log, &mut of_plain])?;
    let commit_row = Row::times("one intent, committed", chained.median(), unchained.median());
    Ok(Figure { title: "Records", rows: vec![rate_row, commit_row], definition: definition() })
}

fn definition() -> String {
    format!(
        "`Log::append` of {BATCHES} batches of {BATCH} records of reads, each with rule, totals and digest, all in one task, with \
         `durability = \"process\"` (WAL, `synchronous = NORMAL`); all batches together, the copying of the write-ahead log in \
         between with them. Baseline: the bodies of these very records, built beforehand, inserted into a table without hash, \
         chain, ledger or index by SQLite with the same settings; the ratio is of time. One intent: the median of {COMMITS} \
         commits of one record each, beside those of one body. In turns."
    )
}

/// A rate, in groups of three digits.
fn thousands(rate: f64) -> String {
    let digits = format!("{rate:.0}");
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// SQLite as the store uses it, with one table of texts.
struct Unchained {
    connection: Connection,
    wal: std::path::PathBuf,
}

impl Unchained {
    fn new(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.execute_batch("CREATE TABLE records (n INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")?;
        Ok(Self { connection, wal: path.with_extension("db-wal") })
    }

    fn append(&mut self, bodies: &[String]) -> Result<()> {
        let tx = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut insert = tx.prepare_cached("INSERT INTO records (body) VALUES (?1)")?;
        for body in bodies {
            insert.execute([body])?;
        }
        drop(insert);
        tx.commit()?;
        if std::fs::metadata(&self.wal)?.len() >= COPY_AT {
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(())
    }
}

/// What the log made of the first batch, which came last.
fn bodies(store: &Path) -> Result<Vec<String>> {
    let connection = Connection::open(store)?;
    let mut statement = connection.prepare("SELECT body FROM records ORDER BY n DESC LIMIT ?1")?;
    let bodies = statement.query_map([BATCH], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    ensure!(bodies.len() == BATCH, "the log holds {} records", bodies.len());
    Ok(bodies)
}

fn read(resource: &str) -> NewRecord {
    let totals = Totals { read: 4096, read_digest: Some([7; 32]), ..Totals::default() };
    record("read", resource, Outcome::Done, Some(totals))
}

fn intent() -> NewRecord {
    record("write", "/repo/src/main.rs", Outcome::Intent, None)
}

fn record(op: &'static str, resource: &str, outcome: Outcome, totals: Option<Totals>) -> NewRecord {
    let rule =
        RuleRef { file: "policy.toml".into(), line: 57, text: "`allow = [\"read\", \"list\"]` on `/repo/**`".into() };
    let entry = Entry {
        kind: Kind::Files,
        op: op.into(),
        resource: resource.into(),
        verdict: Word::Allow,
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
        time: Time::now(),
        call: Some("c_0123456789abcdef01234567".into()),
        tool: Some("read".into()),
        entry,
        witness: Witness::Broker,
        counted_by: Witness::Broker,
        isolation: None,
        took: None,
        development: false,
        policies: None,
    }
}
