//! The records of one call: noted in memory, committed before an effect and before the result leaves.
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Transaction;
use toolward_host_fns::record::{Entry, NotIntended, RecordError, Recorder};
use toolward_manifests::Unit;

use super::TaskStanding;
use crate::audit::{Log, NewRecord, TaskRef, Witness};
use crate::isolation::Isolation;
use crate::state::tasks::{self, Life};
use crate::state::{Error, LowWater, Moment, Time};

/// As many records as are held before a thread of their own commits them, while the call goes on.
const BATCH: usize = 512;

/// What is not bound yet.
#[derive(Default)]
struct Held {
    records: Vec<NewRecord>,
    /// The batch that is being committed: never more than one, so that order is kept.
    writing: Option<JoinHandle<Result<(), RecordError>>>,
    /// Once a batch is lost nothing more is kept, and nothing of the call may leave.
    lost: Option<RecordError>,
}

impl Held {
    /// Waits for the batch under way.
    fn settle(&mut self) -> Result<(), RecordError> {
        if let Some(writing) = self.writing.take() {
            let written = writing.join().unwrap_or_else(|_| Err(RecordError("its writer ended".to_owned())));
            self.lost = self.lost.take().or(written.err());
        }
        self.lost.clone().map_or(Ok(()), Err)
    }
}

/// Keeps the records of one call.
pub struct CallRecorder {
    log: Log,
    task: TaskRef,
    call: Arc<str>,
    tool: Arc<str>,
    development: bool,
    /// Where the guest runs, and who counts what passes through its files.
    isolation: Option<(Arc<str>, Witness)>,
    /// The task in the store, with its budgets; a `run` has none.
    standing: Option<Arc<TaskStanding>>,
    /// Below which mark of the disk nothing more is recorded of the call's accesses.
    low_water: Option<LowWater>,
    held: Mutex<Held>,
}

