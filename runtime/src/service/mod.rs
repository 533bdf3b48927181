//! The broker as a service: a Unix socket, one connection a thread, each request answered for whoever holds a handle or proves
//! to be an agent. The operator's authority is not to be had here.
mod connection;
mod guests;

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

use tokio::net::UnixListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::broker::Broker;
use crate::failure::Failure;
use connection::Connection;
use guests::Guests;

/// As many descriptors as a broker asks for.
const MAX_DESCRIPTORS: u64 = 16_384;

/// Whether a home is its broker's alone: nobody else may enter it.
///
/// # Errors
/// Where it belongs to another user, or others may use it.
pub fn is_private(home: &Path) -> Result<(), Failure> {
    let failed = Failure::at(home);
    let metadata = fs::metadata(home).map_err(failed)?;
    let own = rustix::process::geteuid().as_raw();
    if metadata.uid() != own {
        let message =
            format!("the home `{}` belongs to user {}, not to this one ({own})", home.display(), metadata.uid());
        return Err(Failure::usage(message).help("run the broker as the user whose home it is"));
    }
    if metadata.mode() & 0o077 != 0 {
        let message = format!("others may use the home `{}`", home.display());
        return Err(Failure::usage(message).help(format!("`chmod 700 {}`", home.display())));
    }
    Ok(())
}

/// Serves until SIGTERM or SIGINT; `ready` is told once clients can connect.
///
/// # Errors
/// Where the socket cannot be made.
pub fn serve(broker: Broker, socket: &Path, ready: impl FnOnce()) -> Result<(), Failure> {
    // No other process of this user may look into this one, nor is its memory written to a disk when it crashes.
    let hidden = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    hidden.map_err(|error| Failure::internal(format!("cannot hide the broker's memory: {error}")))?;
    let failed = |error: io::Error| Failure::of_own_io(format_args!("`{}`", socket.display()), &error);
    more_descriptors();
    let runtime = crate::call::runtime().map_err(failed)?;
    runtime.block_on(async {
        let listener = listen(socket).map_err(failed)?;
        let (stop, stopped) = watch::channel(false);
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate()).map_err(failed)?, signal(SignalKind::interrupt()).map_err(failed)?);
        let quotas = broker.home.config()?.map(|config| config.quotas).unwrap_or_default();
        let (broker, guests) = (Arc::new(broker), Guests::new(quotas.connections));
        let (house, until) = (Arc::clone(&broker), stopped.clone());
        std::thread::Builder::new().spawn(move || house.keep_house(|| *until.borrow())).map_err(failed)?;
        let (waiting, served, until) = (guests.clone(), Arc::clone(&broker), stopped.clone());
        let waiting = std::thread::Builder::new()
            .spawn(move || {
                while let Some(arrival) = waiting.next_waiting(|| *until.borrow()) {
                    Connection::begin(arrival, Arc::clone(&served), until.clone());
                }
            })
            .map_err(failed)?;
        ready();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
            };
            match accepted.and_then(|(stream, _)| stream.into_std()) {
                Ok(stream) => {
                    if let Some(arrival) = Connection::arrive(stream, &guests) {
                        Connection::begin(arrival, Arc::clone(&broker), stopped.clone());
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    // What is lacking is lacking for a while: it is not asked for without end.
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
            }
        }
        let _nobody_left = stop.send(true);
        guests.stop();
        // Calls under way are cancelled, and their records bound.
        while !guests.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        // It holds the broker, whose store is closed here.
        drop(waiting.join());
        drop(fs::remove_file(socket));
        Ok(())
    })
}

/// Raises the limit on descriptors to the most that this process may have: each connection, call and mounted directory takes
/// some. Where it cannot be raised, the quotas are smaller.
fn more_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(MAX_DESCRIPTORS).min(MAX_DESCRIPTORS);
    if current.is_some_and(|current| current < wanted)
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum })
    {
        tracing::warn!(%error, "the limit on descriptors cannot be raised");
    }
}

/// A socket that a broker before this one has left is taken away; one that answers is not.
fn listen(socket: &Path) -> std::io::Result<UnixListener> {
    if std::os::unix::net::UnixStream::connect(socket).is_ok() {
        return Err(std::io::Error::other("another broker answers there"));
    }
    match fs::remove_file(socket) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(socket)?;
    // Whoever may connect proves itself by a handle or a key, not by the user that it is.
    fs::set_permissions(socket, Permissions::from_mode(0o666))?;
    Ok(listener)
}
