//! Drives one call from synchronous code: a runtime of its own, cancelled by signals or by whatever its caller waits for.
use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};

use super::{Invocation, Outcome};
use crate::failure::Failure;

/// Makes a call and waits for it. SIGINT, SIGTERM and SIGHUP cancel it.
///
/// # Errors
/// Where the process cannot wait for timers or signals.
pub fn drive(invocation: Invocation) -> Result<Outcome, Failure> {
    runtime()?.block_on(async {
        let failed = |error: std::io::Error| Failure::internal(format!("cannot wait for signals: {error}"));
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
    Ok(runtime()?.block_on(super::make(invocation, cancel)))
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::internal(format!("cannot start: {error}")))
}
