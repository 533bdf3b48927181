//! `kill -9` at any point: what was committed is there and holds, and nothing else is.
use std::thread;
use std::time::Duration;

use toolward::audit::{Log, Mode};

use crate::many::{home_of_parent, in_a_process};
use crate::world::{World, intent, outcome, read, task};

#[test]
fn a_process_that_is_killed_while_it_appends_leaves_a_log_that_holds() {
    let world = World::new();
    let mut records = 0;
    for round in 0..20_u64 {
        let mut children: Vec<_> = (0..3).map(|_| in_a_process("killed::appends_for_ever", &world)).collect();
        thread::sleep(Duration::from_millis(40 + round * 7));
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let report = world.verify().unwrap();
        assert!(report.records >= records);
        assert!(report.open_intents.len() <= 3 * (usize::try_from(round).unwrap() + 1));
        records = report.records;
    }
    assert!(records > 0);
    world.log().append(&task("t_after"), &[read("/repo/1")]).unwrap();
    assert_eq!(world.verify().unwrap().records, records + 1);
}

#[test]
#[ignore = "the test above runs and kills it"]
fn appends_for_ever() {
    let log = Log::new(&home_of_parent(), Mode::SingleUser);
    let batch: Vec<_> = (0..50).map(|i| read(&format!("/repo/{i}"))).collect();
    loop {
        let seqs = log.append(&task("t_shared"), &[intent("/repo/x")]).unwrap();
        log.append(&task("t_shared"), &batch).unwrap();
        log.append(&task("t_shared"), &[outcome("/repo/x", seqs[0])]).unwrap();
    }
}
