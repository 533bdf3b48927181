//! What one agent may hold of a broker, and a broker of its machine: `[quotas]` in a home's `config.toml`.
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use toolward_manifests::unit::parse_size;

use crate::broker::LEAST_MEMORY;

/// Each has a default; a policy's `tasks = { open, per_hour }` comes before the first two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quotas {
    /// Tasks of one type that an agent holds open, of those that it opened itself.
    pub open_tasks: u32,
    /// Tasks of one type that an agent opens within an hour.
    pub tasks_per_hour: u32,
    /// Mounted directories that a broker holds open for the tasks of one agent.
    pub directories: usize,
    /// Connections to a broker that one agent has at a time.
    pub connections: usize,
    /// Workers that wait for the next call of one agent's tasks.
    pub idle_workers: usize,
    /// Memory that a broker holds for all requests together, in bytes; without it a quarter of what it may have.
    #[serde(serialize_with = "size_text", deserialize_with = "size", skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            open_tasks: 256,
            tasks_per_hour: 3_600,
            directories: 256,
            connections: 16,
            idle_workers: 16,
            memory: None,
        }
    }
}

impl Quotas {
    /// Whether nothing was said.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

fn size<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    let text = String::deserialize(from)?;
    let size = parse_size(&text).map_err(|bad| serde::de::Error::custom(bad.message))?;
    let enough = size >= LEAST_MEMORY;
    enough.then_some(Some(size)).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is less than 64MiB")))
}

#[expect(clippy::ref_option, reason = "serde gives references")]
fn size_text<S: Serializer>(size: &Option<u64>, to: S) -> Result<S::Ok, S::Error> {
    size.map(|size| format!("{size}B")).serialize(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_are_read_as_they_are_written() {
        let quotas: Quotas = toml::from_str("open_tasks = 3\nmemory = \"1GiB\"").unwrap();
        assert_eq!(quotas, Quotas { open_tasks: 3, memory: Some(1 << 30), ..Quotas::default() });
        let again: Quotas = toml::from_str(&toml::to_string(&quotas).unwrap()).unwrap();
        assert_eq!(again, quotas);
        assert!(toml::from_str::<Quotas>(&toml::to_string(&Quotas::default()).unwrap()).unwrap().is_default());
    }

    #[test]
    fn what_cannot_be_held_is_an_error() {
        for text in ["memory = \"1MiB\"", "memory = 3", "open_task = 1", "connections = -1"] {
            assert!(toml::from_str::<Quotas>(text).is_err(), "{text}");
        }
    }
}
