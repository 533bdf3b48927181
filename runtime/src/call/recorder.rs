//! The records of one call: noted in memory, committed before an effect and before the result leaves.
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use toolward_host_fns::record::{Entry, RecordError, Recorder};

use crate::audit::{Log, NewRecord, TaskRef, Witness};
use crate::state::Time;

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
    held: Mutex<Held>,
}

impl CallRecorder {
    /// For one call of a tool in a task.
    #[must_use]
    pub fn new(log: Log, task: TaskRef, call: Arc<str>, tool: Arc<str>, development: bool) -> Self {
        Self { log, task, call, tool, development, held: Mutex::default() }
    }

    /// Commits all that is held: before this the call's result must not leave.
    ///
    /// # Errors
    /// [`RecordError`] where it could not be committed: the result is withheld.
    pub fn bind(&self) -> Result<(), RecordError> {
        self.commit(Vec::new()).map(|_| ())
    }

    /// Notes an entry with the time that it took.
    ///
    /// # Errors
    /// As [`Recorder::note`].
    pub fn note_taking(&self, entry: Entry, took: std::time::Duration) -> Result<(), RecordError> {
        self.hold(NewRecord { took: Some(took), ..self.record(entry) })
    }

    fn hold(&self, record: NewRecord) -> Result<(), RecordError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.records.push(record);
        if held.records.len() < BATCH {
            return Ok(());
        }
        held.settle()?;
        let (log, task, records) = (self.log.clone(), self.task.clone(), std::mem::take(&mut held.records));
        held.writing = Some(std::thread::spawn(move || Ok(log.append(&task, &records).map(|_| ())?)));
        Ok(())
    }

    fn commit(&self, more: Vec<NewRecord>) -> Result<Vec<u64>, RecordError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        self.flush(&mut held, more)
    }

    /// Commits what is held and `more` as one batch; answers the `seq`s of `more`.
    fn flush(&self, held: &mut Held, more: Vec<NewRecord>) -> Result<Vec<u64>, RecordError> {
        held.settle()?;
        let before = held.records.len();
        held.records.extend(more);
        let seqs = match self.log.append(&self.task, &held.records) {
            Ok(seqs) => seqs,
            Err(error) => {
                // What was refused for want of a record must not be recorded as intended later.
                held.records.truncate(before);
                return Err(error.into());
            }
        };
        held.records.clear();
        Ok(seqs.into_iter().skip(before).collect())
    }

    fn record(&self, entry: Entry) -> NewRecord {
        NewRecord {
            time: Time::now(),
            call: Some(Arc::clone(&self.call)),
            tool: Some(Arc::clone(&self.tool)),
            entry,
            witness: Witness::Broker,
            took: None,
            development: self.development,
        }
    }
}

impl Recorder for CallRecorder {
    fn note(&self, entry: Entry) -> Result<(), RecordError> {
        self.hold(self.record(entry))
    }

    fn intend(&self, entries: Vec<Entry>) -> Result<Vec<u64>, RecordError> {
        self.commit(entries.into_iter().map(|entry| self.record(entry)).collect())
    }
}
