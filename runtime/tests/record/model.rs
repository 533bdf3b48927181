//! A model of the tasks' states, beside the store: whatever is done, both say the same.
#![expect(clippy::indexing_slicing, reason = "the model is asked for tasks that it made")]
use std::collections::BTreeMap;

use proptest::prelude::*;
use toolward::state::tasks::{End, Life, Opened, Reservation, Tasks};
use toolward_manifests::Budget;

use crate::tasks::{at, narrowed, opened, past, reserve, task};
use crate::world::World;

/// What may be done to a tree of tasks; numbers pick one of those that are there.
#[derive(Debug, Clone)]
enum Step {
    Narrow(usize, Option<u64>),
    End(usize, bool),
    Call(usize),
    /// So many seconds pass.
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0_usize..8, proptest::option::of(1_u64..4)).prop_map(|(task, calls)| Step::Narrow(task, calls)),
        (0_usize..8, any::<bool>()).prop_map(|(task, revoke)| Step::End(task, revoke)),
        (0_usize..8).prop_map(Step::Call),
        (0_usize..8).prop_map(Step::Call),
        (1_i64..400).prop_map(Step::Wait),
    ]
}

/// A task of the model.
#[derive(Debug, Clone)]
struct Model {
    parent: Option<usize>,
    ended: Option<Life>,
    calls: Option<u64>,
    made: u64,
}

struct Tree {
    tasks: Vec<Model>,
    now: i64,
    expires: i64,
}

impl Tree {
    fn life(&self, at: usize) -> Life {
        match self.tasks[at].ended {
            Some(life) => life,
            None if self.now >= self.expires => Life::Expired,
            None => Life::Open,
        }
    }

    fn line(&self, at: usize) -> Vec<usize> {
        std::iter::successors(Some(at), |at| self.tasks[*at].parent).collect()
    }

    fn end(&mut self, at: usize, life: Life) {
        if self.life(at) == Life::Open {
            for below in 0..self.tasks.len() {
                if self.line(below).contains(&at) && self.tasks[below].ended.is_none() {
                    self.tasks[below].ended = Some(life);
                }
            }
        }
    }

    fn call(&mut self, at: usize) -> bool {
        let line = self.line(at);
        let room = line.iter().all(|task| self.tasks[*task].calls.is_none_or(|most| self.tasks[*task].made < most));
        let made = self.life(at) == Life::Open && room;
        if made {
            line.iter().for_each(|task| self.tasks[*task].made += 1);
        }
        made
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_does_what_the_model_does(steps in proptest::collection::vec(step(), 1..30)) {
        let world = World::new();
        opened(&world);
        let root = task(&world, "t_1");
        let first = Model { parent: None, ended: None, calls: Some(3), made: 0 };
        let mut tree = Tree { tasks: vec![first], now: 2_000, expires: root.opening.expires.micros() };
        let id = |at: usize| format!("t_{}", at + 1);
        for step in steps {
            match step {
                Step::Narrow(parent, calls) if tree.tasks.len() < 8 => {
                    let parent = parent % tree.tasks.len();
                    // Narrowing happens at 2 ms in this world, when nothing has expired yet.
                    let was_open = tree.tasks[parent].ended.is_none();
                    let budget = Budget { calls, ..Budget::default() };
                    let done = narrowed(&world, &task(&world, &id(parent)), &id(tree.tasks.len()), budget);
                    prop_assert_eq!(done == Opened::Yes, was_open);
                    if was_open {
                        tree.tasks.push(Model { parent: Some(parent), ended: None, calls, made: 0 });
                    }
                }
                Step::Narrow(..) => {}
                Step::End(at_task, revoke) => {
                    let at_task = at_task % tree.tasks.len();
                    let (end, life) =
                        if revoke { (End::Revoked, Life::Revoked) } else { (End::Closed, Life::Closed) };
                    tree.end(at_task, life);
                    let stands = world.state.db.end(&id(at_task), end, &at(tree.now)).unwrap();
                    prop_assert_eq!(stands, Some(tree.life(at_task)));
                }
                Step::Call(at_task) => {
                    let at_task = at_task % tree.tasks.len();
                    let of = task(&world, &id(at_task));
                    let made = reserve(&world, &of, &[], &past(&world, &of), &at(tree.now));
                    prop_assert_eq!(matches!(made, Reservation::Made { .. }), tree.call(at_task), "{:?}", made);
                }
                Step::Wait(seconds) => tree.now += seconds * 1_000_000,
            }
            let lives: BTreeMap<_, _> = (0..tree.tasks.len()).map(|at_task| (id(at_task), tree.life(at_task))).collect();
            for (id, life) in lives {
                prop_assert_eq!(task(&world, &id).life(&at(tree.now)), life);
            }
        }
        for (at_task, model) in tree.tasks.iter().enumerate() {
            prop_assert_eq!(task(&world, &id(at_task)).calls_used, model.made);
        }
    }
}
