//! The worker: a process that runs one tool's guests in one task, and can do nothing but ask.
//!
//! It holds no policy, no secret, no connection and no directory. What a guest asks for it asks of the broker, over one
//! socket pair; the broker finds, decides, records and does it (`serve.rs`, behind the same door as in its own process),
//! and passes files that it has opened. So whoever takes a worker over has what the tool's scope gives, and nothing else;
//! and nothing that it says is believed but what it says of itself.
mod channel;
mod child;
mod cpu;
mod door;
mod endings;
mod lease;
mod link;
mod mentioned;
mod process;
#[doc(hidden)]
pub mod seized;
mod serve;
#[cfg(test)]
mod sizes;
mod spawner;
mod spin;
mod stop;
mod wire;
mod workers;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::engine::compile;

pub use lease::Lease;
pub(crate) use serve::{Job, serve};
pub use workers::{Key, User, Workers, tried};

/// The name (`argv[0]`) under which this program is a worker, and nothing else.
pub(crate) const NAME: &str = "toolward-worker";

/// Whether this program can be started anew as a worker.
static ENTRY: AtomicBool = AtomicBool::new(false);

/// To be called first in `main` by every program that runs tools with this library: where the program was started as a worker
/// or a compiler, it is one, and ends. A program that does not call it runs guests in its own process
/// ([`Isolation::InProcess`](crate::isolation::Isolation)), without the second wall.
pub fn worker_main() {
    let args: Vec<OsString> = std::env::args_os().collect();
    if let Some(code) = entry(&args) {
        exit(code);
    }
}

/// The same with arguments that were taken already; `None` where the program goes on as itself.
pub(crate) fn entry(args: &[OsString]) -> Option<ExitCode> {
    match args.first() {
        Some(name) if name == compile::NAME => Some(compile::child(args)),
        Some(name) if name == NAME => Some(child::main(args, None)),
        _ => {
            ENTRY.store(true, Ordering::Relaxed);
            None
        }
    }
}

/// The same as [`entry`] for a program whose workers run native code of its own instead of guests: what code does that has
/// broken out of the engine. No program that is shipped calls it; the tests of the walls do.
#[doc(hidden)]
#[must_use]
pub fn seized_entry(args: &[OsString], native: seized::Native) -> Option<ExitCode> {
    if args.first().is_some_and(|name| name == NAME) { Some(child::main(args, Some(native))) } else { entry(args) }
}

/// Whether this program has said that it can be a worker.
#[must_use]
pub fn has_entry() -> bool {
    ENTRY.load(Ordering::Relaxed)
}

#[expect(clippy::disallowed_methods, reason = "a worker's `main` does not go on as the program that it is a copy of")]
fn exit(code: ExitCode) -> ! {
    std::process::exit(if code == ExitCode::SUCCESS { 0 } else { 1 })
}
