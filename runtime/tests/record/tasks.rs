//! Tasks: proved by a handle, ended for good with all below them, and over when their time is.
use std::collections::BTreeMap;
use std::time::Duration;

use toolward::state::tasks::{
    End, Handle, Holder, Kin, Life, Mount, NewTask, Opened, Past, Reservation, Task, Tasks, Terms, Wanted,
};
use toolward::state::{Moment, SinceBoot, Time};
use toolward_manifests::scope::{History, LayerId, MarkId, Marked, RuleId, Taint, Witnesses};
use toolward_manifests::{Budget, Source};

use crate::world::World;

/// A call that counts as made, of a task whose log nothing bounds.
pub(crate) const MADE: Reservation = Reservation::Made { log: 0 };

pub(crate) fn new_task(id: &str, handle: &Handle) -> NewTask {
    NewTask {
        id: id.into(),
        handle: handle.digest(),
        kin: None,
        agent: Some("coder".into()),
        owner: Some("ana@example.com".into()),
        opened_by: "operator".into(),
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
        opened: at(1_000),
        expires: Time::from_micros(1_000) + Duration::from_secs(900),
        budget: Budget { calls: Some(3), ..Budget::default() },
    }
}

/// A moment by the wall's clock, in microseconds.
pub(crate) fn at(micros: i64) -> Moment {
    Moment::at(Time::from_micros(micros))
}

pub(crate) fn now() -> Moment {
    at(2_000)
}

/// Opens `t_1`.
pub(crate) fn opened(world: &World) -> Handle {
    let handle = Handle::fresh().unwrap();
    assert_eq!(world.state.db.create(&new_task("t_1", &handle), &Terms::default()).unwrap(), Opened::Yes);
    handle
}

/// Narrows `parent` to `id`.
pub(crate) fn narrowed(world: &World, parent: &Task, id: &str, budget: Budget) -> Opened {
    let depth = parent.opening.kin.as_ref().map_or(0, |kin| kin.depth) + 1;
    let kin = Some(Kin { parent: parent.opening.id.clone(), root: parent.root().into(), depth });
    let handle = Handle::fresh().unwrap().digest();
    let task = NewTask { id: id.into(), handle, kin, budget, opened: now(), ..parent.opening.clone() };
    world.state.db.create(&task, &Terms::default()).unwrap()
}

pub(crate) fn task(world: &World, id: &str) -> Task {
    world.state.db.by_id(id).unwrap().unwrap()
}

/// One more call of a task, decided on this.
pub(crate) fn reserve(world: &World, task: &Task, counted: &[RuleId], past: &Past, now: &Moment) -> Reservation {
    let above = world.state.db.above(task).unwrap();
    let holder = Holder::new(task, &above, Budget::default());
    let witnesses = Witnesses::default();
    let wanted = Wanted { task, holder: &holder, counted, begins: &[], witnesses: &witnesses, decided_on: past, now };
    world.state.db.reserve_call(&wanted).unwrap()
}

fn rule(layer: LayerId, rule: u8) -> RuleId {
    RuleId { layer, rule: [rule; 32] }
}

pub(crate) fn past(world: &World, task: &Task) -> Past {
    world.state.db.past(task, &[], &Witnesses::default(), &|_, _| true).unwrap()
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
    assert_eq!(task(&world, "t_1").life(&now()), Life::Open);
    assert_eq!(db.end("t_1", End::Closed, &now()).unwrap(), Some(Life::Closed));
    assert_eq!(db.end("t_1", End::Revoked, &now()).unwrap(), Some(Life::Closed));
    assert_eq!(db.end("t_none", End::Revoked, &now()).unwrap(), None);
    let task = task(&world, "t_1");
    assert_eq!(reserve(&world, &task, &[], &past(&world, &task), &now()), Reservation::Ended(Life::Closed));
}

#[test]
fn a_task_whose_time_is_over_makes_no_call() {
    let world = World::new();
    opened(&world);
    let task = task(&world, "t_1");
    let (expiry, none) = (task.opening.expires.micros(), past(&world, &task));
    assert_eq!(reserve(&world, &task, &[], &none, &at(expiry)), Reservation::Ended(Life::Expired));
    assert_eq!(reserve(&world, &task, &[], &none, &at(expiry - 1)), MADE);
    assert_eq!(world.state.db.end("t_1", End::Revoked, &at(expiry)).unwrap(), Some(Life::Expired));
}

/// Times are monotonic where a clock jump would matter: a clock that is set back gives no task more time.
#[test]
fn a_clock_that_is_set_back_lengthens_no_task() {
    let world = World::new();
    let by_both = |wall: i64, up: u64| Moment {
        wall: Time::from_micros(wall),
        since_boot: Some(SinceBoot { boot: "a".into(), up: Duration::from_secs(up) }),
    };
    let opening = NewTask { opened: by_both(1_000, 50), ..new_task("t_1", &Handle::fresh().unwrap()) };
    world.state.db.create(&opening, &Terms::default()).unwrap();
    let task = task(&world, "t_1");
    assert_eq!(task.life(&by_both(1_000, 949)), Life::Open);
    assert_eq!(task.left(&by_both(1_000, 949)), Duration::from_secs(1));
    assert_eq!(task.life(&by_both(0, 950)), Life::Expired);
    assert_eq!(reserve(&world, &task, &[], &past(&world, &task), &by_both(0, 950)), Reservation::Ended(Life::Expired));
}

