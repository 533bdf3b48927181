//! Archives: chains of tasks that are over, moved to a file; nothing is lost on the way, and nothing can be passed off as moved.
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use toolward::audit::archive::{archive, place_of};
use toolward::audit::verify::{Bad, Report};
use toolward::audit::{Choice, ExportError, View, read as look};
use toolward::state::tasks::{End, Tasks};
use toolward::state::{Moment, Time};

use crate::many::{home_of_parent, in_a_process};
use crate::tasks::opened;
use crate::world::{World, intent, outcome, read, task};

/// Two tasks that are over, one of them of nobody, and one that is open.
fn world() -> World {
    let world = World::with_log();
    opened(&world);
    world.log().append(&task("t_1"), &[read("/repo/open")]).unwrap();
    world
}

fn to(world: &World, name: &str) -> PathBuf {
    world.path(name)
}

fn archived(world: &World, name: &str) -> Result<(usize, u64), ExportError> {
    archive(&world.state, Time::now(), &to(world, name)).map(|done| (done.tasks, done.records))
}

fn verified(world: &World, name: &str) -> Result<Report, Bad> {
    world.verify_export(&fs::read(to(world, name)).unwrap())
}

fn open_for_long(world: &World) {
    world.sql("UPDATE tasks SET expires = 9000000000000000");
}

#[test]
fn what_is_over_goes_into_a_file_and_store_and_file_verify() {
    let world = world();
    open_for_long(&world);
    let before = world.verify().unwrap();
    assert_eq!(archived(&world, "one").unwrap(), (2, 7));
    let report = verified(&world, "one").unwrap();
    assert_eq!((report.records, report.tasks), (7, 2));
    let after = world.verify().unwrap();
    assert_eq!((after.archived, after.records), (2, before.records - 7 + 1), "and one record says so");
    let left = look::last(&world.state.db, &Choice::default(), 99).unwrap();
    let left: Vec<_> = left.iter().map(|record| View::parse(&record.body).unwrap().task.into_owned()).collect();
    assert_eq!(left, ["installation", "t_1", "installation"]);
    let place = place_of(&world.state, "t_a").unwrap().unwrap().0;
    assert_eq!(place, to(&world, "one").canonicalize().unwrap().to_string_lossy());
    assert_eq!(place_of(&world.state, "t_1").unwrap(), None);
    // What is left exports, and verifies with the heads of what was moved.
    let one = Choice { task: Some("t_1".into()), ..Choice::default() };
    assert_eq!(world.verify_export(&world.export(&one)).unwrap().records, 1);
    let all = world.verify_export(&world.export(&Choice::default())).unwrap();
    assert_eq!((all.records, all.tasks), (4, 1), "and the export before it");
}

#[test]
fn an_open_task_is_left_alone_and_nothing_is_no_archive() {
    let world = World::new();
    opened(&world);
    open_for_long(&world);
    world.log().append(&task("t_1"), &[read("/repo/open")]).unwrap();
    assert!(matches!(archived(&world, "none"), Err(ExportError::Nothing)));
    assert!(!to(&world, "none").exists());
    world.state.db.end("t_1", End::Closed, &Moment::now()).unwrap();
    thread::sleep(Duration::from_millis(2));
    assert_eq!(archived(&world, "one").unwrap(), (1, 1));
    assert!(matches!(archived(&world, "two"), Err(ExportError::Nothing)));
}

#[test]
fn a_file_that_is_there_is_left_alone_and_the_store_too() {
    let world = world();
    fs::write(to(&world, "mine"), "mine").unwrap();
    assert!(matches!(archived(&world, "mine"), Err(ExportError::Io(_))));
    assert_eq!(fs::read(to(&world, "mine")).unwrap(), b"mine");
    assert_eq!(world.verify().unwrap().archived, 0);
}

/// A call that was under way when its task ended may have records after its chain was moved.
#[test]
fn a_chain_goes_on_after_its_archive_and_is_moved_in_parts() {
    let world = world();
    let log = world.log();
    let seq = log.append(&task("t_a"), &[intent("/repo/late")]).unwrap()[0];
    archived(&world, "one").unwrap();
    log.append(&task("t_a"), &[outcome("/repo/late", seq), read("/repo/later")]).unwrap();
    let report = world.verify().unwrap();
    assert!(report.archived >= 2, "{report:?}");
    let late = Choice { task: Some("t_a".into()), ..Choice::default() };
    for choice in [Choice::default(), late] {
        world.verify_export(&world.export(&choice)).unwrap();
    }
    archived(&world, "two").unwrap();
    world.verify().unwrap();
    let (one, two) = (verified(&world, "one").unwrap(), verified(&world, "two").unwrap());
    assert_eq!((one.open_intents.len(), two.open_intents.len()), (1, 0));
    log.append(&task("t_a"), &[read("/repo/last")]).unwrap();
    world.verify().unwrap();
}

