//! The thread that starts workers, and waits for those that have ended. A worker dies with the thread that started it
//! (prctl(2), `PR_SET_PDEATHSIG`), so that must be one that never ends.
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use super::NAME;

enum Errand {
    Start(OwnedFd, Sender<io::Result<Child>>),
    Reap(Child),
}

/// Starts this program as a worker that has this socket.
pub(super) fn start(socket: OwnedFd) -> io::Result<Child> {
    let (tell, told) = mpsc::channel();
    errand(Errand::Start(socket, tell))?;
    told.recv().map_err(io::Error::other)?
}

/// Kills a worker, and waits for its end; the caller does not.
pub(super) fn reap(mut child: Child) {
    // It may have ended by itself.
    drop(child.kill());
    drop(errand(Errand::Reap(child)));
}

fn errand(errand: Errand) -> io::Result<()> {
    static SPAWNER: OnceLock<Mutex<Sender<Errand>>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (send, errands) = mpsc::channel();
        thread::spawn(move || {
            for errand in errands {
                match errand {
                    // Whoever wanted it may be gone by now: then its socket is, and it ends.
                    Errand::Start(socket, tell) => drop(tell.send(spawn(socket))),
                    Errand::Reap(mut child) => drop(child.wait()),
                }
            }
        });
        Mutex::new(send)
    });
    spawner.lock().unwrap_or_else(PoisonError::into_inner).send(errand).map_err(|_| io::Error::other("no spawner"))
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