/// Revoking a parent ends its descendants, and nothing else.
#[test]
fn with_a_task_all_below_it_end() {
    let world = World::new();
    opened(&world);
    let root = task(&world, "t_1");
    assert_eq!(narrowed(&world, &root, "t_2", Budget::default()), Opened::Yes);
    assert_eq!(narrowed(&world, &task(&world, "t_2"), "t_3", Budget::default()), Opened::Yes);
    assert_eq!(narrowed(&world, &root, "t_4", Budget::default()), Opened::Yes);
    assert_eq!(world.state.db.end("t_2", End::Revoked, &now()).unwrap(), Some(Life::Revoked));
    let lives = ["t_1", "t_2", "t_3", "t_4"].map(|id| task(&world, id).life(&now()));
    assert_eq!(lives, [Life::Open, Life::Revoked, Life::Revoked, Life::Open]);
    assert_eq!(narrowed(&world, &task(&world, "t_3"), "t_5", Budget::default()), Opened::ParentOver(Life::Revoked));
    let above: Vec<_> = world.state.db.above(&task(&world, "t_3")).unwrap();
    assert_eq!(above.iter().map(|task| task.opening.id.as_str()).collect::<Vec<_>>(), ["t_2", "t_1"]);
}

#[test]
fn a_call_decided_on_a_history_that_another_call_changed_is_decided_again() {
    let world = World::new();
    opened(&world);
    let task = task(&world, "t_1");
    let (rule, other) = (rule(LayerId([255; 32]), 1), rule(LayerId([4; 32]), 1));
    let seen = past(&world, &task);
    assert_eq!(reserve(&world, &task, &[rule], &seen, &now()), MADE);
    assert_eq!(reserve(&world, &task, &[rule], &seen, &now()), Reservation::Stale);
    assert_eq!(reserve(&world, &task, &[other], &seen, &now()), MADE);
    let seen = past(&world, &task);
    assert_eq!(seen.history.uses, BTreeMap::from([(rule, 1), (other, 1)]));
    assert_eq!(reserve(&world, &task, &[rule, other], &seen, &now()), MADE);
    assert_eq!(past(&world, &task).history.uses, BTreeMap::from([(rule, 2), (other, 2)]));
}

/// Taint rises to the root of the task's tree at once and falls to all descendants; the tree shares what it did.
#[test]
fn a_tree_shares_taint_and_what_it_did_before() {
    let world = World::new();
    opened(&world);
    let root = task(&world, "t_1");
    narrowed(&world, &root, "t_2", Budget::default());
    narrowed(&world, &root, "t_3", Budget::default());
    let (one, other) = (task(&world, "t_2"), task(&world, "t_3"));
    let before = past(&world, &one);
    assert_eq!(before.taint, Taint::Clean);
    world.state.db.taint(&one, "policy.toml:9", None, &now()).unwrap();
    for task in [&root, &one, &other] {
        assert_eq!(past(&world, task).taint, Taint::Tainted);
    }
    // What was decided on a clean task is decided again.
    assert_eq!(reserve(&world, &other, &[], &before, &now()), Reservation::Stale);
    let holder = Holder::new(&other, std::slice::from_ref(&root), Budget::default());
    let seen = past(&world, &other);
    let mark = MarkId { layer: LayerId([7; 32]), pattern: [8; 32] };
    let wanted = Wanted {
        task: &other,
        holder: &holder,
        counted: &[],
        begins: &[mark],
        witnesses: &Witnesses::default(),
        decided_on: &seen,
        now: &now(),
    };
    assert_eq!(world.state.db.reserve_call(&wanted).unwrap(), MADE);
    let marks = BTreeMap::from([(mark, Marked { began: true, succeeded: false })]);
    assert_eq!(past(&world, &one).history, History { marks, ..History::default() });
}

/// A policy may make taint the agent's for a time.
#[test]
fn taint_that_lasts_is_the_agents_until_its_time_is_over() {
    let world = World::new();
    opened(&world);
    let first = task(&world, "t_1");
    world.state.db.taint(&first, "policy.toml:9", Some(Duration::from_secs(60)), &now()).unwrap();
    let open = |id: &str, agent: &str, opened: Moment| {
        let agent = Some(agent.to_owned());
        let opening = NewTask { agent, opened, ..new_task(id, &Handle::fresh().unwrap()) };
        world.state.db.create(&opening, &Terms::default()).unwrap();
        past(&world, &task(&world, id)).taint
    };
    assert_eq!(open("t_2", "coder", at(3_000)), Taint::Tainted);
    assert_eq!(open("t_3", "other", at(3_000)), Taint::Clean);
    assert_eq!(open("t_4", "coder", at(62_000_000)), Taint::Clean);
}
