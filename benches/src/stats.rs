//! Samples of a duration, and how they are taken: in turns, so that whatever else the machine does hits all alike.
use std::time::{Duration, Instant};

use anyhow::Result;

/// Durations of the same thing.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    /// The one in the middle.
    pub(crate) fn median(&self) -> Duration {
        self.at(50)
    }

    /// As long as so many in a hundred took, or less.
    pub(crate) fn at(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        sorted.get(last * percent / 100).copied().unwrap_or_default()
    }

    /// Takes more.
    pub(crate) fn extend(&mut self, more: Vec<Duration>) {
        self.0.extend(more);
    }

    /// All together.
    pub(crate) fn sum(&self) -> Duration {
        self.0.iter().sum()
    }
}

/// Something that is done once and timed.
pub(crate) type Round<'a> = &'a mut dyn FnMut() -> Result<()>;

/// Does each once to warm up, then all of them `rounds` times, one after the other.
pub(crate) fn in_turns<const N: usize>(rounds: usize, mut each: [Round<'_>; N]) -> Result<[Samples; N]> {
    for round in &mut each {
        round()?;
    }
    let mut samples: [Samples; N] = std::array::from_fn(|_| Samples::default());
    for _ in 0..rounds {
        for (round, samples) in each.iter_mut().zip(&mut samples) {
            let began = Instant::now();
            round()?;
            samples.0.push(began.elapsed());
        }
    }
    Ok(samples)
}
