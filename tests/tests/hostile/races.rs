//! The host changes the tree while the guest goes through it.
use std::time::Duration;

use toolward_tests::World;
use toolward_tests::race::Race;

const MANY_RECORDS: &str = "records = 1_000_000\ntime = \"30s\"\n";

/// What was decided on is what is read, however the names change meanwhile.
#[test]
pub(crate) fn symlink_swap_race() {
    let world =
        World::new().limits(MANY_RECORDS).file("repo/pub/swap/key", "harmless").symlink("repo/pub/link", "../private");
    let outcome = world.run_during("symlink_swap_race", || swapping(&world));
    outcome.exits(0).ended_within(Duration::from_secs(30)).never_recorded_as_allowed("files read /repo/private/key");
    both_happened(&outcome.ended.stdout);
}

/// What was decided on is what is written, however the names change meanwhile.
#[test]
pub(crate) fn write_swap_race() {
    for target in ["../../outside/secret.txt", "../read-only.txt"] {
        let world =
            World::new().limits(MANY_RECORDS).file("repo/pub/swap", "harmless").symlink("repo/pub/link", target);
        let outcome = world.run_during("write_swap_race", || swapping(&world));
        outcome.exits(0).left_alone(&["repo/read-only.txt", "outside/secret.txt"]);
        both_happened(&outcome.ended.stdout);
    }
}

fn swapping(world: &World) -> Race {
    Race::swapping(world.path("repo/pub/swap"), world.path("repo/pub/link"))
}

/// A race in which one side never won has tried nothing.
fn both_happened(stdout: &str) {
    let counts: Vec<u32> = stdout.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert!(counts.len() == 2 && counts.iter().all(|count| *count > 0), "no race took place: {stdout}");
}
