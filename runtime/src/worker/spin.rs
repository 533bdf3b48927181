//! How long the other side is looked at before a thread sleeps: to wake it takes longer than most answers do.
use std::num::NonZero;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

/// Once for each message at most, and only where the other side has a processor of its own meanwhile.
pub(super) fn spin() -> Duration {
    static SPIN: OnceLock<Duration> = OnceLock::new();
    *SPIN.get_or_init(|| match thread::available_parallelism().map_or(1, NonZero::get) {
        1 => Duration::ZERO,
        _ => Duration::from_micros(100),
    })
}
