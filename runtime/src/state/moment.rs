//! A moment by two clocks: the wall's, which somebody can set, and the kernel's since its boot, which nobody can.
use std::sync::OnceLock;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::Time;

/// When something is, by both clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// By the wall's clock.
    pub wall: Time,
    /// By the kernel's, where it says which boot this is.
    pub since_boot: Option<SinceBoot>,
}

/// A time within one boot; sleep counts (`CLOCK_BOOTTIME`, clock_gettime(2)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinceBoot {
    /// The kernel's name for this boot (`/proc/sys/kernel/random/boot_id`, random(4)).
    pub boot: String,
    /// Since then.
    pub up: Duration,
}

impl Moment {
    /// This moment.
    #[must_use]
    pub fn now() -> Self {
        Self { wall: Time::now(), since_boot: SinceBoot::now() }
    }

    /// The moment that the wall's clock shows, as far as only that is known.
    #[must_use]
    pub fn at(wall: Time) -> Self {
        Self { wall, since_boot: None }
    }

    /// How long from `earlier` to this, by the clock that shows more: setting the wall's clock back lengthens nothing.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Duration {
        let by_wall = self.wall.since(earlier.wall);
        match (&self.since_boot, &earlier.since_boot) {
            (Some(now), Some(then)) if now.boot == then.boot => by_wall.max(now.up.saturating_sub(then.up)),
            _ => by_wall,
        }
    }
}

impl SinceBoot {
    fn now() -> Option<Self> {
        static BOOT: OnceLock<Option<String>> = OnceLock::new();
        let read = || Some(std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?.trim().to_owned());
        let boot = BOOT.get_or_init(read).clone()?;
        let now = clock_gettime(ClockId::Boottime);
        let up = Duration::new(u64::try_from(now.tv_sec).ok()?, u32::try_from(now.tv_nsec).ok()?);
        Some(Self { boot, up })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(wall: i64, boot: &str, up: u64) -> Moment {
        let since_boot = Some(SinceBoot { boot: boot.into(), up: Duration::from_secs(up) });
        Moment { wall: Time::from_micros(wall * 1_000_000), since_boot }
    }

    #[test]
    fn a_clock_that_is_set_back_lengthens_nothing() {
        let opened = moment(1_000, "a", 50);
        assert_eq!(moment(100, "a", 80).since(&opened), Duration::from_secs(30));
        assert_eq!(moment(1_100, "a", 80).since(&opened), Duration::from_secs(100));
        // After another boot only the wall's clock is left.
        assert_eq!(moment(1_100, "b", 8_000).since(&opened), Duration::from_secs(100));
    }

    #[test]
    fn this_kernel_says_which_boot_it_is() {
        let (first, second) = (Moment::now(), Moment::now());
        assert!(first.since_boot.is_some() && second.since(&first) < Duration::from_secs(5));
    }
}
