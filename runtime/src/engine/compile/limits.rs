//! What compiling one component may cost.
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use toolward_manifests::unit::{duration_text, parse_duration, parse_size};

/// The least memory in which a compiler can do anything, in bytes.
const LEAST_MEMORY: u64 = 64 << 20;

/// `[compile]` in a home's `config.toml`. The defaults are some four times what components of 18 MB take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CompileLimits {
    /// Processor time, of all its threads together: whole seconds.
    #[serde(serialize_with = "time_text", deserialize_with = "time")]
    pub time: Duration,
    /// Memory that is its own (`RLIMIT_DATA`), in bytes.
    #[serde(serialize_with = "memory_text", deserialize_with = "memory")]
    pub memory: u64,
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self { time: Duration::from_secs(120), memory: 4 << 30 }
    }
}

impl CompileLimits {
    /// Whether nothing was said.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    let time = parse_duration(&text).map_err(|bad| serde::de::Error::custom(bad.message))?;
    let whole = time.as_secs() > 0 && time.subsec_nanos() == 0;
    whole.then_some(time).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not one or more whole seconds")))
}

fn memory<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let text = String::deserialize(from)?;
    let memory = parse_size(&text).map_err(|bad| serde::de::Error::custom(bad.message))?;
    let enough = memory >= LEAST_MEMORY;
    enough.then_some(memory).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is less than 64MiB")))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
fn time_text<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
    duration_text(*time).serialize(to)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
fn memory_text<S: Serializer>(memory: &u64, to: S) -> Result<S::Ok, S::Error> {
    format!("{memory}B").serialize(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_they_are_written() {
        let limits: CompileLimits = toml::from_str("time = \"2m\"\nmemory = \"1GiB\"").unwrap();
        assert_eq!(limits, CompileLimits { time: Duration::from_secs(120), memory: 1 << 30 });
        let again: CompileLimits = toml::from_str(&toml::to_string(&limits).unwrap()).unwrap();
        assert_eq!(again, limits);
    }

    #[test]
    fn what_cannot_be_held_is_an_error() {
        for text in ["time = \"500ms\"", "time = \"0s\"", "memory = \"1MiB\"", "time = 3", "cores = 1"] {
            assert!(toml::from_str::<CompileLimits>(text).is_err(), "{text}");
        }
    }
}
