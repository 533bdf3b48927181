//! The store itself: whatever raw SQL changes in it, `verify` says so and says where.
use crate::world::{World, intent, read, task};

#[test]
fn a_log_that_nobody_touched_holds() {
    let report = World::with_log().verify().unwrap();
    assert_eq!((report.records, report.tasks, report.ledger), (7, 2, 5));
    assert_eq!(World::new().verify().unwrap().records, 0);
}

#[test]
fn an_intent_without_an_outcome_is_reported_and_is_no_tampering() {
    let world = World::with_log();
    world.log().append(&task("t_b"), &[intent("/repo/7")]).unwrap();
    let report = world.verify().unwrap();
    assert_eq!(report.open_intents.len(), 1);
    assert_eq!((report.open_intents[0].task.as_str(), report.open_intents[0].seq), ("t_b", 3));
}

#[test]
fn every_edit_of_the_store_is_found() {
    let edits = [
        // A record's text, its hash, both.
        ("UPDATE records SET body = replace(body, '/repo/3', '/repo/9') WHERE n = 3", "record 3"),
        ("UPDATE records SET hash = zeroblob(32) WHERE n = 3", "record 3"),
        ("UPDATE records SET hash = x'00' WHERE n = 3", "record 3"),
        ("UPDATE records SET body = 'null' WHERE n = 3", "record 3"),
        // A record left out, at the beginning, in the middle, at the end of a batch, at the end of all.
        ("DELETE FROM records WHERE n = 1", "record 2"),
        ("DELETE FROM records WHERE n = 2", "ledger entry 1"),
        ("DELETE FROM records WHERE n = 4", "ledger entry 3"),
        ("DELETE FROM records WHERE n = 6", "record 7"),
        ("DELETE FROM records WHERE n = 7", "ledger entry 5"),
        ("DELETE FROM records", "ledger entry 1"),
        // Moved, doubled, added.
        ("UPDATE records SET n = 99 - n WHERE n < 3; UPDATE records SET n = n - 96 WHERE n > 90", "record 1"),
        ("INSERT INTO records SELECT 8, body, hash FROM records WHERE n = 7", "record 8"),
        ("INSERT INTO records VALUES (8, 'null', zeroblob(32))", "record 8"),
        ("INSERT INTO records VALUES (0, 'null', zeroblob(32))", "record 0"),
        // The ledger.
        ("DELETE FROM ledger WHERE seq = 3", "ledger entry 4"),
        ("DELETE FROM ledger WHERE seq = 1", "ledger entry 2"),
        ("DELETE FROM ledger WHERE seq = 5", "record 6"),
        ("DELETE FROM ledger", "record 1"),
        ("UPDATE ledger SET hash = zeroblob(32) WHERE seq = 2", "ledger entry 2"),
        ("UPDATE ledger SET head_hash = zeroblob(32) WHERE seq = 2", "ledger entry 2"),
        ("UPDATE ledger SET task = 't_a' WHERE seq = 2", "record 3"),
        ("UPDATE ledger SET head = 9 WHERE seq = 2", "ledger entry 2"),
        ("UPDATE ledger SET last_n = 4 WHERE seq = 2", "record 4"),
        (
            "INSERT INTO ledger SELECT 6, task, head, head_hash, last_n, hash FROM ledger WHERE seq = 5",
            "ledger entry 6",
        ),
    ];
    for (sql, at) in edits {
        let world = World::with_log();
        world.sql(sql);
        let bad = world.verify().expect_err(sql);
        assert!(bad.at == at || bad.at.starts_with(&format!("{at} ")), "{sql}: {bad}");
    }
}

#[test]
fn a_batch_cut_off_with_its_entry_leaves_a_log_that_holds_and_only_a_checkpoint_shows_it() {
    let world = World::with_log();
    world.sql("DELETE FROM ledger WHERE seq = 5; DELETE FROM records WHERE n > 5");
    assert_eq!(world.verify().unwrap().records, 5);
}

#[test]
fn the_log_goes_on_after_many_batches() {
    let world = World::new();
    let batch: Vec<_> = (0..1000).map(|i| read(&format!("/repo/{i}"))).collect();
    for _ in 0..20 {
        assert_eq!(world.log().append(&task("t_a"), &batch).unwrap().len(), 1000);
    }
    assert_eq!(world.verify().unwrap().records, 20_000);
    assert_eq!(world.log().append(&task("t_a"), &[]).unwrap(), Vec::<u64>::new());
    assert_eq!(world.log().append(&task("t_a"), &batch[..2]).unwrap(), [20_001, 20_002]);
}
