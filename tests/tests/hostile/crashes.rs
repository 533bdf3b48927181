//! The program is killed at any moment: no effect is without its record.
use std::collections::HashSet;
use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use toolward_tests::audit::{self, Record};
use toolward_tests::{World, guest};

const CALLS: u32 = 1_000;
/// A call is killed at some moment within this time, which is somewhat longer than its start takes.
const LONGEST: u64 = 40_000;

/// Killed with SIGKILL at random points of a thousand calls: the chain verifies, and every file that was made has its intent.
#[test]
pub(crate) fn busy_writer() {
    let mut world = World::new();
    world.install(&fs::read(guest("busy_writer")).unwrap());
    let warm = world.command().arg("warm").stdout(Stdio::null()).status().unwrap();
    assert!(warm.success(), "the guest alone: {warm}");

    let mut dice = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
    for call in 0..CALLS {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        kill_after(world.command().arg(format!("c{call}")), Duration::from_micros((dice >> 33) % LONGEST));
    }

    let records = audit::records(&world.home(), &world.path("tmp"));
    let recorded: HashSet<&str> = records.iter().filter(|record| record.text("op") == "create").map(resource).collect();
    let made =
        fs::read_dir(world.path("repo/pub")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let made: Vec<String> = made.filter(|name| name.contains('-')).map(|name| format!("/repo/pub/{name}")).collect();
    let unrecorded: Vec<&String> = made.iter().filter(|path| !recorded.contains(path.as_str())).collect();
    assert!(unrecorded.is_empty(), "{} of {} files have no record: {unrecorded:?}", unrecorded.len(), made.len());
    let cut_off = (0..CALLS).filter(|call| made.iter().any(|path| path.contains(&format!("/c{call}-")))).count();
    assert!(cut_off > 50, "only {cut_off} of {CALLS} calls came as far as an effect");
    world = world.file("repo/pub/open.txt", "and it still works");
    world.run("listing_hides_denied").exits(0);
}

fn resource(record: &Record) -> &str {
    record.text("resource")
}

fn kill_after(command: &mut Command, time: Duration) {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    sleep(time);
    child.kill().unwrap();
    child.wait().unwrap();
}
