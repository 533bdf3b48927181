//! The same cold call by ACT's host: what another program that runs agents' tools as components takes for it.
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};

use crate::world::World;

/// `act call` of our tool `read` as a component of ACT (`benches/act/`), in an empty environment; nothing where `scripts/act`
/// has made none.
///
/// It does the same work to the same end: it hashes the component, loads what wasmtime's cache holds of it (its first run
/// compiles it), links WASI, opens `/repo` as the guest's only directory, decides whether the file may be read, answers the
/// same JSON, and says on stderr what was allowed. What it does not: it has no second wall around the guest, no record that
/// outlives the process, no task, no policy but its command line, and it authenticates nothing of what the cache holds.
#[expect(clippy::disallowed_methods, reason = "whole processes are what is measured")]
pub(crate) fn call(world: &World, input: &str) -> Option<Command> {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("act/target");
    let (act, component) = (made.join("venv/bin/act"), made.join("read.wasm"));
    if !act.is_file() || !component.is_file() {
        return None;
    }
    let repo = world.repo();
    let mut call = Command::new(act);
    call.arg("call").arg(component).args(["read", "--args", input, "--allow"]);
    call.arg(format!("fs={}/**:ro", repo.display()));
    // Its home is where its cache and its configuration are; what it is started in is the guest's `/repo`.
    call.env_clear().env("HOME", world.path("act")).current_dir(repo);
    Some(call)
}

/// As of the other processes, but what it says on stderr goes nowhere: it says it of every call.
pub(crate) fn run(call: &mut Command) -> Result<()> {
    let ended = call.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    ensure!(ended.success(), "`act` ended with {ended}");
    Ok(())
}
