//! Requests that nobody waits for.
use std::time::Duration;

use toolward_tests::net::{Answer, Payload};

use crate::api::Api;

const SOON: Duration = Duration::from_secs(8);

/// Whatever a guest drops, and when: the call goes on, and every record is closed.
#[test]
pub(crate) fn http_dropped() {
    let mut api = Api::new();
    api.serve(|_| Answer::ok(vec![b'x'; 100_000]));
    let world = api.world(&api.rule(&["GET", "POST"], "")).argument(format!("http://{}/open", api.authority()));
    let outcome = world.limits("connections = 4\n").run("http_dropped");
    outcome.exits(0).ended_within(SOON).closed_every_record();
    assert_eq!(outcome.ends_of("http").len(), 36, "each request has its record: {outcome}");
    api.held();
}

/// A guest that is gone before its answer leaves records that say how its requests ended.
#[test]
pub(crate) fn http_exits_at_once() {
    let mut api = Api::new();
    api.serve(|_| Answer::ok("late").after(Duration::from_millis(300)));
    let world = api.world(&api.rule(&["GET"], "")).argument(format!("http://{}/open", api.authority()));
    let outcome = world.run("http_exits_at_once");
    outcome.exits(0).ended_within(SOON).closed_every_record();
    assert_eq!(outcome.ends_of("http").len(), 3, "{outcome}");
    api.held();
}

/// What a guest does not read stays with the server.
#[test]
pub(crate) fn http_unread_answers() {
    let mut api = Api::new();
    api.serve(|_| Answer::ok(Payload::Repeated(vec![b'x'; 16 << 10].into(), u64::MAX)));
    let world = api.world(&api.rule(&["GET"], "")).argument(format!("http://{}/open", api.authority()));
    let outcome = world.limits("received = \"1GiB\"\n").run("http_unread_answers");
    outcome.exits(0).says("kept 8").closed_every_record();
    // The kernel's buffers for eight connections of the loopback interface hold some megabytes each.
    assert!(api.server.sent() < 100 << 20, "{} bytes went out: {outcome}", api.server.sent());
}

/// Connections are limited: reaching the limit ends the call.
#[test]
pub(crate) fn http_concurrency_flood() {
    let mut api = Api::new();
    api.serve(|_| Answer::never());
    let world = api.world(&api.rule(&["GET"], "")).argument(format!("http://{}/open", api.authority()));
    let outcome = world.limits("connections = 4\ntime = \"5s\"\n").run("http_concurrency_flood");
    outcome.exits(124).ended_within(Duration::from_secs(4)).does_not_say("got").closed_every_record();
    assert!(api.server.connections().peak() <= 4, "{}: {outcome}", api.server.connections().peak());
    api.held();
}

/// The record of a request says all that passed: status, address, bytes both ways and their digests.
#[test]
fn a_request_is_recorded_whole() {
    let mut api = Api::new();
    api.serve(|_| Answer::status(207).header("x", "y"));
    let outcome = api.run("http_trailers");
    let posts: Vec<_> = outcome.ends_of("http");
    assert!(!posts.is_empty(), "{outcome}");
    for end in posts.iter().filter(|end| end.text("outcome") == "done") {
        assert_eq!(end.access(), format!("http POST http://{}/open/x", api.authority()));
        assert_eq!(
            (end.number("status"), end.number("bytes_written"), end.number("bytes_read")),
            (Some(207), Some(4), Some(0)),
            "{end:?}"
        );
        assert_eq!((end.text("verdict"), end.text("layer")), ("allow", "manifest"), "{end:?}");
        assert!(end.text("rule").starts_with("manifest.toml:"), "{end:?}");
        assert!(end.text("address").starts_with("127.0.0.1"), "{end:?}");
    }
}
