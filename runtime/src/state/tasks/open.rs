//! Opening: whether an agent may have one more task is known only where no other can be opened in between.
use std::time::Duration;

use rusqlite::{OptionalExtension, Transaction};
use sha2::{Digest as _, Sha256};
use toolward_manifests::{Budget, Source, Unit};

use super::budget::{self, Holder, Unspent};
use super::store::existing;
use super::{Error, Life, Moment, NewTask, end, expire, refused, rows};
use crate::audit::event::{self, Event, Subject};

/// As many tasks may stand in one tree: a handle could otherwise fill the store.
const TREE: u32 = 256;
/// What is kept of a task beside its texts, in bytes: its row, and the records that it was opened and that it ended.
const KEPT_OF_A_TASK: usize = 2048;
const HOUR: Duration = Duration::from_hours(1);

/// What the policy says of opening one more.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The policy's texts, the main file first: kept, so that the task can be decided by them later.
    pub texts: Vec<Source>,
    /// How many of this type an agent may hold open.
    pub open: Option<u32>,
    /// How many of this type an agent may open within an hour.
    pub per_hour: Option<u32>,
    /// What the agent may use up in a day: what is kept of a task counts as its log.
    pub per_day: Budget,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// It is kept.
    Yes,
    /// The agent was revoked.
    Revoked,
    /// The agent holds this many already.
    TooMany(u32),
    /// The agent has opened this many within the hour.
    TooOften(u32),
    /// The tree has as many tasks as one may have.
    TreeFull(u32),
    /// What is kept of the agent's tasks and calls has reached what a day may have.
    LogFull(u64),
    /// The task that it is narrowed from is over.
    ParentOver(Life),
}

pub(super) fn create(tx: &Transaction<'_>, task: &NewTask, terms: &Terms) -> Result<Opened, Error> {
    if let Some(against) = refusal(tx, task, terms)? {
        return Ok(against);
    }
    if let Err(Unspent::Task(_, most) | Unspent::Day(_, most)) = of_day(tx, task, terms.per_day)? {
        return Ok(Opened::LogFull(most));
    }
    end::forget(tx, &task.opened)?;
    keep_texts(tx, task, &terms.texts)?;
    rows::insert(tx, task)?;
    let sql = "INSERT INTO spending (task, unit, most) VALUES (?1, ?2, ?3)";
    for unit in Unit::ALL {
        let most = task.budget.get(unit).map(|most| i64::try_from(most).unwrap_or(i64::MAX));
        // Calls are counted even where nothing bounds them.
        if most.is_some() || unit == Unit::Calls {
            tx.prepare_cached(sql)?.execute((&task.id, unit.word(), most))?;
        }
    }
    expire::sweep(tx, &task.opened)?;
    refused::told(tx, &task.opened)?;
    event::append(tx, &[opening(task)])?;
    Ok(Opened::Yes)
}

/// Counts what is kept of a task as log of its agent's day: whoever opens tasks without end fills the disk as well.
fn of_day(tx: &Transaction<'_>, task: &NewTask, per_day: Budget) -> Result<Result<u64, Unspent>, Error> {
    let grant = task.grant.as_ref().map_or(0, |grant| grant.name.len() + grant.text.len());
    let parameters: usize = task.parameters.iter().map(|(name, value)| name.len() + value.len()).sum();
    let mounts: usize = task.mounts.iter().map(|mount| mount.guest.len() + mount.host.as_os_str().len() + 64).sum();
    let bytes = u64::try_from(KEPT_OF_A_TASK + grant + parameters + mounts).unwrap_or(u64::MAX);
    budget::draw(tx, &Holder::of_day(task, per_day), Unit::Log, bytes, bytes)
}

/// What the installation's chain says of it.
fn opening(task: &NewTask) -> Event {
    let op = if task.kin.is_some() { "narrow" } else { "open" };
    let mut event = Event::new(Subject::Task, op, &task.id, task.opened.wall)
        .by(task.agent.as_deref(), task.owner.as_deref())
        .text("type", &task.kind)
        .text("opened_by", &task.opened_by)
        .text("expires", task.expires.to_string())
        .text("policy", format!("sha256:{}", hex::encode(task.policy_sha256)));
    if let Some(kin) = &task.kin {
        event = event.text("parent", &kin.parent);
    }
    match &task.grant {
        Some(grant) => event.text("grant", format!("sha256:{}", hex::encode(Sha256::digest(&grant.text)))),
        None => event,
    }
}

fn refusal(tx: &Transaction<'_>, task: &NewTask, terms: &Terms) -> Result<Option<Opened>, Error> {
    let sql = "SELECT revoked_at IS NOT NULL FROM agents WHERE name = ?1";
    let revoked: Option<bool> = tx.prepare_cached(sql)?.query_row([&task.agent], |row| row.get(0)).optional()?;
    if revoked == Some(true) {
        return Ok(Some(Opened::Revoked));
    }
    if let Some(kin) = &task.kin {
        let parent = existing(tx, &kin.parent)?.life(&task.opened);
        if parent != Life::Open {
            return Ok(Some(Opened::ParentOver(parent)));
        }
        let sql = "SELECT count(*) FROM tasks WHERE root = ?1";
        let tree: u32 = tx.prepare_cached(sql)?.query_row([&kin.root], |row| row.get(0))?;
        return Ok((tree >= TREE).then_some(Opened::TreeFull(TREE)));
    }
    too_many(tx, task, terms)
}

fn too_many(tx: &Transaction<'_>, task: &NewTask, terms: &Terms) -> Result<Option<Opened>, Error> {
    let Moment { wall: now, .. } = task.opened;
    let count = |condition: &str, since: i64| -> Result<u32, Error> {
        let sql =
            format!("SELECT count(*) FROM tasks WHERE agent IS ?1 AND type = ?2 AND parent IS NULL AND {condition}");
        Ok(tx.prepare_cached(&sql)?.query_row((&task.agent, &task.kind, since), |row| row.get(0))?)
    };
    if let Some(most) = terms.open
        && count("ended IS NULL AND expires > ?3", now.micros())? >= most
    {
        return Ok(Some(Opened::TooMany(most)));
    }
    // What was opened later than now was opened before the clock was set back: it counts.
    let hour_ago = now.micros().saturating_sub(i64::try_from(HOUR.as_micros()).unwrap_or(i64::MAX));
    if let Some(most) = terms.per_hour
        && count("opened > ?3", hour_ago)? >= most
    {
        return Ok(Some(Opened::TooOften(most)));
    }
    Ok(None)
}

fn keep_texts(tx: &Transaction<'_>, task: &NewTask, texts: &[Source]) -> Result<(), Error> {
    if texts.is_empty() {
        return Ok(());
    }
    let json = serde_json::to_string(texts).map_err(|error| Error::Unkept(error.to_string()))?;
    let sql = "INSERT INTO policies (sha256, texts) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    tx.prepare_cached(sql)?.execute((task.policy_sha256, json))?;
    Ok(())
}

/// The texts of a policy that some task was opened under.
pub(super) fn texts(tx: &Transaction<'_>, sha256: &[u8; 32]) -> Result<Option<Vec<Source>>, Error> {
    let mut statement = tx.prepare_cached("SELECT texts FROM policies WHERE sha256 = ?1")?;
    let json: Option<String> = statement.query_row([sha256], |row| row.get(0)).optional()?;
    let parse = |json: String| serde_json::from_str(&json).map_err(|error| Error::Damaged(error.to_string()));
    json.map(parse).transpose()
}
