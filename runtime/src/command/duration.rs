//! Durations on the command line, spelled as in manifests.
use std::time::Duration;

/// `500ms`, `10s`, `15m`, `1h`, `1d`.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    toolward_manifests::unit::parse_duration(text).map_err(|error| format!("{} ({})", error.message, error.help))
}
