//! One call: a fresh instance, behind its own door, until it ends or a limit does.
mod callee;
mod cause;
mod drive;
mod ending;
mod entry;
mod output;
mod program;
mod reached;
mod recorder;
mod run;
mod standing;
mod start;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use toolward_host_fns::door::{Door, Fault, Limit};
use toolward_host_fns::guest::{Ended, Start};
use toolward_host_fns::in_process::{Behind, InProcess};
use toolward_host_fns::mediate::{Approver, Denial, Mediator};
use toolward_host_fns::program::Ended as Exited;
use toolward_host_fns::standing::{NoTask, Standing};
use toolward_manifests::Scope;

pub use callee::Callee;
pub use cause::Cause;
pub(crate) use drive::{built, runtime};
pub use drive::{drive, drive_until};
pub use ending::{Status, Told};
pub use entry::{entry, recorded};
pub(crate) use output::Lossy;
pub use output::{Output, ShownOutput, output, output_so_far};
pub use program::{Loading, Program, Ready};
pub use reached::{Reached, amount_text};
pub use recorder::CallRecorder;
pub(crate) use run::{Ran, Running, run};
pub use standing::TaskStanding;
pub use start::start;

use crate::state::fresh_id;
use crate::worker::{Job, serve};

/// What a call is made with.
pub struct Invocation {
    /// What is run, and with what.
    pub program: Ready,
    /// What decides.
    pub scope: Arc<Scope>,
    /// What stands behind the door.
    pub behind: Behind,
    /// Arguments, input, working directory.
    pub start: Start,
    /// Where records go.
    pub recorder: Arc<CallRecorder>,
    /// Who is asked.
    pub approver: Arc<dyn Approver>,
    /// The task that it belongs to, if it belongs to one.
    pub task: Option<Arc<TaskStanding>>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// By itself.
    Exit(Exited),
    /// It trapped: its own fault, in a few words.
    Trap(String),
    /// A limit ended it.
    Limit(Limit),
    /// It was cancelled.
    Cancelled,
    /// Its task is over.
    Over,
    /// The host could not do its work.
    Broken(Cause),
    /// Its worker's process ended, or broke the protocol.
    Worker {
        /// How, in a few words.
        how: String,
        /// Whether nothing but a guest that has broken out of the engine explains it.
        hostile: bool,
    },
}

/// What came of a call.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// Its standard output; of a function the JSON of what it gave.
    pub stdout: Vec<u8>,
    /// Its standard error; of a function all that it wrote.
    pub stderr: Vec<u8>,
    /// What it was refused.
    pub denials: Vec<Denial>,
    /// Why the host could not do its work, where that is known.
    pub broken: Option<String>,
    /// Which limit ended it, where one did.
    pub reached: Option<Reached>,
    /// Whether its worker ended before the guest did anything: the call can be made once more.
    pub untouched: bool,
    /// From instantiation to its end.
    pub took: Duration,
}

/// Makes a call. Nothing of its result may leave before its records are bound.
pub async fn make(invocation: Invocation, cancel: impl Future<Output = ()>) -> Outcome {
    let began = Instant::now();
    let Invocation { program, scope, behind, start, recorder, approver, task } = invocation;
    let limits = scope.limits();
    let new_id = Box::new(|| fresh_id("d_").unwrap_or_else(|_| "d_".to_owned()));
    let standing: Arc<dyn Standing> = match &task {
        Some(task) => Arc::clone(task) as Arc<dyn Standing>,
        None => Arc::new(NoTask),
    };
    let mediator = Mediator::new(scope, recorder, approver, Arc::clone(&standing), new_id);
    let door = Arc::new(InProcess::new(mediator, behind));
    let Ran { ending, stdout, stderr, untouched } = match program {
        Ready::Here { engine, callee } => {
            let running = Running { door: Arc::clone(&door) as Arc<dyn Door>, callee, start, limits, standing };
            let until = async |ended: Arc<Ended>| {
                tokio::select! {
                    biased;
                    () = cancel => {}
                    () = over(task.as_deref(), &ended) => {}
                }
            };
            run(&engine, running, until).await
        }
        Ready::Worker { lease, function, input } => {
            let job = Job { function, input, start, limits, task: task.as_deref() };
            serve(lease, job, &door, cancel).await
        }
    };
    door.end();
    let broken = door.why_broken().or_else(|| task.as_ref()?.why_broken()).map(str::to_owned);
    let reached = match ending {
        Ending::Limit(limit) => Some(Reached::of(limit, &limits, task.as_deref())),
        _ => None,
    };
    let (denials, took) = (door.denials(), began.elapsed());
    Outcome { ending, stdout, stderr, denials, broken, reached, untouched, took }
}

/// Waits until the task is over, and says so.
async fn over(task: Option<&TaskStanding>, ended: &Ended) {
    let Some(task) = task else { return std::future::pending().await };
    match task.over().await {
        Ok(_) => ended.end(Fault::Over),
        Err(_) => ended.end(Fault::Broken),
    }
}
