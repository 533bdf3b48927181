//! Closing: whoever holds a task's handle says that its work is done.
use super::Broker;
use crate::failure::Failure;
use crate::isolation::Isolation;
use crate::state::Moment;
use crate::state::tasks::{End, Life, Task, Tasks};

impl Broker {
    /// Ends a task with all below it, and answers where it stands: one that was over before stays as it ended.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn end(&self, task: &Task, end: End) -> Result<Life, Failure> {
        let id = &task.opening.id;
        let life = self.state.db.end(id, end, &Moment::now())?;
        self.held.release(id);
        if let Isolation::Worker(workers) = &self.isolation {
            workers.end_those_of(id);
        }
        life.ok_or_else(|| Failure::internal(format!("the task `{id}` is gone")))
    }
}
