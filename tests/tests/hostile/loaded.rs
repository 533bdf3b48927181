//! What Toolward itself has loaded.
use toolward_tests::World;

/// What is loaded is never written through a mount, and nothing is made, replaced or removed in a directory it is loaded from.
#[test]
pub(crate) fn writes_what_is_loaded() {
    let outcome = World::new().tool_in("repo/tool").run("writes_what_is_loaded");
    outcome.got_nothing().changed_only(&["repo/pub/open.txt"]).recorded_refusals_of("files");
}
