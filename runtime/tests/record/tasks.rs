//! Tasks: proved by a handle, ended for good, and never one call over their budget.
use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use toolward::state::tasks::{End, Handle, Life, Mount, NewTask, Reservation, Tasks};
use toolward::state::{Durability, State, Time};
use toolward_manifests::Source;
use toolward_manifests::scope::{History, RuleId};

use crate::world::World;

fn new_task(id: &str, handle: &Handle) -> NewTask {
    NewTask {
        id: id.into(),
        handle: handle.digest(),
        agent: Some("coder".into()),
        owner: Some("ana@example.com".into()),
        kind: "review".into(),
        policy: "/etc/toolward/policy.toml".into(),
        policy_sha256: [9; 32],
        grant: Some(Source { name: "grant.toml".into(), text: "schema = 1\n".into() }),
        parameters: BTreeMap::from([("repo".into(), "acme/site".into())]),
        mounts: vec![Mount {
            guest: "/repo".into(),
            host: "/srv/repos/a".into(),
            dev: u64::MAX,
            ino: 7,
            read_only: true,
        }],
        opened: Time::from_micros(1_000),
        expires: Time::from_micros(1_000) + Duration::from_secs(900),
        budget_calls: Some(3),
    }
}

fn opened(world: &World) -> Handle {
    let handle = Handle::fresh().unwrap();
    world.state.db.create(&new_task("t_1", &handle)).unwrap();
    handle
}

fn now() -> Time {
    Time::from_micros(2_000)
}

#[test]
fn a_task_is_read_back_as_it_was_opened_by_handle_and_by_id() {
    let world = World::new();
    let handle = opened(&world);
    let task = world.state.db.by_handle(&handle.digest()).unwrap().unwrap();
    assert_eq!(task.opening, new_task("t_1", &handle));
    assert_eq!(world.state.db.by_id("t_1").unwrap(), Some(task.clone()));
    assert_eq!(world.state.db.list().unwrap(), [task]);
    assert_eq!(world.state.db.by_handle(&Handle::fresh().unwrap().digest()).unwrap(), None);
}

#[test]
fn the_store_holds_no_handle() {
    let world = World::new();
    let handle = opened(&world);
    for file in ["state.db", "state.db-wal"] {
        let bytes = std::fs::read(world.home().join(file)).unwrap();
        let digits = handle.reveal().trim_start_matches("tw_").as_bytes();
        assert!(!bytes.windows(digits.len()).any(|window| window == digits), "{file}");
    }
}

#[test]
fn a_task_that_ended_stays_as_it_ended_first() {
    let world = World::new();
    opened(&world);
    let db = &world.state.db;
    assert_eq!(db.by_id("t_1").unwrap().unwrap().life(now()), Life::Open);
    assert_eq!(db.end("t_1", End::Closed, now()).unwrap(), Some(Life::Closed));
    assert_eq!(db.end("t_1", End::Revoked, now()).unwrap(), Some(Life::Closed));
    assert_eq!(db.end("t_none", End::Revoked, now()).unwrap(), None);
    let none = History::new();
    assert_eq!(db.reserve_call("t_1", &[], &none, now()).unwrap(), Reservation::Ended(Life::Closed));
}

#[test]
fn a_task_whose_time_is_over_makes_no_call() {
    let world = World::new();
    opened(&world);
    let db = &world.state.db;
    let expiry = db.by_id("t_1").unwrap().unwrap().opening.expires;
    let none = History::new();
    assert_eq!(db.reserve_call("t_1", &[], &none, expiry).unwrap(), Reservation::Ended(Life::Expired));
    let last = Time::from_micros(expiry.micros() - 1);
    assert_eq!(db.reserve_call("t_1", &[], &none, last).unwrap(), Reservation::Made { calls: 1 });
    assert_eq!(db.end("t_1", End::Revoked, expiry).unwrap(), Some(Life::Expired));
}

#[test]
fn calls_at_once_never_exceed_the_budget() {
    let world = World::new();
    opened(&world);
    let home = world.home();
    let made = thread::scope(|scope| {
        let calls = (0..12).map(|_| {
            let db = State::open(&home, Durability::Process).unwrap().db;
            scope.spawn(move || db.reserve_call("t_1", &[], &History::new(), now()).unwrap())
        });
        let calls: Vec<_> = calls.collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(made.iter().filter(|made| matches!(made, Reservation::Made { .. })).count(), 3);
    assert_eq!(made.iter().filter(|made| **made == Reservation::Spent { budget: 3 }).count(), 9);
    assert_eq!(world.state.db.by_id("t_1").unwrap().unwrap().calls_used, 3);
}

#[test]
fn a_call_decided_on_a_history_that_another_call_changed_is_decided_again() {
    let world = World::new();
    opened(&world);
    let db = &world.state.db;
    let (rule, other) = (RuleId(u64::MAX - 1), RuleId(4));
    let seen = db.history("t_1").unwrap();
    assert_eq!(db.reserve_call("t_1", &[rule], &seen, now()).unwrap(), Reservation::Made { calls: 1 });
    assert_eq!(db.reserve_call("t_1", &[rule], &seen, now()).unwrap(), Reservation::Stale);
    assert_eq!(db.reserve_call("t_1", &[other], &seen, now()).unwrap(), Reservation::Made { calls: 2 });
    let seen = db.history("t_1").unwrap();
    assert_eq!(seen, History::from([(rule, 1), (other, 1)]));
    assert_eq!(db.reserve_call("t_1", &[rule, other], &seen, now()).unwrap(), Reservation::Made { calls: 3 });
    assert_eq!(db.history("t_1").unwrap(), History::from([(rule, 2), (other, 2)]));
}
