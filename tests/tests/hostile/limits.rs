//! Every limit of a manifest has something that hits it, and a test that says what it costs.
use std::collections::BTreeSet;

use toolward_tests::{Installation, World};

use crate::{flights, floods, responses, structures, volumes};

type Tests = &'static [fn()];

/// Each key of `[limits]`, and the tests in which it ends a call (or, for `input`, refuses it) at what it says.
const TABLE: [(&str, Tests); 15] = [
    ("memory", &[floods::memory_flood, structures::many_memories_share_one_limit]),
    ("table_elements", &[structures::a_table_grows_up_to_its_limit]),
    ("instances", &[structures::many_instances]),
    ("stack", &[floods::deep_recursion]),
    ("time", &[floods::spinning, floods::sleeping, responses::http_silence]),
    ("output", &[floods::stdout_flood, floods::stderr_flood]),
    ("open_files", &[floods::open_file_flood]),
    ("handles", &[floods::handle_flood]),
    ("records", &[floods::record_flood]),
    ("log", &[floods::log_bytes_flood]),
    ("input", &[an_input_beyond_its_limit_is_refused]),
    ("requests", &[volumes::http_request_flood, volumes::dns_lookup_flood]),
    ("sent", &[volumes::http_upload_flood, volumes::tcp_upload_flood]),
    ("received", &[responses::http_endless_body, volumes::tcp_download_flood]),
    ("connections", &[flights::http_concurrency_flood, volumes::tcp_connection_flood]),
];

/// The table has every key that a manifest may have, and no other.
#[test]
fn every_limit_is_hit() {
    let schema = Installation::bare().run(&["manifest", "schema"]).exits(0).json();
    let limits = &schema["$defs"]["LimitsFile"]["properties"];
    let keys: BTreeSet<&str> = limits.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, TABLE.map(|(key, _)| key).into());
    assert!(TABLE.iter().all(|(_, tests)| !tests.is_empty()));
}

/// An input beyond its limit is refused before the guest starts.
#[test]
fn an_input_beyond_its_limit_is_refused() {
    let world = World::new().file("tmp/input", vec![b'x'; 65_537]).limits("input = \"64KiB\"\n");
    let input = format!("@{}", world.path("tmp/input").display());
    let outcome = world.option("--input").option(input).run("stdin_exhaustion");
    assert!(matches!(outcome.ended.code, Some(124 | 125)), "{outcome}");
    assert_eq!(outcome.ended.stdout, "", "{outcome}");
}
