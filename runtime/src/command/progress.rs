//! Tells on standard error that a component is being compiled, once that takes so long that somebody may wonder.
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::plain;
use crate::component::Component;
use crate::engine::Progress;

/// A terminal has a line that is rewritten until it is erased. Anything else gets a line after this many seconds, and another each
/// time that the time has doubled.
const FIRST_LINE: u64 = 10;
/// As much of a file's name is shown: the line must fit a terminal's, or it could not be erased.
const NAME: usize = 32;

pub(super) struct ToStderr {
    terminal: bool,
    /// Seconds after which the next line is due.
    due: AtomicU64,
}

impl ToStderr {
    pub(super) fn new() -> Self {
        Self { terminal: io::stderr().is_terminal(), due: AtomicU64::new(FIRST_LINE) }
    }
}

impl Progress for ToStderr {
    fn still(&self, component: &Component, since: Duration) {
        let (what, seconds) = (what(component), since.as_secs());
        // Where standard error is closed there is nobody to tell.
        if self.terminal {
            drop(write!(io::stderr(), "\r\x1b[Ktoolward: compiling {what}, {seconds} s …"));
        } else if seconds >= self.due.load(Ordering::Relaxed) {
            self.due.store(seconds.saturating_mul(2), Ordering::Relaxed);
            drop(writeln!(io::stderr(), "toolward: compiling {what}, {seconds} s so far …"));
        }
    }

    fn over(&self) {
        self.due.store(FIRST_LINE, Ordering::Relaxed);
        if self.terminal {
            drop(write!(io::stderr(), "\r\x1b[K"));
        }
    }
}

/// `words.wasm (12.7 MB)`
fn what(component: &Component) -> String {
    let name = component.path().file_name().unwrap_or_default().to_string_lossy();
    let short: String = plain::line(&name).chars().take(NAME).collect();
    let kb = component.size().div_ceil(1000);
    if kb < 1000 { format!("{short} ({kb} KB)") } else { format!("{short} ({}.{} MB)", kb / 1000, kb % 1000 / 100) }
}
