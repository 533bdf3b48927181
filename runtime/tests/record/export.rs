//! A copied export verifies with the key alone, and nothing in it can be changed, left out, doubled or moved.
use toolward::audit::Choice;

use crate::world::{World, outcome, read, task};

fn lines(export: &[u8]) -> Vec<Vec<u8>> {
    export.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

#[test]
fn an_export_of_everything_or_of_a_task_or_of_a_call_holds() {
    let world = World::with_log();
    let report = world.verify_export(&world.export(&Choice::default())).unwrap();
    assert_eq!((report.records, report.tasks, report.ledger, report.part), (7, 2, 5, false));
    assert!(report.open_intents.is_empty());
    let task = Choice { task: Some("t_b".into()), ..Choice::default() };
    let report = world.verify_export(&world.export(&task)).unwrap();
    assert_eq!((report.records, report.tasks, report.ledger, report.part), (2, 1, 6, false));
    let call = Choice { call: Some("c_1".into()), ..Choice::default() };
    assert!(world.verify_export(&world.export(&call)).unwrap().part);
}

#[test]
fn every_single_flipped_bit_is_found() {
    let world = World::with_log();
    let task = Choice { task: Some("t_b".into()), ..Choice::default() };
    for choice in [Choice::default(), task] {
        let export = world.export(&choice);
        for bit in 0..export.len() * 8 {
            let mut changed = export.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(world.verify_export(&changed).is_err(), "bit {bit}: {}", String::from_utf8_lossy(&changed));
        }
    }
}

#[test]
fn a_changed_record_is_found_at_its_line() {
    let world = World::with_log();
    let export = String::from_utf8(world.export(&Choice::default())).unwrap();
    let bad = world.verify_export(export.replace("/repo/3", "/repo/9").as_bytes()).unwrap_err();
    assert_eq!(bad.at, "line 3");
}

#[test]
fn a_line_that_is_missing_or_there_twice_or_moved_is_found() {
    let world = World::with_log();
    for choice in [Choice::default(), Choice { task: Some("t_a".into()), ..Choice::default() }] {
        let whole = lines(&world.export(&choice));
        for one in 0..whole.len() {
            let mut less = whole.clone();
            less.remove(one);
            assert!(world.verify_export(&less.concat()).is_err(), "line {} left out", one + 1);
            let mut more = whole.clone();
            more.insert(one, whole[one].clone());
            assert!(world.verify_export(&more.concat()).is_err(), "line {} doubled", one + 1);
            for other in 0..one {
                let mut moved = whole.clone();
                moved.swap(one, other);
                assert!(world.verify_export(&moved.concat()).is_err(), "lines {} and {} swapped", other + 1, one + 1);
            }
        }
    }
}

#[test]
fn a_record_missing_from_one_call_is_found() {
    let world = World::with_log();
    let mut whole = lines(&world.export(&Choice { call: Some("c_1".into()), ..Choice::default() }));
    whole.remove(3);
    assert_eq!(world.verify_export(&whole.concat()).unwrap_err().at, "line 7");
}

#[test]
fn a_chain_made_anew_is_found_by_the_signature() {
    let (world, other) = (World::with_log(), World::with_log());
    let (mut forged, genuine) = (lines(&other.export(&Choice::default())), lines(&world.export(&Choice::default())));
    let bad = world.verify_export(&forged.concat()).unwrap_err();
    assert!(bad.what.contains("another key"), "{bad}");
    other.log().append(&task("t_a"), &[read("/repo/6")]).unwrap();
    forged = lines(&other.export(&Choice::default()));
    *forged.last_mut().unwrap() = genuine.last().unwrap().clone();
    let bad = world.verify_export(&forged.concat()).unwrap_err();
    assert!(bad.what.contains("not those that were signed"), "{bad}");
}

#[test]
fn the_signed_line_of_another_time_does_not_fit() {
    let world = World::with_log();
    let before = lines(&world.export(&Choice::default()));
    world.log().append(&task("t_a"), &[read("/repo/6")]).unwrap();
    let mut now = lines(&world.export(&Choice::default()));
    *now.last_mut().unwrap() = before.last().unwrap().clone();
    assert!(world.verify_export(&now.concat()).is_err());
}

#[test]
fn an_empty_file_and_anything_else_is_no_export() {
    let world = World::with_log();
    for text in ["", "\n", "{}", "{}\n", "null\n", "{\"heads\":[]}\n"] {
        assert!(world.verify_export(text.as_bytes()).is_err(), "{text:?}");
    }
}

#[test]
fn an_empty_log_exports_and_holds() {
    let world = World::new();
    assert_eq!(world.verify_export(&world.export(&Choice::default())).unwrap().records, 0);
}

#[test]
fn an_export_has_the_fields_of_the_contract_in_every_record() {
    let world = World::with_log();
    let export = lines(&world.export(&Choice::default()));
    let (_, records) = export.split_last().unwrap();
    let contract = [
        "seq", "time", "task", "agent", "call", "tool", "kind", "op", "resource", "verdict", "layer", "rule",
        "outcome", "prev", "hash",
    ];
    for line in records {
        let record: serde_json::Value = serde_json::from_slice(line).unwrap();
        for field in contract {
            assert!(record.get(field).is_some(), "{field} in {record}");
        }
        assert_eq!(record["rule"], "policy.toml:31");
        assert_eq!(record["time"], "2026-01-01T00:00:00.123456Z");
    }
}

#[test]
fn an_outcome_without_its_intent_is_found() {
    let world = World::with_log();
    world.log().append(&task("t_a"), &[outcome("/repo/4", 3)]).unwrap();
    let bad = world.verify_export(&world.export(&Choice::default())).unwrap_err();
    assert!(bad.what.contains("no open intent"), "{bad}");
}
