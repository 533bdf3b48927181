//! Lists and maps of a request with a bound on their number, which is looked at before an element is made: in memory each
//! takes several times as many bytes as in the frame.
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use toolward_host_fns::door::bounds::list;

use super::MOST_DESCRIPTORS;

/// The most parameters of one task.
const MAX_PARAMETERS: usize = 256;

/// A mount as it is asked for: guest path, the host's name, whether read-only.
type MountAsked = (String, String, bool);

/// Reads the mounts of a task: each comes with a descriptor.
///
/// # Errors
/// Where there are more than descriptors can be.
pub(crate) fn mounts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<MountAsked>, D::Error> {
    list::<_, _, MOST_DESCRIPTORS>(deserializer)
}

/// Reads the parameters of a task.
///
/// # Errors
/// Where there are too many.
pub(crate) fn parameters<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    deserializer.deserialize_map(Parameters)
}

struct Parameters;

impl<'de> Visitor<'de> for Parameters {
    type Value = BTreeMap<String, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {MAX_PARAMETERS} parameters")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut parameters = BTreeMap::new();
        while let Some((name, value)) = map.next_entry()? {
            parameters.insert(name, value);
            if parameters.len() > MAX_PARAMETERS {
                return Err(A::Error::invalid_length(parameters.len(), &self));
            }
        }
        Ok(parameters)
    }
}
