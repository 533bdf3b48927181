//! The thread that starts workers, and waits for those that have ended. A worker dies with the thread that started it
//! (prctl(2), `PR_SET_PDEATHSIG`), so that must be one that never ends.
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::NAME;

/// How often it is looked whether a process has ended that was killed.
const LOOK: Duration = Duration::from_millis(5);

enum Errand {
    Start(OwnedFd, Sender<io::Result<Child>>),
    Reap(Child),
    /// Nobody wants it any more that was asked for before.
    Forget(Receiver<io::Result<Child>>),
}

/// A process that was asked for, and may not be there yet. It is killed and waited for when this is dropped.
pub(super) struct Spawned {
    child: Option<Child>,
    told: Option<Receiver<io::Result<Child>>>,
}

/// Starts this program as a worker that has this socket, and does not wait for it.
pub(super) fn start(socket: OwnedFd) -> io::Result<Spawned> {
    let (tell, told) = mpsc::channel();
    errand(Errand::Start(socket, tell))?;
    Ok(Spawned { child: None, told: Some(told) })
}

impl Spawned {
    /// The process.
    pub(super) fn child(&mut self) -> io::Result<&mut Child> {
        let child = match self.child.take() {
            Some(child) => child,
            None => {
                let told = self.told.take().ok_or_else(|| io::Error::other("it was not started"))?;
                told.recv().map_err(io::Error::other)??
            }
        };
        Ok(self.child.insert(child))
    }
}

impl Drop for Spawned {
    /// Nobody waits here, neither for its end nor for its beginning.
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            drop(child.kill());
            drop(errand(Errand::Reap(child)));
        } else if let Some(told) = self.told.take() {
            drop(errand(Errand::Forget(told)));
        }
    }
}

fn errand(errand: Errand) -> io::Result<()> {
    static SPAWNER: Mutex<Option<Sender<Errand>>> = Mutex::new(None);
    let mut spawner = SPAWNER.lock().unwrap_or_else(PoisonError::into_inner);
    let send = match spawner.take() {
        Some(send) => send,
        None => begin()?,
    };
    spawner.insert(send).send(errand).map_err(|_| io::Error::other("no spawner"))
}

/// Starts the thread; where there can be none the next errand tries again.
fn begin() -> io::Result<Sender<Errand>> {
    let (send, errands) = mpsc::channel();
    thread::Builder::new().spawn(move || work(&errands))?;
    Ok(send)
}

/// Runs errands as long as this process lives.
fn work(errands: &Receiver<Errand>) {
    // The end of a process may take long, as where it waits for a disk: nobody else waits for that.
    let mut ending: Vec<Child> = Vec::new();
    loop {
        let errand = if ending.is_empty() {
            errands.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            errands.recv_timeout(LOOK)
        };
        match errand {
            // Whoever wanted it may be gone: then it is told to forget it, after this.
            Ok(Errand::Start(socket, tell)) => drop(tell.send(spawn(socket))),
            Ok(Errand::Forget(told)) => {
                if let Ok(Ok(mut child)) = told.try_recv() {
                    drop(child.kill());
                    ending.push(child);
                }
            }
            Ok(Errand::Reap(child)) => ending.push(child),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        ending.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
    }
}

#[expect(clippy::disallowed_methods, reason = "a worker is a process of its own, made of this very program")]
fn spawn(socket: OwnedFd) -> io::Result<Child> {
    Command::new("/proc/self/exe")
        .arg0(NAME)
        .arg(std::process::id().to_string())
        .env_clear()
        .current_dir("/")
        .stdin(socket)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}
