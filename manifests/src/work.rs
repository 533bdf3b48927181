//! The bound on the work of one match, and a counter of work for tests: a parser or a match that is not linear in its input
//! fails them, on any machine.

/// The most steps that matching a text of this many bytes may take: 64 for each, and a million for short ones. What takes
/// more is not known to match: no `allow` does, and every `ask` and `deny` does.
pub(crate) fn limit(bytes: usize) -> usize {
    bytes.saturating_mul(64).max(1 << 20)
}

/// Counts steps, in tests only.
#[cfg(not(test))]
pub(crate) fn count(_steps: usize) {}

#[cfg(test)]
pub(crate) use counter::count;

#[cfg(test)]
pub(crate) mod counter {
    use std::cell::Cell;

    thread_local! {
        static STEPS: Cell<usize> = const { Cell::new(0) };
    }

    pub(crate) fn count(steps: usize) {
        STEPS.set(STEPS.get() + steps);
    }

    /// The steps that `work` takes.
    pub(crate) fn steps<T>(work: impl FnOnce() -> T) -> usize {
        let before = STEPS.get();
        work();
        STEPS.get() - before
    }
}
