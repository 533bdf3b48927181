//! The worker's own process: it puts its walls up, loads one tool's code, and runs its guests one after the other.
use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Pid;
use tokio::runtime::Runtime;
use toolward_host_fns::door::Door;
use toolward_host_fns::door::listed::Listed;
use toolward_host_fns::program::Ended;
use toolward_host_fns::standing::NoTask;
use toolward_manifests::Limits;

use super::channel::Channel;
use super::door::Asking;
use super::link::Link;
use super::seized::{Native, Seized};
use super::spin::spin;
use super::wire::{FromWorker, MAX_SIGNATURE, MOST_ANSWERED, PART, Run, Setup, ToWorker, Unlinked, words};
use crate::call::{Callee, Cause, Ending, Running, built, run};
use crate::engine::{Engine, Exported};
use crate::input::Input;
use crate::sealed::Sealed;
use crate::typed::{Signature, TypedCall};
use crate::walls::{self, Bounds, Enforced, Filters};

/// Beside the files of guests: the socket, the code, what the clock and the timers need.
const OWN_DESCRIPTORS: u64 = 32;
/// As many threads at a time do what would block (flushing a file), and are kept so long without work.
const THREADS: usize = 4;
const KEPT: Duration = Duration::from_millis(100);
/// The largest file that a guest makes, in bytes.
const LARGEST_FILE: u64 = 1 << 40;

