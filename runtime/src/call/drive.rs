//! Drives one call from synchronous code: a runtime of its own, cancelled by signals or by whatever its caller waits for.
use std::future::Future;
use std::io;
use std::os::unix::net::UnixStream;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use super::{Invocation, Outcome};
use crate::failure::Failure;

/// What a runtime takes of descriptors (two of epoll, an eventfd, three for signals), and what a thread may take at the same
/// time that starts a worker.
const ROOM: usize = 6 + 4;

/// Makes a call and waits for it. SIGINT, SIGTERM and SIGHUP cancel it.
///
/// # Errors
/// Where the process cannot wait for timers or signals.
pub fn drive(invocation: Invocation) -> Result<Outcome, Failure> {
    started()?.block_on(async {
        let failed = |error: io::Error| Failure::internal(format!("cannot wait for signals: {error}"));
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        let mut hangup = signal(SignalKind::hangup()).map_err(failed)?;
        let cancel = async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
        };
        Ok(super::make(invocation, cancel).await)
    })
}

/// The same, cancelled when something else is done.
///
/// # Errors
/// Where the process cannot wait for timers.
pub fn drive_until(invocation: Invocation, cancel: impl Future<Output = ()>) -> Result<Outcome, Failure> {
    Ok(started()?.block_on(super::make(invocation, cancel)))
}

fn started() -> Result<Runtime, Failure> {
    runtime().map_err(|error| Failure::of_own_io("cannot start", &error))
}

/// A runtime of this thread alone.
///
/// # Errors
/// Where this process has too few descriptors for one.
pub(crate) fn runtime() -> io::Result<Runtime> {
    // Where it comes to its pipe of signals and there is no room, tokio panics.
    let room: Vec<_> = (0..ROOM / 2).map(|_| UnixStream::pair()).collect::<io::Result<_>>()?;
    drop(room);
    Builder::new_current_thread().enable_all().build()
}
