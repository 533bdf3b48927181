//! A worker as its broker sees it: a process, a socket, and what of the worker is ready.
use std::collections::{HashMap, HashSet};
use std::io;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::channel::{Channel, wrong};
use super::spawner::{self, Spawned};
use super::wire::{FromWorker, MOST_ASKED, Setup, ToWorker, Unlinked};
use crate::sealed::Sealed;
use crate::typed::Signature;
use crate::walls::Enforced;

/// How long a worker may take to put its walls up, to load its code, to link an export, where no call waits for it.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same beyond the time of the call that waits for it: on a machine that does other work large code takes a while.
const GRACE: Duration = Duration::from_secs(5);
/// How long its end is waited for, once its socket has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long an answer is looked for before the thread sleeps.
const SPIN: Duration = Duration::from_micros(200);

/// A worker's process.
pub(super) struct Worker {
    process: Option<Spawned>,
    pub(super) channel: Channel,
    pub(super) enforced: Option<Enforced>,
    loaded: bool,
    patience: Duration,
    /// Exports that it was told to make ready, and those that are.
    asked: HashSet<Option<String>>,
    linked: HashMap<Option<String>, Option<Signature>>,
}

/// Why a worker is none any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fall {
    /// In a few words.
    pub(crate) how: String,
    /// Whether nothing but a guest that has broken out of the engine explains it.
    pub(crate) hostile: bool,
}

impl Worker {
    /// Starts one that is told nothing yet; it is not waited for.
    pub(super) fn blank() -> io::Result<Self> {
        let (own, its) = UnixStream::pair()?;
        let channel = Channel::new(own, MOST_ASKED, false)?;
        let process = Some(spawner::start(its.into())?);
        let (asked, linked) = (HashSet::new(), HashMap::new());
        Ok(Self { process, channel, enforced: None, loaded: false, patience: PATIENCE, asked, linked })
    }

    /// From now on a call waits for it that may take so long.
    pub(super) fn used_for(&mut self, time: Duration) {
        self.patience = PATIENCE.min(time.saturating_add(GRACE));
    }

    /// Tells it what it is for: once, and before anything else.
    pub(super) fn set_up(&mut self, setup: &Setup, code: &Sealed) -> io::Result<()> {
        self.channel.put(&ToWorker::Setup(setup.clone()), Some(code.file().try_clone()?.into()))?;
        self.send()
    }

    /// Its process.
    pub(super) fn pid(&mut self) -> u32 {
        let process = self.process.as_mut().and_then(|process| process.child().ok());
        process.map_or(0, |child| child.id())
    }

    /// The signature of an export that is ready.
    pub(super) fn signature(&self, function: Option<&str>) -> Option<&Signature> {
        self.linked.get(&function.map(str::to_owned))?.as_ref()
    }

    /// Waits until its walls are up.
    pub(super) fn walls(&mut self) -> Result<Enforced, Fall> {
        if let Some(enforced) = self.enforced {
            return Ok(enforced);
        }
        match self.hear() {
            Ok(FromWorker::Walled(enforced)) => Ok(*self.enforced.insert(enforced)),
            Ok(FromWorker::Loaded(Err(why))) => {
                Err(Fall { how: format!("it cannot put its walls up: {why}"), hostile: false })
            }
            Ok(_) => Err(self.fall(&wrong("it spoke out of turn"))),
            Err(error) => Err(self.fall(&error)),
        }
    }

    /// Has an export made ready, and does not wait for it.
    pub(super) fn link(&mut self, function: Option<&str>) -> Result<(), Fall> {
        let name = function.map(str::to_owned);
        if self.linked.contains_key(&name) || !self.asked.insert(name.clone()) {
            return Ok(());
        }
        let asked = self.channel.put(&ToWorker::Link(name), None).and_then(|()| self.send());
        asked.map_err(|error| self.fall(&error))
    }

