//! A store that cannot be written, or is not ours, says so in one line and is left as it was.
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use rusqlite::Connection;
use toolward::audit::{Log, Mode};
use toolward::failure::{Exit, Failure};
use toolward::state::{Durability, Error, State};

use crate::world::{World, read, task};

fn open(world: &World) -> Result<State, Error> {
    State::open(&world.home(), Durability::Process)
}

#[test]
fn a_home_that_is_not_there_says_so_and_is_not_made() {
    let world = World::new();
    let nowhere = world.path("nowhere");
    let error = State::open(&nowhere, Durability::Process).unwrap_err();
    assert!(matches!(error, Error::Missing(_)));
    assert!(!nowhere.exists());
    let failure = Failure::from(error);
    assert_eq!(failure.exit, Exit::Internal);
    assert!(failure.help.unwrap().contains("toolward init"));
}

#[test]
fn a_store_of_another_version_says_so_and_is_not_changed() {
    for version in [0, 99] {
        let world = World::with_log();
        world.sql(&format!("PRAGMA user_version = {version}; PRAGMA wal_checkpoint(TRUNCATE)"));
        let before = fs::read(world.state.db.path()).unwrap();
        assert!(matches!(open(&world).unwrap_err(), Error::Version { found, .. } if found == version));
        let error = State::create(&world.home(), Durability::Process).unwrap_err();
        assert!(matches!(error, Error::Version { found, .. } if found == version));
        assert!(before == fs::read(world.state.db.path()).unwrap());
    }
}

#[test]
fn a_database_of_something_else_is_left_alone() {
    let world = World::new();
    let home = world.path("other");
    fs::create_dir(&home).unwrap();
    let path = home.join("state.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    assert!(matches!(State::create(&home, Durability::Process).unwrap_err(), Error::Foreign(_)));
    fs::write(&path, "this is no database, and it is longer than a header of one hundred bytes: ".repeat(3)).unwrap();
    assert!(matches!(State::create(&home, Durability::Process).unwrap_err(), Error::Damaged(_)));
}

#[test]
fn a_store_that_cannot_grow_denies_and_goes_on_when_it_can() {
    let world = World::with_log();
    let log = world.log();
    let state = open(&world).unwrap();
    let count = |tx: &rusqlite::Transaction<'_>| tx.query_row("PRAGMA page_count", [], |row| row.get(0));
    let pages: i64 = state.db.read(|tx| count(tx).map_err(Error::from)).unwrap();
    let limit = format!("PRAGMA max_page_count = {}", pages + 1);
    state.db.read(|tx| tx.query_row(&limit, [], |_| Ok(())).map_err(Error::from)).unwrap();
    let full = Log::new(&state, Mode::SingleUser);
    let batch: Vec<_> = (0..100).map(|i| read(&format!("/repo/{i}"))).collect();
    assert!(matches!(full.append(&task("t_a"), &batch).unwrap_err(), Error::Full));
    assert_eq!(world.verify().unwrap().records, 7);
    log.append(&task("t_a"), &batch).unwrap();
    assert_eq!(world.verify().unwrap().records, 107);
}

#[test]
fn a_store_that_may_not_be_written_says_so() {
    let world = World::with_log();
    let state = open(&world).unwrap();
    state.db.read(|tx| tx.execute_batch("PRAGMA query_only = ON").map_err(Error::from)).unwrap();
    let log = Log::new(&state, Mode::SingleUser);
    assert!(matches!(log.append(&task("t_a"), &[read("/repo/1")]).unwrap_err(), Error::ReadOnly));
}

#[test]
fn a_store_that_another_process_keeps_locked_says_so_and_goes_on_afterwards() {
    let world = World::with_log();
    let other = Connection::open(world.state.db.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(world.log().append(&task("t_a"), &[read("/repo/6")]).unwrap_err(), Error::Locked));
    assert_eq!(world.verify().unwrap().records, 7);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(world.log().append(&task("t_a"), &[read("/repo/6")]).unwrap(), [6]);
}

#[test]
fn the_home_and_its_files_are_the_owners_alone() {
    let world = World::with_log();
    let mode = |name: &str| fs::metadata(world.home().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("keys")), (0o700, 0o700));
    for file in ["state.db", "state.db-wal", "state.db-shm", "keys/signing", "keys/digest", "keys/code-cache"] {
        assert_eq!(mode(file), 0o600, "{file}");
    }
}

#[test]
fn a_key_that_others_may_read_or_that_was_cut_is_not_used() {
    let world = World::new();
    let key = world.home().join("keys/signing");
    fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(open(&world).unwrap_err(), Error::Key { .. }));
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    fs::write(&key, [1; 31]).unwrap();
    assert!(matches!(open(&world).unwrap_err(), Error::Key { .. }));
    fs::remove_file(&key).unwrap();
    assert!(matches!(open(&world).unwrap_err(), Error::Io { .. }));
}