/// What is written in the same transaction as the last records of a call.
pub(crate) type Beside<'a> = &'a dyn Fn(&Transaction<'_>) -> Result<(), Error>;

impl CallRecorder {
    /// For one call of a tool in a task.
    #[must_use]
    pub fn new(log: Log, task: TaskRef, call: Arc<str>, tool: Arc<str>, development: bool) -> Self {
        Self {
            log,
            task,
            call,
            tool,
            development,
            isolation: None,
            standing: None,
            low_water: None,
            held: Mutex::default(),
        }
    }

    /// The same for a task of the store: no effect is intended once it is over, or that its budget has no room for.
    #[must_use]
    pub fn standing(self, standing: Arc<TaskStanding>) -> Self {
        Self { standing: Some(standing), ..self }
    }

    /// The same for a guest that runs there.
    #[must_use]
    pub fn isolated(self, isolation: &Isolation) -> Self {
        let counted_by = match isolation {
            Isolation::InProcess => Witness::Broker,
            Isolation::Worker(_) => Witness::Worker,
        };
        Self { isolation: Some((isolation.to_string().into(), counted_by)), ..self }
    }

    /// The same while the home's disk has room: below its low-water mark no more is recorded of what the guest does.
    #[must_use]
    pub fn while_room(self, low_water: LowWater) -> Self {
        Self { low_water: Some(low_water), ..self }
    }

    /// Commits the record of a call that was not made. Its bytes are its task's; where that has none left, such calls are
    /// counted alone, so that refusals do not fill the disk.
    ///
    /// # Errors
    /// As [`CallRecorder::bind`].
    pub(crate) fn bind_unmade(&self) -> Result<(), RecordError> {
        let Some(standing) = &self.standing else { return self.bind() };
        let mut held = self.held();
        held.settle()?;
        let bytes = held.records.iter().map(|record| record.entry.recorded_bytes()).sum();
        let task = &standing.task().opening.id;
        let unused = standing.unused();
        self.log.db().write(|tx| {
            tasks::give_back(tx, standing.holder(), &unused)?;
            let drawn = tasks::draw(tx, standing.holder(), Unit::Log, bytes, bytes)?;
            if drawn.is_ok() || tasks::is_first_unrecorded(tx, task)? {
                self.log.append_in(tx, &self.task, &held.records)?;
            }
            Ok(())
        })?;
        held.records.clear();
        Ok(())
    }

    /// Whether there is room for more records of the guest's accesses.
    fn has_room(&self) -> Result<(), RecordError> {
        Ok(self.low_water.as_ref().map_or(Ok(()), LowWater::holds)?)
    }

    /// Commits all that is held: before this the call's result must not leave.
    ///
    /// # Errors
    /// [`RecordError`] where it could not be committed: the result is withheld.
    pub fn bind(&self) -> Result<(), RecordError> {
        self.bind_with(&|_| Ok(()))
    }

    /// The same with whatever else has to be kept with the result: all of it or nothing.
    ///
    /// # Errors
    /// As [`CallRecorder::bind`].
    pub(crate) fn bind_with(&self, beside: Beside<'_>) -> Result<(), RecordError> {
        let mut held = self.held();
        held.settle()?;
        self.log.db().write(|tx| {
            self.log.append_in(tx, &self.task, &held.records)?;
            beside(tx)
        })?;
        held.records.clear();
        Ok(())
    }

    /// Notes the record of the call itself: the time that it took, and the policies that decided it.
    ///
    /// # Errors
    /// As [`Recorder::note`].
    pub fn note_call(
        &self,
        entry: Entry,
        took: Option<Duration>,
        policies: Option<Arc<str>>,
    ) -> Result<(), RecordError> {
        self.hold(NewRecord { took, policies, ..self.record(entry) })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hold(&self, record: NewRecord) -> Result<(), RecordError> {
        let mut held = self.held();
        held.records.push(record);
        if held.records.len() < BATCH {
            return Ok(());
        }
        held.settle()?;
        // The records themselves are kept: of what was done already.
        let room = self.has_room();
        let (log, task, records) = (self.log.clone(), self.task.clone(), std::mem::take(&mut held.records));
        let records = Arc::new(records);
        let write = move || Ok(log.append(&task, &records).map(|_| ())?);
        match thread::Builder::new().spawn(write.clone()) {
            Ok(writing) => held.writing = Some(writing),
            // Where no thread can be started, the call waits for it.
            Err(_) => held.lost = write().err(),
        }
        room
    }

    /// Commits what is held and then intents, with what their effect takes; answers the `seq`s of the intents.
    fn commit(&self, intents: Vec<NewRecord>, takes: &[(Unit, u64)]) -> Result<Vec<u64>, NotIntended> {
        self.has_room()?;
        let mut held = self.held();
        held.settle()?;
        let before = held.records.len();
        held.records.extend(intents);
        let done = self.log.db().write(|tx| {
            if let Some(why) = self.unintended(tx, takes)? {
                return Ok(Err(why));
            }
            self.log.append_in(tx, &self.task, &held.records).map(Ok)
        });
        match done.map_err(|error| NotIntended::Unrecorded(error.into())).flatten() {
            Ok(seqs) => {
                held.records.clear();
                Ok(seqs.into_iter().skip(before).collect())
            }
            Err(why) => {
                // What is refused must not be recorded as intended later.
                held.records.truncate(before);
                Err(why)
            }
        }
    }

    /// Why an effect may not be intended now: its task is over, or has not so much left.
    fn unintended(&self, tx: &Transaction<'_>, takes: &[(Unit, u64)]) -> Result<Option<NotIntended>, Error> {
        let Some(standing) = &self.standing else { return Ok(None) };
        if tasks::life(tx, standing.task(), &Moment::now())? != Life::Open {
            return Ok(Some(NotIntended::Over));
        }
        let holder = standing.holder();
        let mut taken = Vec::new();
        for &(unit, amount) in takes.iter().filter(|(unit, _)| holder.bounds(*unit)) {
            if let Err(whose) = tasks::draw(tx, holder, unit, amount, amount)? {
                standing.note_unspent(whose);
                tasks::give_back(tx, holder, &taken)?;
                return Ok(Some(NotIntended::Spent(unit)));
            }
            taken.push((unit, amount));
        }
        Ok(None)
    }

    fn record(&self, entry: Entry) -> NewRecord {
        NewRecord {
            time: Time::now(),
            call: Some(Arc::clone(&self.call)),
            tool: Some(Arc::clone(&self.tool)),
            entry,
            witness: Witness::Broker,
            counted_by: self.isolation.as_ref().map_or(Witness::Broker, |(_, counted_by)| *counted_by),
            isolation: self.isolation.as_ref().map(|(isolation, _)| Arc::clone(isolation)),
            took: None,
            development: self.development,
            policies: None,
        }
    }
}

impl Recorder for CallRecorder {
    fn note(&self, entry: Entry) -> Result<(), RecordError> {
        self.hold(self.record(entry))
    }

    fn intend(&self, entries: Vec<Entry>, takes: &[(Unit, u64)]) -> Result<Vec<u64>, NotIntended> {
        self.commit(entries.into_iter().map(|entry| self.record(entry)).collect(), takes)
    }
}
