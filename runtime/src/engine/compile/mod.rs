//! Compiles a component in a process of its own, used once: an untrusted component can be made to cost any time and memory.
//!
//! The process is this very program under another name. It reads the component from its standard input, writes the code to
//! its standard output, both of them memory that this process made, and can open and reach nothing (`child.rs`).
mod child;
mod limits;

use std::io::Read;
use std::num::NonZero;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

pub(crate) use child::main as child;
pub use limits::CompileLimits;

use super::Unfit;
use crate::component::Component;
use crate::failure::Failure;
use crate::sealed::{Memory, Sealed};

/// The name (`argv[0]`) under which this program is a compiler, and nothing else.
pub(crate) const NAME: &str = "toolward-compiler";
/// This program.
const OWN: &str = "/proc/self/exe";
/// As much of what the compiler says is read, in bytes.
const MOST_SAID: u64 = 8 << 10;
/// How often it is told that a component is still being compiled.
const EVERY: Duration = Duration::from_millis(500);

/// Who is told that compiling takes its time.
pub trait Progress: Send + Sync {
    /// It is not done yet, after so long.
    fn still(&self, component: &Component, since: Duration);
    /// It is done, or has failed; said only after `still`.
    fn over(&self);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy)]
pub struct Quiet;

impl Progress for Quiet {
    fn still(&self, _: &Component, _: Duration) {}

    fn over(&self) {}
}

/// Starts compilers.
pub struct Compiler {
    program: PathBuf,
    limits: CompileLimits,
    progress: Option<Box<dyn Progress>>,
}

impl Compiler {
    /// From the program `toolward` at this path, of this very version.
    #[must_use]
    pub fn new(program: PathBuf, limits: CompileLimits) -> Self {
        Self { program, limits, progress: None }
    }

    /// From this very program, whose `main` begins with [`worker_main`](crate::worker::worker_main): one that does not would
    /// be started as itself, and so compiles nothing.
    #[must_use]
    pub fn own(limits: CompileLimits) -> Self {
        Self::new(PathBuf::from(OWN), limits)
    }

    /// With somebody to be told.
    #[must_use]
    pub fn telling(self, progress: Box<dyn Progress>) -> Self {
        Self { progress: Some(progress), ..self }
    }

    /// The code of a component.
    pub(super) fn compile(&self, component: &Component) -> Result<Sealed, Unfit> {
        if self.program == Path::new(OWN) && !crate::worker::has_entry() {
            let message = "this program cannot compile: its `main` does not begin with `toolward::worker_main()`";
            return Err(Unfit::Failed(Failure::internal(message)));
        }
        let bytes = component.bytes().map_err(Unfit::Failed)?;
        let (code, said, status) = self
            .watched(component, || self.run(&bytes))
            .map_err(|error| Unfit::Failed(Failure::of_own_io("the component cannot be compiled here", &error)))?;
        if status.success() { Ok(code) } else { Err(self.ended(status, &said)) }
    }

    fn run(&self, bytes: &Sealed) -> std::io::Result<(Sealed, String, ExitStatus)> {
        let code = Memory::new("code")?;
        let mut child = self.start(bytes, &code)?;
        let mut said = Vec::new();
        let heard = child.stderr.take().map_or(Ok(0), |stderr| stderr.take(MOST_SAID).read_to_end(&mut said));
        let status = child.wait()?;
        heard?;
        Ok((code.seal()?, String::from_utf8_lossy(&said).into_owned(), status))
    }

    #[expect(clippy::disallowed_methods, reason = "a compiler is a process of its own, made of this very program")]
    fn start(&self, bytes: &Sealed, code: &Memory) -> std::io::Result<Child> {
        let limits = [u64::from(std::process::id()), self.limits.time.as_secs(), self.limits.memory];
        Command::new(&self.program)
            .arg0(NAME)
            .args(limits.map(|limit| limit.to_string()))
            .env_clear()
            // It cannot look for itself any more when it wants to know.
            .env("RAYON_NUM_THREADS", thread::available_parallelism().map_or(1, NonZero::get).to_string())
            .current_dir("/")
            .stdin(bytes.file().try_clone()?)
            .stdout(code.file().try_clone()?)
            .stderr(Stdio::piped())
            .spawn()
    }

    /// Why there is no code.
    fn ended(&self, status: ExitStatus, said: &str) -> Unfit {
        let CompileLimits { time, memory } = self.limits;
        let no_memory = ["memory allocation of", "Cannot allocate memory", "File too large"]
            .iter()
            .any(|words| said.contains(words));
        match status.signal().and_then(Signal::from_named_raw) {
            Some(Signal::XCPU) => Unfit::TooCostly(format!("more than {} s of processor time", time.as_secs())),
            _ if no_memory => Unfit::TooCostly(format!("more than {} MiB of memory", memory >> 20)),
            Some(Signal::SYS) => {
                Unfit::NoComponent("its compiler made a system call that no compiler makes".to_owned())
            }
            _ if status.code() == Some(i32::from(child::REFUSED)) => Unfit::NoComponent(said.to_owned()),
            _ => Unfit::NoComponent(format!("its compiler ended with {status}")),
        }
    }

    /// Does something, and tells how long that takes.
    fn watched<T>(&self, component: &Component, work: impl FnOnce() -> T) -> T {
        let Some(progress) = &self.progress else { return work() };
        thread::scope(|scope| {
            let (running, done) = mpsc::channel::<()>();
            // Where no thread can be started nobody is told.
            let _told = thread::Builder::new().spawn_scoped(scope, move || {
                let began = Instant::now();
                let mut told = false;
                while done.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    progress.still(component, began.elapsed());
                    told = true;
                }
                if told {
                    progress.over();
                }
            });
            let result = work();
            drop(running);
            result
        })
    }
}
