//! `wasi:logging`: a tool's messages go to the host's log, rationed, and so that they can pass for nothing else.
use std::time::Instant;

use wasmtime::StoreContextMut;
use wasmtime::component::{ComponentType, Lift, Linker};

use crate::beginning::beginning;
use crate::guest::Guest;

/// As many messages at once, and as many more a second.
const BURST: f64 = 100.0;
const A_SECOND: f64 = 20.0;
/// The most bytes of a context and of a message.
const CONTEXT: usize = 64;
const MESSAGE: usize = 1024;

#[derive(Debug, Clone, Copy, ComponentType, Lift)]
#[expect(dead_code, reason = "its values come from the guest")]
#[component(enum)]
#[repr(u8)]
enum Level {
    #[component(name = "trace")]
    Trace,
    #[component(name = "debug")]
    Debug,
    #[component(name = "info")]
    Info,
    #[component(name = "warn")]
    Warn,
    #[component(name = "error")]
    Error,
    #[component(name = "critical")]
    Critical,
}

/// How many messages a guest may still log.
#[derive(Debug)]
pub(crate) struct Ration {
    left: f64,
    filled: Instant,
    dropped: bool,
}

impl Default for Ration {
    fn default() -> Self {
        Self { left: BURST, filled: Instant::now(), dropped: false }
    }
}

impl Ration {
    fn take(&mut self) -> bool {
        self.left = (self.left + self.filled.elapsed().as_secs_f64() * A_SECOND).min(BURST);
        self.filled = Instant::now();
        let enough = self.left >= 1.0;
        if enough {
            self.left -= 1.0;
        }
        enough
    }
}

/// Links the interface under one of its names: with or without the version of its draft.
pub(super) fn add_to_linker(linker: &mut Linker<Guest>, name: &str) -> wasmtime::Result<()> {
    linker.instance(name)?.func_wrap("log", |mut store: StoreContextMut<'_, Guest>, message| {
        log(store.data_mut(), message);
        Ok(())
    })
}

fn log(guest: &mut Guest, (level, context, message): (Level, String, String)) {
    let tool = guest.start.tool.as_str();
    if !guest.ration.take() {
        if !std::mem::replace(&mut guest.ration.dropped, true) {
            tracing::warn!(target: "tool", tool, "the tool logs too much: messages of this call are dropped");
        }
        return;
    }
    // `{:?}` writes line breaks, escapes and what steers a terminal as text.
    let (context, message) = (beginning(&context, CONTEXT), beginning(&message, MESSAGE));
    match level {
        Level::Trace => tracing::trace!(target: "tool", tool, ?context, ?message),
        Level::Debug => tracing::debug!(target: "tool", tool, ?context, ?message),
        Level::Info => tracing::info!(target: "tool", tool, ?context, ?message),
        Level::Warn => tracing::warn!(target: "tool", tool, ?context, ?message),
        Level::Error | Level::Critical => tracing::error!(target: "tool", tool, ?context, ?message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_logged_and_then_a_few_a_second() {
        let mut ration = Ration::default();
        let logged = (0..1_000).filter(|_| ration.take()).count();
        assert!((100..110).contains(&logged), "{logged}");
        ration.filled = Instant::now().checked_sub(std::time::Duration::from_secs(1)).unwrap();
        assert!((20..30).contains(&(0..1_000).filter(|_| ration.take()).count()));
    }
}