/// Is a worker: the argument is its broker's process.
pub(crate) fn main(args: &[OsString], native: Option<Native>) -> ExitCode {
    // What a panic has to say it would write, which no worker does: that would pass for an attack.
    std::panic::set_hook(Box::new(|_| end()));
    let parent = args.get(1).and_then(|arg| arg.to_str()?.parse().ok()).and_then(Pid::from_raw);
    // Whoever started it sees by its end that something was amiss; there is nobody else to tell.
    match work(parent, native) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Ends this process at once: its broker is gone, or what it was about to do cannot be done.
#[expect(clippy::disallowed_methods, reason = "nothing here is worth dropping, and nobody waits for it")]
pub(super) fn end() -> ! {
    std::process::exit(1)
}

fn work(parent: Option<Pid>, native: Option<Native>) -> anyhow::Result<()> {
    let Born { runtime, landlock, engine, filters } = told(born(parent))?;
    let link = Arc::new(link()?);
    let socket = {
        let _timers_and_sockets = runtime.enter();
        link.watched()?
    };
    let (ToWorker::Setup(setup), Some(code)) = link.first_wish() else { anyhow::bail!("it is told nothing") };
    let code = Sealed::received(code)?;
    told(bound(&setup))?;
    let filters = filters.of(setup.writes);
    // What this machine cannot put up it does not; the broker hears of it, and decides whether that is enough.
    let seccomp = filters.loading().is_ok();
    link.tell(&FromWorker::Walled(Enforced { landlock, seccomp }));
    let loaded = Loaded::new(engine, &setup, &code).and_then(|loaded| {
        if seccomp {
            filters.running()?;
        }
        Ok(loaded)
    });
    let mut loaded = match loaded {
        Ok(loaded) => loaded,
        Err(error) => {
            link.tell(&FromWorker::Loaded(Err(words(&format!("{error:#}")))));
            return Err(error);
        }
    };
    link.tell(&FromWorker::Loaded(Ok(())));
    runtime.block_on(async {
        tokio::spawn(Arc::clone(&link).attend(socket));
        loop {
            match link.wish().await {
                (ToWorker::Link(function), _) => {
                    let linked = loaded.link(function.as_deref());
                    link.tell(&FromWorker::Linked(linked));
                }
                (ToWorker::Run(job), _) if let Some(native) = native => {
                    link.say(&FromWorker::Output(native(&Seized(Arc::clone(&link)), &job.start.args)));
                    link.tell(&FromWorker::Ended(Ending::Exit(Ended::Success)));
                }
                (ToWorker::Run(job), _) => loaded.run(*job, &link).await,
                (ToWorker::Setup(_) | ToWorker::Reply(..), _) => anyhow::bail!("it is told that twice"),
            }
        }
    })
}

/// What a worker is before it knows what it is for: that takes a while, and its broker has other things to do meanwhile.
struct Born {
    runtime: Runtime,
    /// The version of Landlock in effect.
    landlock: i32,
    engine: Engine,
    filters: Filters,
}

/// What comes before all else. Descriptors (epoll, an eventfd, the pipe of signals) are made before nobody can make any.
fn born(parent: Option<Pid>) -> anyhow::Result<Born> {
    walls::birth(parent)?;
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = built(runtime.max_blocking_threads(THREADS).thread_keep_alive(KEPT))?;
    // What the kernel told this process at its birth is read once, and asked for once.
    let _known = rustix::param::page_size();
    let _looked_up = spin();
    let filters = Filters::compiled()?;
    let landlock = walls::restrict()?;
    let engine = Engine::new(Limits::default().stack)?;
    Ok(Born { runtime, landlock, engine, filters })
}

/// Says why there will be no worker. Only before the strict filter stands: it takes a descriptor.
fn told<T>(result: anyhow::Result<T>) -> anyhow::Result<T> {
    result.inspect_err(|error| {
        if let Ok(link) = link() {
            link.tell(&FromWorker::Loaded(Err(words(&format!("{error:#}")))));
        }
    })
}

fn link() -> io::Result<Link> {
    Ok(Link::new(Channel::new(socket()?, MOST_ANSWERED, true)?))
}

/// Standard input, which is the socket; the number stays taken, so that no file ever has it.
fn socket() -> io::Result<UnixStream> {
    let socket: OwnedFd = io::stdin().as_fd().try_clone_to_owned()?;
    Ok(UnixStream::from(socket))
}

fn bound(setup: &Setup) -> anyhow::Result<()> {
    walls::bound(&Bounds {
        memory: setup.memory,
        file: if setup.writes { LARGEST_FILE } else { 0 },
        descriptors: Some(u64::from(setup.open_files).saturating_add(OWN_DESCRIPTORS)),
        seconds: None,
    })
}

/// One tool's code.
struct Loaded {
    engine: Engine,
    code: wasmtime::component::Component,
    ready: HashMap<Option<String>, (Exported, Option<Signature>)>,
}

impl Loaded {
    fn new(engine: Engine, setup: &Setup, code: &Sealed) -> anyhow::Result<Self> {
        let engine = if setup.stack == Limits::default().stack { engine } else { Engine::new(setup.stack)? };
        let code = engine.deserialize(code)?;
        Ok(Self { engine, code, ready: HashMap::new() })
    }

    /// Makes an export ready; of a function it answers the signature.
    fn link(&mut self, function: Option<&str>) -> Result<Option<String>, Unlinked> {
        let exported = self.engine.export(&self.code, function).map_err(Unlinked::of)?;
        let signature = exported.signature(function).map_err(Unlinked::of)?;
        let text = signature.as_ref().map(serde_json::to_string).transpose();
        let text = text.map_err(|error| Unlinked::NoTool(error.to_string()))?;
        if text.as_ref().is_some_and(|text| text.len() > MAX_SIGNATURE) {
            let why = format!("its types take more than {} KiB to describe", MAX_SIGNATURE >> 10);
            return Err(Unlinked::NoTool(why));
        }
        self.ready.insert(function.map(str::to_owned), (exported, signature));
        Ok(text)
    }

    async fn run(&mut self, job: Run, link: &Arc<Link>) {
        let ending = match self.callee(&job) {
            Some(callee) => {
                let door = Asking {
                    link: Arc::clone(link),
                    preopens: job.preopens,
                    counts_written: job.counts_written,
                    listed: Listed::default(),
                };
                let guest = Running {
                    door: Arc::new(door) as Arc<dyn Door>,
                    callee,
                    start: job.start,
                    limits: job.limits,
                    standing: Arc::new(NoTask),
                };
                // Whoever ends it otherwise ends this process.
                let ran = run(&self.engine, guest, |_| std::future::pending()).await;
                for part in ran.stdout.chunks(PART) {
                    link.say(&FromWorker::Output(part.to_vec()));
                }
                for part in ran.stderr.chunks(PART) {
                    link.say(&FromWorker::Talk(part.to_vec()));
                }
                ran.ending
            }
            None => Ending::Broken(Cause::Other),
        };
        let ending = match ending {
            Ending::Trap(trap) => Ending::Trap(words(&trap)),
            ending => ending,
        };
        link.tell(&FromWorker::Ended(ending));
    }

    /// What is called; its broker has checked that the input fits.
    fn callee(&self, job: &Run) -> Option<Callee> {
        let (exported, signature) = self.ready.get(&job.function)?;
        match (exported, signature, &job.input) {
            (Exported::Command(command), None, _) => Some(Callee::Command(command.clone())),
            (Exported::Function(function), Some(signature), Some(input)) => {
                let input = Input::parse(std::str::from_utf8(input).ok()?).ok()?;
                let arguments = signature.arguments(&input.value).ok()?;
                let (function, signature) = (function.clone(), signature.clone());
                Some(Callee::Function(TypedCall { function, signature, arguments }))
            }
            _ => None,
        }
    }
}
