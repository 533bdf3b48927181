//! How long the other side is looked at before a thread sleeps: to wake it takes longer than most answers do.
use std::num::NonZero;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

/// Whether looking pays: on a machine that has other work to do each look gives the processor away, and the answer comes no sooner
/// than to a thread that sleeps.
#[derive(Debug, Default)]
pub(super) struct Looks {
    /// How often in a row nothing arrived while it was looked for.
    in_vain: u32,
    /// How many waits still begin with sleep.
    left_out: u32,
}

/// How many looks in a row may find nothing before waits begin with sleep. One slow answer does not mean that the machine is busy,
/// and waking a thread costs more than a look.
const TOLERATED: u32 = 8;
/// The bound of the back-off: this many failed looks later, one wait in 17 begins with a look.
const MOST_IN_VAIN: u32 = 4;

impl Looks {
    /// How long the next wait begins with a look.
    pub(super) fn next(&mut self) -> Duration {
        match self.left_out.checked_sub(1) {
            Some(left) => {
                self.left_out = left;
                Duration::ZERO
            }
            None => spin(),
        }
    }

    /// What came of a look of this length.
    pub(super) fn ended(&mut self, looked: Duration, arrived: bool) {
        // A wait without a look says nothing of what it would have seen.
        if looked.is_zero() {
            return;
        }
        if arrived {
            (self.in_vain, self.left_out) = (0, 0);
        } else {
            self.in_vain = self.in_vain.saturating_add(1).min(TOLERATED + MOST_IN_VAIN);
            self.left_out = self.in_vain.checked_sub(TOLERATED).map_or(0, |beyond| 1 << beyond);
        }
    }
}

/// Once for each message at most, and only where the other side has a processor of its own meanwhile.
pub(super) fn spin() -> Duration {
    static SPIN: OnceLock<Duration> = OnceLock::new();
    *SPIN.get_or_init(|| match thread::available_parallelism().map_or(1, NonZero::get) {
        1 => Duration::ZERO,
        _ => Duration::from_micros(100),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks_in(waits: u32, looks: &mut Looks, arrives: bool) -> u32 {
        (0..waits)
            .map(|_| {
                let looked = looks.next();
                looks.ended(looked, arrives);
                u32::from(!looked.is_zero())
            })
            .sum()
    }

    #[test]
    fn where_nothing_arrives_few_waits_begin_with_a_look() {
        if spin().is_zero() {
            return;
        }
        let mut looks = Looks::default();
        assert!(looks_in(1_000, &mut looks, false) < 80);
        // Soon after answers come while they are looked for, every wait begins with a look again.
        let _until_one_is_made = looks_in(16, &mut looks, true);
        assert_eq!(looks_in(100, &mut looks, true), 100);
    }
}
