//! Checkpoints kept outside: a tail that was cut off and a store that was restored show, up to the last of them.
use std::fs::{self, OpenOptions};
use std::io::{Cursor, Write};

use toolward::audit::verify::{Bad, Checkpoints, Report, verify_export, verify_store};
use toolward::audit::{Choice, checkpoint};
use toolward::state::{Durability, State};

use crate::world::{World, outcome_of, read, task};

const FILE: &str = "checkpoints";

fn note(world: &World) {
    let (_, line) = checkpoint::make(&world.state).unwrap();
    let mut file = OpenOptions::new().append(true).create(true).open(world.path(FILE)).unwrap();
    writeln!(file, "{line}").unwrap();
}

fn given(world: &World) -> Result<Checkpoints, Bad> {
    let mut checkpoints = Checkpoints::default();
    let read = checkpoints.read(world.path(FILE).to_str().unwrap(), &world.key());
    outcome_of(read.map(|()| world.verify().unwrap())).map(|_| checkpoints)
}

fn verify(world: &World, state: &State) -> Result<Report, Bad> {
    outcome_of(verify_store(&state.db, &given(world)?))
}

fn verify_copy(world: &World, export: &[u8]) -> Result<Report, Bad> {
    outcome_of(verify_export(Cursor::new(export), &world.key(), &given(world)?))
}

#[test]
fn a_log_that_grew_since_holds_and_says_how_far_checkpoints_reach() {
    let world = World::with_log();
    note(&world);
    world.log().append(&task("t_a"), &[read("/repo/6")]).unwrap();
    let report = verify(&world, &world.state).unwrap();
    // Entry 6 says that the checkpoint was made.
    assert_eq!((report.checkpointed, report.ledger), (Some(5), 7));
    let report = verify_copy(&world, &world.export(&Choice::default())).unwrap();
    assert_eq!((report.checkpointed, report.ledger), (Some(5), 7));
    let one = Choice { task: Some("t_b".into()), ..Choice::default() };
    assert_eq!(verify_copy(&world, &world.export(&one)).unwrap().checkpointed, Some(5));
}

#[test]
fn a_tail_that_was_cut_off_is_found() {
    let world = World::with_log();
    note(&world);
    world.sql("DELETE FROM ledger WHERE seq >= 5; DELETE FROM records WHERE n > 5");
    assert!(verify(&world, &world.state).unwrap_err().what.contains("tail is missing"));
    assert!(verify_copy(&world, &world.export(&Choice::default())).unwrap_err().what.contains("tail is missing"));
}

#[test]
fn a_tail_that_was_cut_off_and_grown_again_is_found() {
    let world = World::with_log();
    note(&world);
    world.sql("DELETE FROM ledger WHERE seq >= 5; DELETE FROM records WHERE n > 5");
    world.log().append(&task("t_a"), &[read("/repo/other")]).unwrap();
    let bad = verify(&world, &world.state).unwrap_err();
    assert!(bad.at.ends_with("line 1"), "{bad}");
    assert!(verify_copy(&world, &world.export(&Choice::default())).is_err());
}

#[test]
fn an_old_store_that_was_restored_is_found() {
    let world = World::with_log();
    let old = world.path("old");
    let quoted = old.join("state.db").to_str().unwrap().to_owned();
    fs::create_dir(&old).unwrap();
    world.sql(&format!("VACUUM INTO '{quoted}'"));
    fs::create_dir(old.join("keys")).unwrap();
    for key in fs::read_dir(world.home().join("keys")).unwrap() {
        let key = key.unwrap();
        fs::copy(key.path(), old.join("keys").join(key.file_name())).unwrap();
    }
    world.log().append(&task("t_a"), &[read("/repo/6")]).unwrap();
    note(&world);
    world.sql("PRAGMA wal_checkpoint(TRUNCATE)");
    rusqlite::Connection::open(old.join("state.db")).unwrap().pragma_update(None, "journal_mode", "WAL").unwrap();
    let restored = State::open(&old, Durability::Process).unwrap();
    assert!(verify(&world, &world.state).is_ok());
    assert!(verify(&world, &restored).unwrap_err().what.contains("tail is missing"));
}

#[test]
fn a_checkpoint_that_is_newer_than_an_export_says_nothing_of_it() {
    let world = World::with_log();
    let export = world.export(&Choice::default());
    world.log().append(&task("t_a"), &[read("/repo/6")]).unwrap();
    note(&world);
    assert_eq!(verify_copy(&world, &export).unwrap().checkpointed, None);
}

#[test]
fn a_checkpoint_that_was_edited_or_signed_elsewhere_is_none() {
    let world = World::with_log();
    note(&world);
    let genuine = fs::read_to_string(world.path(FILE)).unwrap();
    for bit in 0..(genuine.len() - 1) * 8 {
        let mut edited = genuine.clone().into_bytes();
        edited[bit / 8] ^= 1 << (bit % 8);
        fs::write(world.path(FILE), edited).unwrap();
        assert!(verify(&world, &world.state).is_err(), "bit {bit}");
    }
    let other = World::with_log();
    note(&other);
    fs::copy(other.path(FILE), world.path(FILE)).unwrap();
    assert!(verify(&world, &world.state).unwrap_err().what.contains("not signed by this key"));
    fs::write(world.path(FILE), "").unwrap();
    assert!(verify(&world, &world.state).unwrap_err().what.contains("no checkpoint"));
}
