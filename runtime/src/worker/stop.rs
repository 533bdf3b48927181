//! What ends a call from outside its worker: its time, its caller, its task, or the task's budget of processor time.
use std::future::Future;
use std::time::Duration;

use toolward_host_fns::door::{Fault, Limit};
use toolward_host_fns::standing::Standing;
use toolward_manifests::Unit;

use super::cpu::WorkerCpu;
use crate::call::{Cause, Ending, TaskStanding};

/// How often the processor time of a worker is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// A task with a budget of processor time, and what its worker uses of it.
pub(super) type Counted<'a> = (&'a TaskStanding, WorkerCpu);

/// Waits until the broker ends the call.
pub(super) async fn stopped(
    cancel: impl Future<Output = ()>,
    deadline: Duration,
    task: Option<&TaskStanding>,
    counted: Option<&Counted<'_>>,
) -> Ending {
    tokio::select! {
        biased;
        () = cancel => Ending::Cancelled,
        ending = over(task) => ending,
        () = tokio::time::sleep(deadline) => Ending::Limit(Limit::Time),
        ending = spent(counted) => ending,
    }
}

/// Waits until the task is over.
async fn over(task: Option<&TaskStanding>) -> Ending {
    let Some(task) = task else { return std::future::pending().await };
    match task.over().await {
        Ok(_) => Ending::Over,
        Err(_) => Ending::Broken(Cause::Other),
    }
}

/// Waits until the task's budget of processor time is spent.
async fn spent(counted: Option<&Counted<'_>>) -> Ending {
    let Some((task, cpu)) = counted else { return std::future::pending().await };
    loop {
        tokio::time::sleep(LOOK).await;
        let used = cpu.since_last();
        match task.take(Unit::Cpu, used) {
            Ok(()) => {}
            Err(Fault::Limit(limit)) => {
                // It was used all the same: whatever is left is spent, so that no further call begins on it.
                task.used(Unit::Cpu, used);
                return Ending::Limit(limit);
            }
            Err(_) => return Ending::Broken(Cause::Other),
        }
    }
}
