//! Something that is done beside what goes on here, where there is a processor for it.
use std::thread::{self, JoinHandle};

use crate::failure::Failure;

/// A result that may not be there yet.
pub(super) enum Beside<T> {
    Done(T),
    UnderWay(JoinHandle<T>),
}

impl<T: Send + 'static> Beside<T> {
    /// Does it in a thread of its own; at once where there can be none.
    pub(super) fn begin(work: impl Fn() -> T + Clone + Send + 'static) -> Self {
        let there = work.clone();
        thread::Builder::new().spawn(there).map_or_else(|_| Self::Done(work()), Self::UnderWay)
    }

    /// Waits for it.
    ///
    /// # Errors
    /// Where it panicked.
    pub(super) fn end(self) -> Result<T, Failure> {
        match self {
            Self::Done(done) => Ok(done),
            Self::UnderWay(thread) => thread.join().map_err(|_| Failure::internal("a thread of the broker ended")),
        }
    }
}
