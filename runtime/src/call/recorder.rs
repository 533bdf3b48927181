//! The records of one call: noted in memory, committed before an effect and before the result leaves.
use std::sync::{Arc, Mutex, PoisonError};

use toolward_host_fns::record::{Entry, RecordError, Recorder};

use crate::audit::{Log, NewRecord, TaskRef, Witness};
use crate::state::Time;

/// As many records as are held before they are committed all the same.
const BATCH: usize = 512;

/// Keeps the records of one call.
pub struct CallRecorder {
    log: Log,
    task: TaskRef,
    call: Arc<str>,
    tool: Arc<str>,
    development: bool,
    held: Mutex<Vec<NewRecord>>,
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
        held.push(record);
        if held.len() < BATCH { Ok(()) } else { self.flush(&mut held, Vec::new()).map(|_| ()) }
    }

    fn commit(&self, more: Vec<NewRecord>) -> Result<Vec<u64>, RecordError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        self.flush(&mut held, more)
    }

    /// Commits what is held and `more` as one batch; answers the `seq`s of `more`.
    fn flush(&self, held: &mut Vec<NewRecord>, more: Vec<NewRecord>) -> Result<Vec<u64>, RecordError> {
        let before = held.len();
        held.extend(more);
        let seqs = self.log.append(&self.task, held)?;
        held.clear();
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
