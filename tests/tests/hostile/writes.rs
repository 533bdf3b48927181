//! Changes to what may not be changed, and looks at what may not be seen.
use toolward_tests::World;

/// Truncating is writing: the decision comes before the effect.
#[test]
pub(crate) fn truncate_denied() {
    let outcome = World::new().run("truncate_denied");
    outcome.got_nothing().changed_nothing();
    outcome
        .recorded_refusal("files write /repo/read-only.txt")
        .names_the_rule("files write /repo/read-only.txt", "/repo/read-only.txt");
}

const HOST_EXECUTES: &str = r#"
[[files]]
path = "/repo/.git/**"
deny = ["write"]
why = "the host runs what lies there"
"#;

/// A `deny` of `write` denies `create` and `delete` there too.
#[test]
pub(crate) fn create_denied_names() {
    let world = World::new().rule(HOST_EXECUTES).folder("repo/.git/hooks").folder("repo/private/empty");
    let outcome = world.run("create_denied_names");
    outcome.got_nothing().changed_nothing().recorded_refusals_of("files");
    outcome.recorded_refusal("files create /repo/.git/hooks/pre-commit");
    outcome.names_the_rule("files create /repo/.git/hooks/pre-commit", "/repo/.git/**");
}

/// Setting times is writing.
#[test]
pub(crate) fn set_times_on_denied() {
    let rule = "\n[[files]]\npath = \"/repo/readable/**\"\ndeny = [\"write\"]\nwhy = \"may be read\"\n";
    let world = World::new().rule(rule).file("repo/readable/file", "x").symlink("repo/pub/to-env", "../.env");
    let outcome = world.run("set_times_on_denied");
    outcome.got_nothing().changed_nothing().recorded_refusal("files write /repo/read-only.txt");
}

/// A listing leaves out the entries whose `list` is denied.
#[test]
pub(crate) fn listing_hides_denied() {
    let world = World::new().secret("repo/pub/.env");
    world.run("listing_hides_denied").exits(0).changed_nothing();
}

/// A denied name looks the same whether it exists or not.
#[test]
pub(crate) fn existence_oracle() {
    let world = World::new().secret("repo/private/dir/key").symlink("repo/private/link", "key");
    world.run("existence_oracle").exits(0).changed_nothing().recorded_refusals_of("files");
}