    /// Waits until an export is ready that it was told to make so.
    pub(super) fn linked(&mut self, function: Option<&str>) -> Result<Result<(), Unlinked>, Fall> {
        let name = function.map(str::to_owned);
        if self.linked.contains_key(&name) {
            return Ok(Ok(()));
        }
        self.walls()?;
        loop {
            let message = self.hear().map_err(|error| self.fall(&error))?;
            match message {
                FromWorker::Loaded(Ok(())) if !self.loaded => self.loaded = true,
                FromWorker::Loaded(Err(why)) if !self.loaded => {
                    return Err(Fall { how: format!("it cannot load the code: {why}"), hostile: false });
                }
                FromWorker::Linked(Err(unlinked)) if self.loaded && self.asked.remove(&name) => {
                    return Ok(Err(unlinked));
                }
                FromWorker::Linked(Ok(signature)) if self.loaded && self.asked.remove(&name) => {
                    let signature = signature.map(|text| Signature::parse(&text)).transpose();
                    let signature = signature.map_err(|()| self.fall(&wrong("it gave no signature")))?;
                    if signature.is_some() != name.is_some() {
                        return Err(self.fall(&wrong("it gave no signature")));
                    }
                    self.linked.insert(name, signature);
                    return Ok(Ok(()));
                }
                _ => return Err(self.fall(&wrong("it spoke out of turn"))),
            }
        }
    }

    /// Whether it lives, and has said nothing since it was last listened to.
    pub(super) fn is_idle(&mut self) -> bool {
        let process = self.process.as_mut().and_then(|process| process.child().ok());
        let lives = process.is_some_and(|child| matches!(child.try_wait(), Ok(None)));
        lives && matches!(self.channel.receive(), Ok(false))
    }

    /// Sends what its socket takes. Where it is gone that is seen after the last that it has said.
    fn send(&mut self) -> io::Result<()> {
        match self.channel.flush() {
            Err(error) if is_end(&error) => Ok(()),
            sent => sent.map(drop),
        }
    }

    /// The next thing that it says, outside of calls.
    fn hear(&mut self) -> io::Result<FromWorker> {
        let began = Instant::now();
        loop {
            if let Some(message) = self.channel.next()? {
                return Ok(message);
            }
            // Also where something arrives all the time: a message that comes byte by byte never ends.
            let waited = began.elapsed();
            if waited > self.patience {
                return Err(io::ErrorKind::TimedOut.into());
            }
            if self.channel.receive()? {
                continue;
            }
            if waited > SPIN {
                let second = Timespec { tv_sec: 1, tv_nsec: 0 };
                let flags = if self.channel.waiting() > 0 { PollFlags::IN | PollFlags::OUT } else { PollFlags::IN };
                // Interrupted or not: it is looked at again.
                let _woken = poll(&mut [PollFd::new(&self.channel, flags)], Some(&second));
                self.send()?;
            }
        }
    }

    /// Ends it, and says why it had to.
    pub(super) fn fall(&mut self, error: &io::Error) -> Fall {
        let Some(mut process) = self.process.take() else {
            return Fall { how: "it has ended".to_owned(), hostile: false };
        };
        let status = match process.child() {
            Ok(child) if is_end(error) => last_words(child),
            Ok(_) => None,
            Err(error) => return Fall { how: error.to_string(), hostile: false },
        };
        match (status, error.kind()) {
            (Some(status), _) => of_status(status),
            (None, io::ErrorKind::InvalidData) => Fall { how: error.to_string(), hostile: true },
            (None, io::ErrorKind::TimedOut) => Fall { how: "it did not answer".to_owned(), hostile: false },
            (None, _) => Fall { how: error.to_string(), hostile: false },
        }
    }
}

/// Whether a socket's other side is gone: it tells so in three ways, by what was under way.
fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), UnexpectedEof | BrokenPipe | ConnectionReset)
}

/// How a process ended that has closed its socket.
fn last_words(child: &mut Child) -> Option<ExitStatus> {
    let began = Instant::now();
    while began.elapsed() < LAST_WORDS {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        thread::sleep(Duration::from_micros(200));
    }
    None
}

fn of_status(status: ExitStatus) -> Fall {
    match status.signal() {
        Some(libc::SIGSYS) => Fall { how: "it made a system call that no worker makes".to_owned(), hostile: true },
        Some(_) | None => Fall { how: status.to_string(), hostile: false },
    }
}
