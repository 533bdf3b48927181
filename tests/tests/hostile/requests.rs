//! What a request says beside its URL: method, headers, body, trailers.
use toolward_tests::World;

use crate::api::Api;

/// No tunnel, no echo, and no method that a rule does not name letter by letter.
#[test]
pub(crate) fn http_methods() {
    let api = Api::new();
    api.run("http_methods").got_nothing();
    api.is_untouched();
}

/// CONNECT and TRACE are refused also where a rule allows every method.
#[test]
fn no_rule_opens_connect_or_trace() {
    let api = Api::new();
    let outcome = api.world(&api.rule(&["*"], "")).argument(api.authority()).run("http_methods");
    let methods: Vec<String> = api.server.seen().into_iter().map(|seen| seen.method).collect();
    let is_fine = |method: &String| {
        !method.eq_ignore_ascii_case("connect") && !method.eq_ignore_ascii_case("trace") && !method.contains(' ')
    };
    assert!(methods.iter().all(is_fine), "{methods:?}\n{outcome}");
    api.held();
}

/// One request is one request.
#[test]
pub(crate) fn http_request_splitting() {
    let api = Api::new();
    api.run("http_request_splitting").got_nothing();
    api.is_untouched();
}

/// What frames a message or speaks to the connection is the host's to say.
#[test]
pub(crate) fn http_smuggled_headers() {
    let api = Api::new();
    api.run("http_smuggled_headers").got_nothing();
    api.is_untouched();
}

/// A request is what it was decided as: no header makes another of it.
#[test]
pub(crate) fn http_override_headers() {
    let api = Api::new();
    api.run("http_override_headers").got_nothing();
    api.is_untouched();
}

/// One header is one header.
#[test]
pub(crate) fn http_header_injection() {
    let api = Api::new();
    api.run("http_header_injection").got_nothing();
    api.is_untouched();
}

/// A guest's own credentials go nowhere without `guest_credentials = true`.
#[test]
pub(crate) fn http_credentials() {
    let api = Api::new();
    api.run("http_credentials").got_nothing().recorded_refusals_of("http");
    api.is_untouched();
}

/// With it they are sent.
#[test]
fn credentials_that_a_rule_lets_a_guest_send() {
    let api = Api::new();
    let rule = api.rule(&["GET"], "guest_credentials = true\n");
    let _outcome = api.world(&rule).argument(api.authority()).run("http_credentials");
    let seen = api.server.seen();
    for name in ["authorization", "cookie", "x-api-key", "x-auth-token"] {
        assert!(
            seen.iter().any(|seen| seen.header(name) == "token-of-the-attacker"),
            "{name} did not arrive: {seen:?}"
        );
    }
    api.held();
}

/// A header goes where a rule names it, and nowhere else.
#[test]
pub(crate) fn http_unnamed_headers() {
    let api = Api::new();
    api.run("http_unnamed_headers").got_nothing().recorded_refusals_of("http");
    let seen = api.server.seen();
    assert_eq!(seen.len(), 3, "{seen:?}");
    assert_eq!((seen[1].header("accept"), seen[2].header("x-fine")), ("text/html", "1"));
    api.held();
}

/// Headers that client libraries add by themselves, and that no rule names, do not refuse a request: they are left out, and the
/// record names them.
#[test]
pub(crate) fn http_optional_headers() {
    let api = Api::new();
    let outcome = api.run("http_optional_headers");
    outcome.exits(0);
    let seen = api.server.seen();
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert_eq!((seen[0].names(), seen[1].names()), (vec!["host"], vec!["x-fine", "host"]));
    let ends = outcome.ends_of("http");
    assert_eq!(ends.len(), 2, "{outcome}");
    for end in ends {
        assert_eq!(end.text("dropped_headers"), "origin, traceparent, x-request-id", "{outcome}");
    }
    api.held();
}

/// The host adds nothing that tells who asks.
#[test]
fn a_request_has_no_header_of_its_own() {
    let api = Api::new();
    let _outcome = api.run("http_unnamed_headers");
    assert_eq!(api.server.seen()[0].names(), ["host"]);
}

/// A body ends where it was said to end: what is too much is no second request.
#[test]
pub(crate) fn http_body_length() {
    let api = Api::new();
    let outcome = api.run("http_body_length");
    outcome.exits(0);
    assert!(api.server.requests().iter().all(|request| request == "POST /open/x"), "{:?}", api.server.requests());
    api.held();
}

/// Nothing travels behind a body.
#[test]
pub(crate) fn http_trailers() {
    let api = Api::new();
    api.run("http_trailers").exits(0);
    assert!(api.server.seen().iter().all(|seen| seen.trailers.is_empty()), "{:?}", api.server.seen());
    api.held();
}

/// What is refused tells nothing: a name that is there, one that is not, a path, a header: all the same error.
#[test]
fn a_refusal_does_not_say_why() {
    let api = Api::new();
    let refusals = |world: World, guest: &str| -> Vec<String> {
        let outcome = world.run(guest);
        let codes = outcome.ended.stdout.lines().filter(|line| line.contains("ErrorCode::"));
        codes.map(|line| line.rsplit(": ").next().unwrap_or_default().to_owned()).collect()
    };
    let rule = api.rule(&["GET"], "");
    for guest in ["http_dot_segments", "http_credentials", "http_unnamed_headers", "http_override_headers"] {
        let codes = refusals(api.world(&rule).argument(api.authority()), guest);
        assert!(codes.iter().all(|code| code == "ErrorCode::HttpRequestDenied"), "{guest}: {codes:?}");
    }
}
