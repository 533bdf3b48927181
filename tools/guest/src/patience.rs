//! How long a tool goes on before it answers with what it has: a call that the host ends has no answer.

use std::time::{Duration, Instant};

/// The time that a tool gives itself, by an argument of its manifest's `[command]`: `--stop-after=16s`.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    began: Instant,
    most: Option<Duration>,
}

impl Patience {
    /// As this component's arguments say; without the argument it never ends.
    #[must_use]
    pub fn of_arguments() -> Self {
        let most = std::env::args().find_map(|argument| argument.strip_prefix("--stop-after=").and_then(seconds));
        Self { began: Instant::now(), most }
    }

    /// One that ends after this long.
    #[must_use]
    pub fn of(most: Duration) -> Self {
        Self { began: Instant::now(), most: Some(most) }
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.most.is_some_and(|most| self.began.elapsed() >= most)
    }
}

fn seconds(text: &str) -> Option<Duration> {
    text.strip_suffix('s')?.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Patience, seconds};

    #[test]
    fn it_is_over_when_its_time_is() {
        assert!(Patience::of(Duration::ZERO).is_over());
        assert!(!Patience::of(Duration::from_secs(3600)).is_over());
        assert!(!Patience::of_arguments().is_over());
        assert_eq!((seconds("16s"), seconds("16"), seconds("s")), (Some(Duration::from_secs(16)), None, None));
    }
}
