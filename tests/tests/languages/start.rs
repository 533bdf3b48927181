//! How they start: from the cache, in no time that a person would notice.
use std::time::Duration;

use serde_json::json;

use super::fixture::{LANGUAGES, with_command};

/// Ten times what `make bench` measures on a machine that does nothing else.
const SOON: Duration = Duration::from_millis(900);
const TRIES: usize = 5;

/// A component of 18 MB that was compiled once starts as any other does.
#[test]
fn from_the_cache_they_start_at_once() {
    for language in LANGUAGES {
        let task = with_command(language).open("work");
        let took: Vec<Duration> =
            (0..TRIES).map(|_| task.call(language, &json!({"path": "/repo/text.txt"})).0.took).collect();
        assert!(took.iter().any(|took| *took < SOON), "{language} took {took:?}");
    }
}
