//! Records have a length that is known before they are made, so that a quota of bytes holds.
use std::net::Ipv6Addr;
use std::sync::Arc;
use std::time::Duration;

use toolward::audit::{Choice, View, read as look};
use toolward_host_fns::record::{MAX_DROPPED_HEADERS, MAX_RECORDED_TEXT, Peer, Totals};
use toolward_manifests::{Kind, RuleRef};

use crate::world::{World, intent, read, task};

/// Texts of a guest's choosing: long, escaped, cut in the middle of characters.
fn texts() -> Vec<String> {
    let units = ["x", "\u{1}", "\"", "\\", "ü", "\u{202e}", "\u{9b}", "\u{e0041}", "😀", "\u{7f}"];
    let lengths = [0, 1, 300, 681, 682, 683, 1365, 2048, 4096, 4097, 70_000];
    units.iter().flat_map(|unit| lengths.map(|length| unit.repeat(length))).collect()
}

#[test]
fn no_record_takes_more_bytes_than_it_is_counted_as() {
    let world = World::new();
    for (number, text) in texts().into_iter().enumerate() {
        let mut record = read(&format!("/{text}"));
        let rule = RuleRef { file: text.as_str().into(), line: u32::MAX, text: text.as_str().into() };
        record.entry.kind = Kind::Http;
        record.entry.rule = Some(Arc::new(rule));
        record.entry.note = Some(text.as_str().into());
        record.call = Some(format!("c_{}", "f".repeat(32)).into());
        record.tool = Some("t".repeat(64).into());
        record.entry.id = Some(format!("d_{number:032}"));
        let totals =
            Totals { read: u64::MAX, written: u64::MAX, read_digest: Some([7; 32]), written_digest: Some([7; 32]) };
        record.entry.totals = Some(totals);
        record.entry.peer = Some(Peer {
            address: Some(Ipv6Addr::from([0xff; 16]).into()),
            status: Some(u16::MAX),
            dropped_headers: vec!["x".repeat(MAX_DROPPED_HEADERS), "…".to_owned()],
            took: Some(Duration::MAX),
        });
        world.log().append(&task("t_a"), std::slice::from_ref(&record)).unwrap();
        let stored = look::last(&world.state.db, &Choice::default(), 1).unwrap().pop().unwrap();
        let (real, counted) = (stored.line().len(), usize::try_from(record.entry.recorded_bytes()).unwrap());
        assert!(real <= counted, "{real} bytes, counted as {counted}: {}", stored.body);
        assert!(stored.body.len() < 5 * (MAX_RECORDED_TEXT + 600), "{} bytes", stored.body.len());
    }
    world.verify().unwrap();
}

#[test]
fn a_usual_record_is_counted_as_little_more_than_it_takes() {
    let world = World::new();
    let record = intent("/repo/src/main.rs");
    world.log().append(&task("t_a"), std::slice::from_ref(&record)).unwrap();
    let stored = look::last(&world.state.db, &Choice::default(), 1).unwrap().pop().unwrap();
    let (real, counted) = (stored.line().len(), usize::try_from(record.entry.recorded_bytes()).unwrap());
    assert!(counted < 3 * real, "{real} bytes, counted as {counted}");
}

#[test]
fn a_text_that_is_cut_says_how_long_it_was_and_can_be_told_from_others_that_begin_alike() {
    let world = World::new();
    let long = "/repo/".to_owned() + &"a".repeat(10_000);
    world.log().append(&task("t_a"), &[read(&long), read(&format!("{long}b")), read("/repo/short")]).unwrap();
    let all = look::last(&world.state.db, &Choice::default(), 3).unwrap();
    let record = |at: usize| serde_json::from_str::<serde_json::Value>(&all[at].body).unwrap();
    let resource = View::parse(&all[0].body).unwrap().resource.into_owned();
    assert!(resource.ends_with('…') && long.starts_with(resource.trim_end_matches('…')));
    assert_eq!(record(0)["resource_bytes"], 10_006);
    assert_ne!(record(0)["resource_digest"], record(1)["resource_digest"]);
    assert!(record(2).get("resource_bytes").is_none());
}
