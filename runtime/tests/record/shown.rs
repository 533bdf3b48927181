//! What a record says: digests that give nothing away, no raw control characters, and finding it again.
use toolward::audit::{Choice, View, read as look};
use toolward_host_fns::record::Totals;
use toolward_manifests::Kind;

use crate::world::{World, intent, read, refusal, task};

fn lines(world: &World) -> Vec<serde_json::Value> {
    let all = look::last(&world.state.db, &Choice::default(), usize::MAX).unwrap();
    all.iter().map(|record| serde_json::from_slice(&record.line()).unwrap()).collect()
}

#[test]
fn the_digest_of_what_could_be_guessed_is_keyed() {
    let world = World::new();
    let secret = blake3::hash(b"1234");
    let passed = |kind, bytes| {
        let mut record = read("/repo/pin");
        record.entry.kind = kind;
        let digest = Some(*secret.as_bytes());
        record.entry.totals = Some(Totals { read: bytes, written: bytes, read_digest: digest, written_digest: digest });
        record
    };
    let records =
        [passed(Kind::Files, 31), passed(Kind::Files, 32), passed(Kind::Tools, 4096), passed(Kind::Env, 4096)];
    world.log().append(&task("t_a"), &records).unwrap();
    let open = format!("blake3:{}", secret.to_hex());
    for (line, keyed) in lines(&world).iter().zip([true, false, true, true]) {
        for field in ["read_digest", "written_digest"] {
            let digest = line[field].as_str().unwrap();
            assert_eq!(digest == open, !keyed, "{line}");
            assert_eq!(digest.starts_with("blake3-keyed:"), keyed);
            assert_eq!(digest.contains(&secret.to_hex().to_string()), !keyed);
        }
    }
}

#[test]
fn names_with_control_characters_are_recorded_exactly_and_written_escaped() {
    let world = World::new();
    let name = "/repo/\x1b[2Ja\nb\u{202e}gpj.exe\"\\\u{9b}\u{0}";
    world.log().append(&task("t_a"), &[read(name)]).unwrap();
    let export = String::from_utf8(world.export(&Choice::default())).unwrap();
    assert!(export.chars().all(|c| c == '\n' || !c.is_control()) && !export.contains('\u{202e}'));
    assert_eq!(export.lines().count(), 2);
    assert_eq!(lines(&world)[0]["resource"], name);
    assert_eq!(world.verify_export(export.as_bytes()).unwrap().records, 1);
}

#[test]
fn the_first_record_of_a_task_names_mode_and_durability() {
    let world = World::new();
    world.log().append(&task("t_a"), &[read("/1"), read("/2")]).unwrap();
    let lines = lines(&world);
    assert_eq!((&lines[0]["mode"], &lines[0]["durability"]), (&"single-user".into(), &"process".into()));
    assert!(lines[1].get("mode").is_none() && lines[1]["witness"] == "broker");
}

#[test]
fn records_are_found_by_task_call_verdict_and_refusal() {
    let world = World::with_log();
    let mut other = intent("/repo/9");
    other.call = Some("c_2".into());
    world.log().append(&task("t_a"), &[other, refusal("/repo/x", "d_2")]).unwrap();
    let resources = |choice: &Choice, count| -> Vec<String> {
        let found = look::last(&world.state.db, choice, count).unwrap();
        found.iter().map(|record| View::parse(&record.body).unwrap().resource.into_owned()).collect()
    };
    let all = Choice::default();
    assert_eq!(resources(&all, 2), ["/repo/9", "/repo/x"]);
    assert_eq!(resources(&Choice { call: Some("c_2".into()), ..all.clone() }, 9), ["/repo/9"]);
    assert_eq!(resources(&Choice { task: Some("t_b".into()), ..all.clone() }, 9), ["/repo/3", "/repo/.env"]);
    assert_eq!(resources(&Choice { task: Some("t_b".into()), ..all.clone() }, 1), ["/repo/.env"]);
    assert_eq!(resources(&Choice { verdict: Some("deny".into()), ..all.clone() }, 9), ["/repo/.env", "/repo/x"]);
    assert_eq!(resources(&Choice { call: Some("c_none".into()), ..all }, 9), Vec::<String>::new());
    let refusal = look::refusal(&world.state.db, "d_2").unwrap().unwrap();
    assert_eq!(View::parse(&refusal.body).unwrap().resource, "/repo/x");
    assert!(look::refusal(&world.state.db, "d_none").unwrap().is_none());
}
