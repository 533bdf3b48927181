//! The installation's own chain: one record for what is done with tasks and agents, in its transaction, and never a flood.
use std::time::Duration;

use toolward::audit::{Choice, INSTALLATION, View, read as look};
use toolward::state::agents::Agents;
use toolward::state::tasks::{End, Handle, Holder, Life, Opened, RefusedOpening, Tasks, Terms, Unspent};
use toolward::state::{Moment, SigningKey, Time};
use toolward_manifests::{Budget, Unit};

use crate::tasks::{at, narrowed, new_task, now, opened, past, reserve, task};
use crate::world::World;

/// What the chain says, as `KIND OP RESOURCE`.
fn told(world: &World) -> Vec<String> {
    let choice = Choice { task: Some(INSTALLATION.into()), ..Choice::default() };
    let records = look::last(&world.state.db, &choice, usize::MAX).unwrap();
    let one = |body: &str| {
        let view = View::parse(body).unwrap();
        format!("{} {} {} {}", view.kind, view.op, view.resource, view.outcome)
    };
    records.iter().map(|record| one(&record.body)).collect()
}

#[test]
fn opening_narrowing_and_ending_are_one_record_each() {
    let world = World::new();
    opened(&world);
    let root = task(&world, "t_1");
    assert_eq!(narrowed(&world, &root, "t_2", Budget::default()), Opened::Yes);
    world.state.db.end("t_1", End::Revoked, &now()).unwrap();
    world.state.db.end("t_1", End::Closed, &now()).unwrap();
    let mut said = told(&world);
    assert_eq!(said[..2], ["task open t_1 done", "task narrow t_2 done"]);
    said[2..].sort();
    assert_eq!(said[2..], ["task revoke t_1 done", "task revoke t_2 done"]);
    let report = world.verify().unwrap();
    assert_eq!((report.records, report.tasks), (4, 0), "the installation is no task");
    let export = world.export(&Choice::default());
    assert_eq!(world.verify_export(&export).unwrap().records, 4);
}

#[test]
fn what_is_recorded_and_its_record_are_there_together_or_not_at_all() {
    let world = World::new();
    opened(&world);
    // Nothing can be appended any more.
    world.sql("CREATE TRIGGER broken BEFORE INSERT ON records BEGIN SELECT raise(ABORT, 'broken'); END");
    assert!(world.state.db.end("t_1", End::Revoked, &now()).is_err());
    assert!(world.state.db.create(&new_task("t_2", &Handle::fresh().unwrap()), &Terms::default()).is_err());
    let key = SigningKey::fresh().unwrap().public();
    assert!(world.state.db.add("coder", None, &key, Time::now()).is_err());
    assert!(world.state.db.revoke_agent("coder", &now()).is_err());
    assert_eq!(task(&world, "t_1").life(&now()), Life::Open);
    assert!(world.state.db.by_id("t_2").unwrap().is_none() && world.state.db.agents().unwrap().is_empty());
}

#[test]
fn that_a_task_expired_is_recorded_once_by_whoever_notices_first() {
    let world = World::new();
    opened(&world);
    let root = task(&world, "t_1");
    let over = at(root.opening.expires.micros());
    let none = past(&world, &root);
    for _ in 0..3 {
        reserve(&world, &root, &[], &none, &over);
        assert_eq!(world.state.db.end("t_1", End::Closed, &over).unwrap(), Some(Life::Expired));
        world.state.db.note_expiry(Some("t_1"), &over).unwrap();
        world.state.db.note_expiry(None, &over).unwrap();
    }
    assert_eq!(told(&world), ["task open t_1 done", "task expire t_1 done"]);
    let later = Moment { wall: over.wall + Duration::from_secs(1), ..over };
    let next = toolward::state::tasks::NewTask {
        expires: later.wall + Duration::from_secs(60),
        opened: later.clone(),
        ..new_task("t_2", &Handle::fresh().unwrap())
    };
    world.state.db.create(&next, &Terms::default()).unwrap();
    let much_later = Moment { wall: later.wall + Duration::from_secs(61), ..later };
    let last = toolward::state::tasks::NewTask { opened: much_later, ..new_task("t_3", &Handle::fresh().unwrap()) };
    world.state.db.create(&last, &Terms::default()).unwrap();
    let said = told(&world);
    assert_eq!(said.iter().filter(|line| line.contains("expire t_2")).count(), 1, "{said:?}");
}

#[test]
fn agents_and_their_keys_are_recorded() {
    let world = World::new();
    let key = || SigningKey::fresh().unwrap().public();
    let db = &world.state.db;
    db.add("coder", Some("ana"), &key(), Time::now()).unwrap();
    db.add("coder", Some("ana"), &key(), Time::now()).unwrap();
    db.rotate("coder", &key(), Time::now(), Time::now()).unwrap();
    opened(&world);
    db.revoke_agent("coder", &now()).unwrap();
    db.revoke_agent("coder", &now()).unwrap();
    let said = told(&world);
    let expected = [
        "agent add coder done",
        "agent rotate coder done",
        "task open t_1 done",
        "agent revoke coder done",
        "task revoke t_1 done",
    ];
    assert_eq!(said, expected);
}

#[test]
fn refused_openings_are_counted_beyond_a_few_an_hour() {
    let world = World::new();
    let refused = |agent: Option<&str>, now: Time| {
        let refused = RefusedOpening { agent, kind: "work", parent: None, why: "the policy does not let it" };
        world.state.db.note_refused_opening(&refused, now).unwrap();
    };
    let start = Time::now();
    for _ in 0..500 {
        refused(Some("coder"), start);
        refused(None, start);
    }
    assert_eq!(told(&world).len(), 20);
    refused(Some("coder"), start + Duration::from_secs(3_600));
    let choice = Choice { task: Some(INSTALLATION.into()), ..Choice::default() };
    let records = look::last(&world.state.db, &choice, 3).unwrap();
    let notes: Vec<String> = records.iter().filter_map(|r| Some(View::parse(&r.body)?.note?.into_owned())).collect();
    assert_eq!(notes.iter().filter(|note| note.starts_with("490 more openings were refused")).count(), 2, "{notes:?}");
    assert_eq!(told(&world).len(), 23);
    world.verify().unwrap();
}

#[test]
fn what_is_kept_of_tasks_counts_as_the_log_of_their_agents_day() {
    let world = World::new();
    let per_day = Budget { log: Some(16 << 10), ..Budget::default() };
    let terms = Terms { per_day, ..Terms::default() };
    let open = |id: &str| world.state.db.create(&new_task(id, &Handle::fresh().unwrap()), &terms).unwrap();
    let opened = (0..100).take_while(|number| open(&format!("t_{number}")) == Opened::Yes).count();
    assert!((1..=8).contains(&opened), "{opened}");
    assert_eq!(open("t_more"), Opened::LogFull(16 << 10));
    // Another agent's day is its own, and calls draw from the same day.
    let mut other = new_task("t_other", &Handle::fresh().unwrap());
    other.agent = Some("other".into());
    assert_eq!(world.state.db.create(&other, &terms).unwrap(), Opened::Yes);
    let holder = Holder::new(&task(&world, "t_0"), &[], per_day);
    let drawn = world.state.db.draw(&holder, Unit::Log, 4096, 4096).unwrap();
    assert_eq!(drawn, Err(Unspent::Day(Unit::Log, 16 << 10)));
}
