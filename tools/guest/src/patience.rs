//! How long a tool goes on before it answers with what it has: a call that the host ends has no answer.

use std::time::{Duration, Instant};

use crate::Failure;

const ARGUMENT: &str = "--stop-after=";

/// The time that a tool gives itself, by an argument of its manifest's `[command]`: `--stop-after=16s`.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    began: Instant,
    most: Option<Duration>,
}

impl Patience {
    /// As this component's arguments say; without the argument it never ends.
    ///
    /// # Errors
    /// An argument that is no whole number of seconds.
    pub fn of_arguments() -> Result<Self, Failure> {
        Self::of_these(std::env::args())
    }

    fn of_these(arguments: impl IntoIterator<Item = String>) -> Result<Self, Failure> {
        let told = arguments.into_iter().find_map(|text| text.strip_prefix(ARGUMENT).map(str::to_owned));
        let most = told.map(|text| seconds(&text).ok_or(text)).transpose();
        let most = most.map_err(|text| Failure::new(format!("`{ARGUMENT}{text}` is no time: write `{ARGUMENT}8s`")))?;
        Ok(Self { began: Instant::now(), most })
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
        assert!(!Patience::of_arguments().unwrap().is_over());
        let of = |argument: &str| Patience::of_these(["tool", argument].map(str::to_owned));
        assert!(of("--stop-after=0s").unwrap().is_over() && !of("--other").unwrap().is_over());
        assert!(of("--stop-after=16").unwrap_err().to_string().contains("--stop-after=8s"));
        assert_eq!((seconds("16s"), seconds("16"), seconds("s")), (Some(Duration::from_secs(16)), None, None));
    }
}