#[test]
fn every_change_of_an_archive_is_found() {
    let world = world();
    archived(&world, "one").unwrap();
    let whole = fs::read(to(&world, "one")).unwrap();
    for bit in (0..whole.len() * 8).step_by(3) {
        let mut changed = whole.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(world.verify_export(&changed).is_err(), "bit {bit}");
    }
    let lines: Vec<_> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    for at in 0..lines.len() {
        let mut less = lines.clone();
        less.remove(at);
        assert!(world.verify_export(&less.concat()).is_err(), "line {at} left out");
        let mut more = lines.clone();
        more.insert(at, lines[at]);
        assert!(world.verify_export(&more.concat()).is_err(), "line {at} doubled");
    }
}

/// Whoever edits the store cannot say of records that they deleted that they were archived, nor change what was.
#[test]
fn a_store_that_claims_what_was_not_archived_does_not_hold() {
    let claim = "INSERT INTO archives (id, time, file, sha256) VALUES (9, 1, 'x', zeroblob(32));
        INSERT INTO archived SELECT 't_b', 0, zeroblob(32), head, head_hash, 9 FROM ledger WHERE task = 't_b' ORDER BY seq DESC LIMIT 1;
        DELETE FROM records WHERE body LIKE '%\"task\":\"t_b\"%'";
    let world = World::with_log();
    world.sql(claim);
    let bad = world.verify().unwrap_err();
    assert!(bad.at.starts_with("archive 9"), "{bad}");
    for edit in [
        "UPDATE archived SET head_hash = zeroblob(32) WHERE task = 't_a'",
        "UPDATE archived SET head = head - 1 WHERE task = 't_a'",
        "UPDATE archived SET after = 1 WHERE task = 't_a'",
        "DELETE FROM archived WHERE task = 't_b'",
        "INSERT INTO archived SELECT 't_1', 0, zeroblob(32), 1, zeroblob(32), archive FROM archived LIMIT 1",
        "DELETE FROM records WHERE body LIKE '%\"op\":\"archive\"%'",
    ] {
        let world = World::with_log();
        archived(&world, "one").unwrap();
        world.verify().unwrap();
        world.sql(edit);
        assert!(world.verify().is_err(), "{edit}");
    }
}

#[test]
fn the_store_becomes_smaller() {
    let world = World::new();
    let batch: Vec<_> = (0..2000).map(|i| read(&format!("/repo/{i}"))).collect();
    for _ in 0..5 {
        world.log().append(&task("t_a"), &batch).unwrap();
    }
    world.sql("PRAGMA wal_checkpoint(TRUNCATE)");
    let size = || fs::metadata(world.state.db.path()).unwrap().len();
    let before = size();
    let done = archive(&world.state, Time::now(), &to(&world, "one")).unwrap();
    assert!(done.shrunk && size() < before / 10, "{before} bytes, then {}", size());
    assert_eq!(world.verify().unwrap().archived, 1);
}

/// Killed at any moment, each record is in the store or in a file that verifies, and both together have all.
#[test]
fn a_process_that_is_killed_while_it_archives_loses_nothing() {
    let world = World::new();
    let mut appended = 0;
    for round in 0..24_u64 {
        let batch: Vec<_> = (0..300).map(|i| read(&format!("/repo/{i}"))).collect();
        for part in 0..4 {
            world.log().append(&task(&format!("t_{round}_{part}")), &batch).unwrap();
            appended += 300;
        }
        let mut child = in_a_process("archives::archives_for_ever", &world);
        thread::sleep(Duration::from_millis(10 + round * 6));
        child.kill().unwrap();
        child.wait().unwrap();
        world.verify().unwrap();
    }
    let choice = Choice::default();
    let mut records = 0;
    look::each(&world.state.db, &choice, 0, |record| {
        records += u64::from(View::parse(&record.body).unwrap().task != "installation");
        Ok::<_, toolward::state::Error>(())
    })
    .unwrap();
    let moved = |file: &str| fs::read(file).ok().map(|bytes| world.verify_export(&bytes).unwrap().records);
    let mut files = 0;
    world
        .state
        .db
        .read(|tx| {
            let mut statement = tx.prepare("SELECT file FROM archives")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let file: String = row.get(0)?;
                records += moved(&file).expect("its file is there");
                files += 1;
            }
            Ok::<_, toolward::state::Error>(())
        })
        .unwrap();
    assert_eq!(records, appended, "{files} archives");
}

#[test]
#[ignore = "the test above runs and kills it"]
fn archives_for_ever() {
    let state = home_of_parent();
    let folder = state.db.path().parent().unwrap().parent().unwrap().to_path_buf();
    for number in 0.. {
        let file = folder.join(format!("archive-{}-{number}", std::process::id()));
        drop(archive(&state, Time::now(), &file));
    }
}
