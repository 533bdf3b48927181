//! What is used up: taken from a task, from every task above it, and from its agent's day, all or nothing.
use std::time::Duration;

use rusqlite::{OptionalExtension, Transaction};
use toolward_manifests::{Budget, Unit};

use super::{Error, NewTask, Task, Time, rows};

/// What one task may use up of a unit, and has used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spending {
    /// Of what.
    pub unit: Unit,
    /// The most; `None` where it is counted alone.
    pub most: Option<u64>,
    /// What is used up, or set aside for calls under way. CPU time in microseconds.
    pub spent: u64,
}

/// Whose budget was not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unspent {
    /// The task's, or that of one above it: the most that it may use up.
    Task(Unit, u64),
    /// The agent's, for this day.
    Day(Unit, u64),
}

impl Unspent {
    /// Of what not enough is left.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Self::Task(unit, _) | Self::Day(unit, _) => unit,
        }
    }
}

/// From whose budgets something is taken.
#[derive(Debug, Clone, Default)]
pub struct Holder {
    /// The task, its parent, and so on up to the root.
    line: Vec<String>,
    agent: Option<String>,
    kind: String,
    /// What the agent may use up in a day, in tasks of this type.
    per_day: Budget,
    /// What the policy that holds now lets the tree use up, where that is another than the one that it was opened under.
    changed: Budget,
    /// The units that anything bounds.
    bounded: Vec<Unit>,
}

impl Holder {
    /// A task with those above it.
    #[must_use]
    pub fn new(task: &Task, above: &[Task], per_day: Budget) -> Self {
        let line = || std::iter::once(task).chain(above);
        let bounds =
            |unit: &Unit| line().any(|task| task.opening.budget.get(*unit).is_some()) || per_day.get(*unit).is_some();
        Self {
            line: line().map(|task| task.opening.id.clone()).collect(),
            agent: task.opening.agent.clone(),
            kind: task.opening.kind.clone(),
            bounded: Unit::ALL.into_iter().filter(bounds).collect(),
            changed: Budget::default(),
            per_day,
        }
    }

    /// The day alone of the agent of a task that is about to be opened.
    pub(super) fn of_day(task: &NewTask, per_day: Budget) -> Self {
        Self { agent: task.agent.clone(), kind: task.kind.clone(), per_day, ..Self::default() }
    }

    /// The same where the policy has changed to this budget. What was not counted before is counted from then on.
    #[must_use]
    pub fn lowered_by(self, changed: Budget) -> Self {
        let bounded = |unit: &Unit| self.bounds(*unit) || changed.get(*unit).is_some();
        Self { bounded: Unit::ALL.into_iter().filter(bounded).collect(), changed, ..self }
    }

    /// Whether anything bounds a unit.
    #[must_use]
    pub fn bounds(&self, unit: Unit) -> bool {
        self.bounded.contains(&unit)
    }
}

pub(super) fn spending(tx: &Transaction<'_>, id: &str) -> Result<Vec<Spending>, Error> {
    let mut statement = tx.prepare_cached("SELECT unit, most, spent FROM spending WHERE task = ?1")?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Spending { unit: rows::unit(row)?, most: row.get("most")?, spent: row.get("spent")? })
    };
    Ok(statement.query_map([id], read)?.collect::<Result<_, _>>()?)
}

/// Whether one of a unit is left.
pub(super) fn has_left(tx: &Transaction<'_>, holder: &Holder, unit: Unit) -> Result<Result<(), Unspent>, Error> {
    Ok(room(tx, holder, unit, 1, 1, &Today::of(tx, holder, unit)?)?.map(|_| ()))
}

