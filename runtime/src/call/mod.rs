//! One call: a fresh instance, behind its own door, until it ends or a limit does.
mod callee;
mod drive;
mod ending;
mod entry;
mod output;
mod recorder;
mod standing;
mod start;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use toolward_host_fns::door::{Door, Fault, Limit};
use toolward_host_fns::guest::{Ended, Guest, HostBroken, LimitReached, Output, Start, TaskOver};
use toolward_host_fns::in_process::{Behind, InProcess};
use toolward_host_fns::mediate::{Approver, Denial, Mediator};
use toolward_host_fns::program::Ended as Exited;
use toolward_host_fns::standing::{NoTask, Standing};
use toolward_manifests::{Scope, Unit};

pub use callee::Callee;
pub use drive::{drive, drive_until};
pub use ending::Status;
pub use entry::{entry, recorded};
pub use output::output;
pub use recorder::CallRecorder;
pub use standing::TaskStanding;
pub use start::start;

use crate::engine::{CpuMeter, Engine};
use crate::state::fresh_id;

/// What a call is made with.
pub struct Invocation {
    /// What is run.
    pub callee: Callee,
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
    Broken,
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
    /// From instantiation to its end.
    pub took: Duration,
}

/// Makes a call. Nothing of its result may leave before its records are bound.
pub async fn make(engine: &Engine, invocation: Invocation, cancel: impl Future<Output = ()>) -> Outcome {
    let began = Instant::now();
    let limits = invocation.scope.limits();
    let recorder: Arc<CallRecorder> = Arc::clone(&invocation.recorder);
    let new_id = Box::new(|| fresh_id("d_").unwrap_or_else(|_| "d_".to_owned()));
    let task = invocation.task;
    let standing: Arc<dyn Standing> = match &task {
        Some(task) => Arc::clone(task) as Arc<dyn Standing>,
        None => Arc::new(NoTask),
    };
    let mediator = Mediator::new(invocation.scope, recorder, invocation.approver, Arc::clone(&standing), new_id);
    let door = Arc::new(InProcess::new(mediator, invocation.behind));
    let callee = invocation.callee;
    let is_command = callee.answers_on_stdout();
    let output = if is_command { Output::new(limits.output) } else { Output::as_one(limits.output) };
    let guest = Guest::new(Arc::clone(&door) as Arc<dyn Door>, invocation.start, &output, &limits);
    let cpu = Arc::new(CpuMeter::start());
    let Some((mut store, ticking)) =
        engine.store(guest, &limits, callee.hostcall_fuel(&limits), Arc::clone(&standing), Arc::clone(&cpu))
    else {
        tracing::error!("the engine gives more stack than this call may have");
        let (stdout, stderr) = output.take();
        return Outcome { ending: Ending::Broken, stdout, stderr, denials: Vec::new(), took: began.elapsed() };
    };
    let by_limit = store.data().ended();
    let ended = tokio::select! {
        biased;
        () = cancel => None,
        () = by_limit.wait() => None,
        () = over(task.as_deref(), &by_limit) => None,
        ended = tokio::time::timeout(limits.time, callee.run(&mut store)) => Some(ended),
    };
    drop(ticking);
    standing.used(Unit::Cpu, cpu.since_last());
    let refused_growth = store.data().meter.refused();
    // Whatever the guest still held is closed, and its records with it.
    drop(store);
    door.end();
    let ended_by = by_limit.fault();
    let room = output.room();
    let (mut stdout, stderr) = output.take();
    let ending = match ended {
        _ if let Some(Fault::Limit(limit)) = ended_by => Ending::Limit(limit),
        _ if ended_by == Some(Fault::Over) => Ending::Over,
        _ if ended_by.is_some() => Ending::Broken,
        None => Ending::Cancelled,
        Some(Err(_)) => Ending::Limit(Limit::Time),
        Some(Ok(Ok(end))) => end.into_ending(room, &mut stdout),
        Some(Ok(Err(error))) if !is_command && is_too_much_at_once(&error) => Ending::Limit(Limit::Output),
        Some(Ok(Err(error))) => classify(&error, refused_growth),
    };
    Outcome { ending, stdout, stderr, denials: door.denials(), took: began.elapsed() }
}

/// Waits until the task is over, and says so.
async fn over(task: Option<&TaskStanding>, ended: &Ended) {
    let Some(task) = task else { return std::future::pending().await };
    match task.over().await {
        Ok(_) => ended.end(Fault::Over),
        Err(error) => {
            tracing::error!(%error, "whether the task is over cannot be known");
            ended.end(Fault::Broken);
        }
    }
}

/// A limit, a broken host and a guest's own trap are three different things.
fn classify(error: &wasmtime::Error, refused_growth: bool) -> Ending {
    if let Some(LimitReached(limit)) = error.downcast_ref() {
        return Ending::Limit(*limit);
    }
    if error.downcast_ref::<TaskOver>().is_some() {
        return Ending::Over;
    }
    if error.downcast_ref::<HostBroken>().is_some() {
        return Ending::Broken;
    }
    if error.downcast_ref::<wasmtime::component::ResourceTableError>().is_some() {
        return Ending::Limit(Limit::Handles);
    }
    match error.downcast_ref::<wasmtime::Trap>() {
        Some(wasmtime::Trap::StackOverflow) => Ending::Limit(Limit::Stack),
        _ if refused_growth => Ending::Limit(Limit::Memory),
        Some(trap) => Ending::Trap(trap.to_string()),
        // wasmtime has no type for this one.
        None if error.root_cause().to_string().starts_with("resource limit exceeded") => {
            Ending::Limit(Limit::Instances)
        }
        None => Ending::Trap(format!("{:#}", error.root_cause())),
    }
}

/// Whether a function handed over more than its output may be; wasmtime has no type for this one.
fn is_too_much_at_once(error: &wasmtime::Error) -> bool {
    error.root_cause().to_string().starts_with("too much data is being copied between the host and the guest")
}
