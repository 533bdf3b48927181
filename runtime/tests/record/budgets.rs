//! Budgets: shared by a tree of tasks, never exceeded by calls at once, and an agent's day beside them.
use std::thread;

use toolward::state::tasks::{Handle, Holder, NewTask, Opened, Reservation, Tasks, Terms, Unspent};
use toolward::state::{Durability, State};
use toolward_manifests::scope::Witnesses;
use toolward_manifests::{Budget, Unit};

use crate::tasks::{MADE, narrowed, new_task, now, opened, past, reserve, task};
use crate::world::World;

fn spent(world: &World, id: &str, unit: Unit) -> u64 {
    let spending = world.state.db.spending(id).unwrap();
    spending.into_iter().find(|spending| spending.unit == unit).map_or(0, |spending| spending.spent)
}

#[test]
fn calls_at_once_never_exceed_the_budget() {
    let world = World::new();
    opened(&world);
    let home = world.home();
    let task = task(&world, "t_1");
    let made = thread::scope(|scope| {
        let calls = (0..12).map(|_| {
            let db = State::open(&home, Durability::Process).unwrap().db;
            let task = task.clone();
            scope.spawn(move || {
                let holder = Holder::new(&task, &[], Budget::default());
                let past = db.past(&task, &[], &Witnesses::default(), &|_, _| true).unwrap();
                let wanted = toolward::state::tasks::Wanted {
                    task: &task,
                    holder: &holder,
                    counted: &[],
                    begins: &[],
                    witnesses: &Witnesses::default(),
                    decided_on: &past,
                    now: &now(),
                };
                db.reserve_call(&wanted).unwrap()
            })
        });
        let calls: Vec<_> = calls.collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(made.iter().filter(|made| matches!(made, Reservation::Made { .. })).count(), 3);
    let refused = Reservation::Spent(Unspent::Task(Unit::Calls, 3));
    assert_eq!(made.iter().filter(|made| **made == refused).count(), 9);
    assert_eq!(world.state.db.by_id("t_1").unwrap().unwrap().calls_used, 3);
}

/// A child's budget comes out of the parent's.
#[test]
fn what_a_child_uses_up_is_used_up_of_every_task_above_it() {
    let world = World::new();
    opened(&world);
    let root = task(&world, "t_1");
    let two = Budget { calls: Some(2), ..Budget::default() };
    assert_eq!(narrowed(&world, &root, "t_2", two), Opened::Yes);
    assert_eq!(narrowed(&world, &root, "t_3", Budget::default()), Opened::Yes);
    let (child, sibling) = (task(&world, "t_2"), task(&world, "t_3"));
    for _ in 0..2 {
        assert_eq!(reserve(&world, &child, &[], &past(&world, &child), &now()), MADE);
    }
    let own = Reservation::Spent(Unspent::Task(Unit::Calls, 2));
    assert_eq!(reserve(&world, &child, &[], &past(&world, &child), &now()), own);
    assert_eq!(reserve(&world, &sibling, &[], &past(&world, &sibling), &now()), MADE);
    let above = Reservation::Spent(Unspent::Task(Unit::Calls, 3));
    assert_eq!(reserve(&world, &sibling, &[], &past(&world, &sibling), &now()), above);
    assert_eq!([spent(&world, "t_1", Unit::Calls), spent(&world, "t_2", Unit::Calls)], [3, 2]);
}

/// What was drawn and not used goes back; what nobody gives back stays spent.
#[test]
fn a_draw_takes_what_is_left_and_no_more() {
    let world = World::new();
    let budget = Budget { sent: Some(100), ..Budget::default() };
    let opening = NewTask { budget, ..new_task("t_1", &Handle::fresh().unwrap()) };
    world.state.db.create(&opening, &Terms::default()).unwrap();
    let holder = Holder::new(&task(&world, "t_1"), &[], Budget::default());
    assert!(holder.bounds(Unit::Sent) && !holder.bounds(Unit::Written));
    let db = &world.state.db;
    assert_eq!(db.draw(&holder, Unit::Sent, 10, 70).unwrap(), Ok(70));
    assert_eq!(db.draw(&holder, Unit::Sent, 10, 70).unwrap(), Ok(30));
    assert_eq!(db.draw(&holder, Unit::Sent, 1, 70).unwrap(), Err(Unspent::Task(Unit::Sent, 100)));
    db.give_back(&holder, &[(Unit::Sent, 25)]).unwrap();
    assert_eq!(db.draw(&holder, Unit::Sent, 26, 26).unwrap(), Err(Unspent::Task(Unit::Sent, 100)));
    assert_eq!(db.draw(&holder, Unit::Sent, 25, 25).unwrap(), Ok(25));
    assert_eq!(spent(&world, "t_1", Unit::Sent), 100);
}

/// Budgets per agent and day: a new task starts nothing afresh.
#[test]
fn an_agents_day_is_shared_by_its_tasks_and_by_nobody_elses() {
    let world = World::new();
    let per_day = Budget { calls: Some(3), ..Budget::default() };
    let open = |id: &str, agent: &str| {
        let (agent, budget) = (Some(agent.to_owned()), Budget::default());
        let opening = NewTask { agent, budget, ..new_task(id, &Handle::fresh().unwrap()) };
        world.state.db.create(&opening, &Terms::default()).unwrap();
        Holder::new(&task(&world, id), &[], per_day)
    };
    let (first, second, others) = (open("t_1", "coder"), open("t_2", "coder"), open("t_3", "other"));
    let db = &world.state.db;
    assert_eq!(db.draw(&first, Unit::Calls, 2, 2).unwrap(), Ok(2));
    assert_eq!(db.draw(&second, Unit::Calls, 2, 2).unwrap(), Err(Unspent::Day(Unit::Calls, 3)));
    assert_eq!(db.draw(&second, Unit::Calls, 1, 1).unwrap(), Ok(1));
    assert_eq!(db.draw(&others, Unit::Calls, 3, 3).unwrap(), Ok(3));
    // A clock that was set forward and back again makes no day anew.
    world.sql("UPDATE daily SET day = day + 1");
    assert_eq!(db.draw(&first, Unit::Calls, 1, 1).unwrap(), Err(Unspent::Day(Unit::Calls, 3)));
}

/// How many tasks an agent may hold, and open an hour.
#[test]
fn an_agent_holds_and_opens_no_more_tasks_than_it_may() {
    let world = World::new();
    let open =
        |id: &str, terms: &Terms| world.state.db.create(&new_task(id, &Handle::fresh().unwrap()), terms).unwrap();
    let terms = Terms { open: Some(2), ..Terms::default() };
    assert_eq!([open("t_1", &terms), open("t_2", &terms)], [Opened::Yes, Opened::Yes]);
    assert_eq!(open("t_3", &terms), Opened::TooMany(2));
    world.state.db.end("t_1", toolward::state::tasks::End::Closed, &now()).unwrap();
    assert_eq!(open("t_3", &terms), Opened::Yes);
    let terms = Terms { per_hour: Some(3), ..Terms::default() };
    assert_eq!(open("t_4", &terms), Opened::TooOften(3));
}