/// Takes at least `least` and at most `most`.
pub(crate) fn draw(
    tx: &Transaction<'_>,
    holder: &Holder,
    unit: Unit,
    least: u64,
    most: u64,
) -> Result<Result<u64, Unspent>, Error> {
    let today = Today::of(tx, holder, unit)?;
    if let (Some(root), Some(_)) = (holder.line.last(), holder.changed.get(unit)) {
        let sql = "INSERT INTO spending (task, unit, most, spent) VALUES (?1, ?2, NULL, 0) ON CONFLICT DO NOTHING";
        tx.prepare_cached(sql)?.execute((root, unit.word()))?;
    }
    let amount = match room(tx, holder, unit, least, most, &today)? {
        Ok(amount) => amount,
        Err(whose) => return Ok(Err(whose)),
    };
    add(tx, holder, unit, i64::try_from(amount).unwrap_or(i64::MAX), &today)?;
    Ok(Ok(amount))
}

/// How much there is of a unit, at most `most`; less than `least` is none.
fn room(
    tx: &Transaction<'_>,
    holder: &Holder,
    unit: Unit,
    least: u64,
    most: u64,
    today: &Today,
) -> Result<Result<u64, Unspent>, Error> {
    let mut amount = most;
    for (at, id) in holder.line.iter().enumerate() {
        let mut statement = tx.prepare_cached("SELECT most, spent FROM spending WHERE task = ?1 AND unit = ?2")?;
        let row = statement.query_row((id, unit.word()), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((bound, spent)): Option<(Option<u64>, u64)> = row else { continue };
        let changed = if at + 1 == holder.line.len() { holder.changed.get(unit) } else { None };
        let Some(bound) = bound.into_iter().chain(changed).min() else { continue };
        amount = amount.min(bound.saturating_sub(spent));
        if amount < least {
            return Ok(Err(Unspent::Task(unit, bound)));
        }
    }
    if let Some((bound, spent)) = today.bound {
        amount = amount.min(bound.saturating_sub(spent));
        if amount < least {
            return Ok(Err(Unspent::Day(unit, bound)));
        }
    }
    Ok(Ok(amount))
}

pub(crate) fn give_back(tx: &Transaction<'_>, holder: &Holder, unused: &[(Unit, u64)]) -> Result<(), Error> {
    for &(unit, amount) in unused {
        let today = Today::of(tx, holder, unit)?;
        add(tx, holder, unit, i64::try_from(amount).map_or(i64::MIN, |amount| -amount), &today)?;
    }
    Ok(())
}

fn add(tx: &Transaction<'_>, holder: &Holder, unit: Unit, amount: i64, today: &Today) -> Result<(), Error> {
    let sql = "UPDATE spending SET spent = max(0, spent + ?3) WHERE task = ?1 AND unit = ?2";
    for id in &holder.line {
        tx.prepare_cached(sql)?.execute((id, unit.word(), amount))?;
    }
    if today.bound.is_some() {
        let sql = "INSERT INTO daily (agent, type, day, unit, spent) VALUES (?1, ?2, ?3, ?4, max(0, ?5))
            ON CONFLICT (agent, type, unit, day) DO UPDATE SET spent = max(0, spent + ?5)";
        tx.prepare_cached(sql)?.execute((&holder.agent, &holder.kind, today.day, unit.word(), amount))?;
    }
    Ok(())
}

/// An agent's day.
struct Today {
    day: i64,
    /// The most, and what is used up; `None` where nothing bounds it.
    bound: Option<(u64, u64)>,
}

impl Today {
    /// A clock that was set back makes no day anew: the last day that anything was used up on goes on.
    fn of(tx: &Transaction<'_>, holder: &Holder, unit: Unit) -> Result<Self, Error> {
        let now = Time::now().micros() / i64::try_from(Duration::from_hours(24).as_micros()).unwrap_or(i64::MAX);
        let Some(most) = holder.per_day.get(unit) else { return Ok(Self { day: now, bound: None }) };
        let sql =
            "SELECT day, spent FROM daily WHERE agent IS ?1 AND type = ?2 AND unit = ?3 ORDER BY day DESC LIMIT 1";
        let row = tx
            .prepare_cached(sql)?
            .query_row((&holder.agent, &holder.kind, unit.word()), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(match row {
            Some((day, spent)) if day >= now => Self { day, bound: Some((most, spent)) },
            _ => Self { day: now, bound: Some((most, 0)) },
        })
    }
}
