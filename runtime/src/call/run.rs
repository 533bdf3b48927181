//! Runs one guest in a fresh instance, behind whatever door it is given, until it ends or a limit does.
use std::future::Future;
use std::sync::Arc;

use rustix::io::Errno;
use toolward_host_fns::door::{Door, Fault, Limit};
use toolward_host_fns::guest::{Ended, Guest, HostBroken, LimitReached, Output, Start, TaskOver};
use toolward_host_fns::shortage::Shortage;
use toolward_host_fns::standing::Standing;
use toolward_manifests::{Limits, Unit};
use wasmtime::component::ResourceTableError;

use super::{Callee, Cause, Ending};
use crate::engine::{CpuMeter, Engine};

/// A guest about to run.
pub(crate) struct Running {
    /// The only way from it to the world.
    pub(crate) door: Arc<dyn Door>,
    /// What is run.
    pub(crate) callee: Callee,
    /// Arguments, input, working directory.
    pub(crate) start: Start,
    /// What it may use.
    pub(crate) limits: Limits,
    /// The task whose processor time it takes.
    pub(crate) standing: Arc<dyn Standing>,
}

/// What came of it.
pub(crate) struct Ran {
    pub(crate) ending: Ending,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// Whether a worker ended before its guest did anything.
    pub(crate) untouched: bool,
}

/// Runs it, at most until something else is done: made from what tells why the guest ended where it could be given no trap.
pub(crate) async fn run<U: Future<Output = ()>>(
    engine: &Engine,
    running: Running,
    until: impl FnOnce(Arc<Ended>) -> U,
) -> Ran {
    let Running { door, callee, start, limits, standing } = running;
    let is_command = callee.answers_on_stdout();
    let output = if is_command { Output::new(limits.output) } else { Output::as_one(limits.output) };
    let guest = Guest::new(door, start, &output, &limits);
    let cpu = Arc::new(CpuMeter::start());
    let made = engine.store(guest, &limits, callee.hostcall_fuel(&limits), Arc::clone(&standing), Arc::clone(&cpu));
    let (mut store, ticking) = match made {
        Ok(made) => made,
        Err(cause) => {
            let (stdout, stderr) = output.take();
            return Ran { ending: Ending::Broken(cause), stdout, stderr, untouched: false };
        }
    };
    let by_limit = store.data().ended();
    let ended = tokio::select! {
        biased;
        () = until(Arc::clone(&by_limit)) => None,
        () = by_limit.wait() => None,
        ended = tokio::time::timeout(limits.time, callee.run(&mut store)) => Some(ended),
    };
    drop(ticking);
    standing.used(Unit::Cpu, cpu.since_last());
    let refused_growth = store.data().meter.refused();
    // Whatever the guest still held is closed, and its records with it.
    drop(store);
    let ended_by = by_limit.fault();
    let room = output.room();
    let (mut stdout, stderr) = output.take();
    let ending = match ended {
        _ if let Some(Fault::Limit(limit)) = ended_by => Ending::Limit(limit),
        _ if ended_by == Some(Fault::Over) => Ending::Over,
        _ if ended_by.is_some() => Ending::Broken(Cause::Other),
        None => Ending::Cancelled,
        Some(Err(_)) => Ending::Limit(Limit::Time),
        Some(Ok(Ok(end))) => end.into_ending(room, &mut stdout),
        Some(Ok(Err(error))) if !is_command && is_too_much_at_once(&error) => Ending::Limit(Limit::Output),
        Some(Ok(Err(error))) => classify(&error, refused_growth),
    };
    Ran { ending, stdout, stderr, untouched: false }
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
        return Ending::Broken(Cause::Other);
    }
    if is_want_of_memory(error) {
        return Ending::Broken(Cause::Memory);
    }
    // Its other errors are the guest's own: a handle that is not there, or one that still has children.
    if matches!(error.downcast_ref(), Some(ResourceTableError::Full)) {
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

/// Whether the kernel gave the host no memory for the guest (mmap(2), mprotect(2)): no limit of the guest's, nor its fault.
fn is_want_of_memory(error: &wasmtime::Error) -> bool {
    error.is::<wasmtime::OutOfMemory>()
        || error.chain().any(|cause| {
            let errno = cause.downcast_ref().copied();
            let errno = errno.or_else(|| Errno::from_io_error(cause.downcast_ref::<std::io::Error>()?));
            errno.and_then(Shortage::of) == Some(Shortage::Memory)
        })
}

/// Whether a function handed over more than its output may be; wasmtime has no type for this one.
fn is_too_much_at_once(error: &wasmtime::Error) -> bool {
    error.root_cause().to_string().starts_with("too much data is being copied between the host and the guest")
}
