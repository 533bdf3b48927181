//! What a guest says to the host beside its work, and what it asks about it.
use std::time::Duration;

use toolward_tests::World;

/// Log messages reach no terminal raw, pass for nobody else's, and do not flood it.
#[test]
pub(crate) fn log_flood() {
    for level in ["", "trace"] {
        let outcome = World::new().environment("RUST_LOG", level).limits("time = \"20s\"\n").run("log_flood");
        outcome.ended_within(Duration::from_secs(15)).changed_nothing();
        assert!(matches!(outcome.ended.code, Some(0 | 124)), "{outcome}");
        let stderr = &outcome.ended.stderr;
        assert!(stderr.len() < 1 << 20, "{} bytes came out", stderr.len());
        let raw = stderr.chars().find(|&c| c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{9b}'));
        assert_eq!(raw, None, "{outcome}");
        let forged = stderr.lines().find(|line| {
            line.contains("forged") && ["toolward:", "error:", "help:"].iter().any(|start| line.starts_with(start))
        });
        assert_eq!(forged, None, "{outcome}");
    }
}

/// The configuration is the manifest's: nothing of the host is in it.
#[test]
pub(crate) fn config_snooping() {
    let world =
        World::new().environment("GREETING", "from outside").rule("\n[config]\ngreeting = \"hello\"\nempty = \"\"\n");
    let outcome = world.run("config_snooping");
    outcome.got_nothing().says("greeting Some(\"hello\")\n");
    outcome.says("all [(\"empty\", \"\"), (\"greeting\", \"hello\")]\n");
}

/// Without one there is nothing.
#[test]
fn a_tool_without_configuration_has_none() {
    World::new().run("config_snooping").got_nothing().says("greeting None\n").says("all []\n");
}
