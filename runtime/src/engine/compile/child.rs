//! The compiler's own process: it puts its limits and walls up, then looks at the component.
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use rustix::process::Pid;

use crate::walls::{self, Bounds, Enforced, Stage};

/// Its exit code where the component is none; what is wrong with it stands on standard error.
pub(super) const REFUSED: u8 = 1;

/// Is a compiler: the arguments are its parent's process, its time in seconds, its memory in bytes.
pub(crate) fn main(args: &[OsString]) -> ExitCode {
    let compiled = limits(args).and_then(walls).and_then(|()| compile());
    match compiled {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody listens the exit code tells enough.
            drop(write!(io::stderr(), "{error:#}"));
            ExitCode::from(REFUSED)
        }
    }
}

/// What it was started with.
struct Limits {
    parent: Option<Pid>,
    seconds: u64,
    memory: u64,
}

fn limits(args: &[OsString]) -> anyhow::Result<Limits> {
    let numbers: Vec<u64> = args.iter().skip(1).map_while(|arg| arg.to_str()?.parse().ok()).collect();
    let [parent, seconds, memory] = numbers.try_into().map_err(|_| anyhow::anyhow!("it is no command of its own"))?;
    Ok(Limits { parent: Pid::from_raw(i32::try_from(parent)?), seconds, memory })
}

/// Nothing can be opened or connected to from here on, and both limits end this process. What the kernel is too old to
/// forbid it does not forbid: the limits hold all the same.
fn walls(limits: Limits) -> anyhow::Result<()> {
    let Limits { parent, seconds, memory } = limits;
    walls::birth(parent)?;
    walls::bound(&Bounds { memory, file: memory, descriptors: None, seconds: Some(seconds) })?;
    // Looked up while files can still be opened.
    let Enforced { seccomp, .. } = Enforced::here();
    walls::restrict()?;
    if seccomp { walls::apply(Stage::Compiling) } else { Ok(()) }
}

fn compile() -> anyhow::Result<()> {
    let mut component = Vec::new();
    io::stdin().lock().read_to_end(&mut component)?;
    let precompiled = wasmtime::Engine::detect_precompiled(&component).is_some();
    anyhow::ensure!(!precompiled, "it is compiled code, and only the component itself is taken");
    let engine = wasmtime::Engine::new(&crate::engine::config(toolward_manifests::Limits::default().stack)?)?;
    let code = engine.precompile_component(&component)?;
    io::stdout().lock().write_all(&code)?;
    Ok(())
}
