//! Many at once: threads and processes that append to one task and to many.
use std::process::{Child, Command};
use std::thread;

use toolward::audit::{Log, Mode};
use toolward::state::{Durability, State};

use crate::world::{World, read, task};

/// Runs a test of this file that is ignored by itself, in a process of its own.
#[expect(clippy::disallowed_methods, reason = "many processes at once are what is tested")]
pub(crate) fn in_a_process(test: &str, world: &World) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", test])
        .env("RECORD_TEST_HOME", world.home())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

pub(crate) fn home_of_parent() -> State {
    let home = std::env::var_os("RECORD_TEST_HOME").unwrap();
    State::open(home.as_ref(), Durability::Process).unwrap()
}

#[test]
fn threads_with_one_store_and_with_their_own_append_to_one_task_and_to_many() {
    let world = World::new();
    thread::scope(|scope| {
        for n in 0..8 {
            let shared = world.log();
            let own = State::open(&world.home(), Durability::Process).unwrap();
            let log = if n % 2 == 0 { shared } else { Log::new(&own, Mode::SingleUser) };
            scope.spawn(move || {
                for i in 0..50 {
                    log.append(&task("t_shared"), &[read("/repo/1"), read("/repo/2")]).unwrap();
                    log.append(&task(&format!("t_{n}")), &[read(&format!("/repo/{i}"))]).unwrap();
                }
            });
        }
    });
    let report = world.verify().unwrap();
    assert_eq!((report.records, report.tasks, report.ledger), (1200, 9, 800));
}

#[test]
fn a_hundred_processes_append_to_one_task() {
    let world = World::new();
    let children: Vec<_> = (0..100).map(|_| in_a_process("many::appends_ten", &world)).collect();
    assert!(children.into_iter().all(|mut child| child.wait().unwrap().success()));
    let report = world.verify().unwrap();
    assert_eq!((report.records, report.tasks, report.ledger), (1000, 1, 1000));
}

#[test]
#[ignore = "the test above runs it"]
fn appends_ten() {
    let log = Log::new(&home_of_parent(), Mode::SingleUser);
    for _ in 0..10 {
        log.append(&task("t_shared"), &[read("/repo/1")]).unwrap();
    }
}

#[test]
fn processes_that_make_the_home_at_once_make_one() {
    let world = World::new();
    std::fs::remove_dir_all(world.home()).unwrap();
    let children: Vec<_> = (0..20).map(|_| in_a_process("many::makes_the_home", &world)).collect();
    assert!(children.into_iter().all(|mut child| child.wait().unwrap().success()));
}

#[test]
#[ignore = "the test above runs it"]
fn makes_the_home() {
    let home = std::env::var_os("RECORD_TEST_HOME").unwrap();
    let state = State::create(home.as_ref(), Durability::Process).unwrap();
    Log::new(&state, Mode::SingleUser).append(&task("t_shared"), &[read("/repo/1")]).unwrap();
    let again = State::open(home.as_ref(), Durability::Process).unwrap();
    assert_eq!(again.keys.signing.public(), state.keys.signing.public());
}
