//! Which path a request means: what is sent is, byte by byte, what was decided on.
use toolward_tests::Outcome;
use toolward_tests::net::rules;

use crate::api::Api;

/// What arrived is what the record says, request by request.
fn arrived_as_recorded(api: &Api, outcome: &Outcome) {
    let recorded: Vec<String> = outcome.ends_of("http").iter().map(|end| end.text("resource").to_owned()).collect();
    let origin = format!("http://{}", api.authority());
    let arrived: Vec<String> = api.server.seen().iter().map(|seen| format!("{origin}{}", seen.target)).collect();
    assert_eq!(arrived, recorded, "{outcome}");
    assert!(api.server.seen().iter().all(|seen| seen.host == api.authority()), "{:?}", api.server.seen());
}

/// What stands in the path's place is a path, or nothing is sent.
#[test]
pub(crate) fn http_absolute_path() {
    let api = Api::new();
    let everything = api.rule(&["GET"], "").replace("/open/**", "/**");
    let outcome = api.world(&everything).argument(api.authority()).argument(api.evil()).run("http_absolute_path");
    outcome.exits(0);
    arrived_as_recorded(&api, &outcome);
    assert!(api.server.seen().iter().all(|seen| seen.target.starts_with('/')), "{:?}", api.server.seen());
    api.held();
}

/// No dots lead out of a path that is allowed.
#[test]
pub(crate) fn http_dot_segments() {
    let api = Api::new();
    api.run("http_dot_segments").got_nothing().recorded_refusals_of("http");
    api.is_untouched();
}

/// A wildcard does not stand for a separator, a percent sign, NUL or a control character.
#[test]
pub(crate) fn http_encoded_separators() {
    let api = Api::new();
    api.run("http_encoded_separators").got_nothing();
    api.is_untouched();
}

/// Only a rule that spells the encoding opens it.
#[test]
fn an_encoded_separator_that_a_rule_spells() {
    let api = Api::new();
    let rule = api.rule(&["GET"], "").replace("/open/**", "/open/a%2fb");
    let outcome = api.world(&rule).argument(api.authority()).run("http_encoded_separators");
    let targets: Vec<String> = api.server.seen().into_iter().map(|seen| seen.target.to_ascii_lowercase()).collect();
    assert!(!targets.is_empty() && targets.iter().all(|target| target == "/open/a%2fb"), "{targets:?}\n{outcome}");
    api.held();
}

/// A path that a server may read as one that is denied, or as one outside what is allowed, is not sent.
#[test]
pub(crate) fn http_path_readings() {
    let api = Api::new();
    let admin = rules::no_http(&format!("http://{}/open/admin/**", api.authority()));
    let rules = api.rule(&["GET"], "") + &admin;
    api.world(&rules).argument(api.authority()).run("http_path_readings").got_nothing().recorded_refusals_of("http");
    api.is_untouched();
}

/// Raw tabs, line breaks and fragments are refused, or were never there: in no case do they cut a path in two.
#[test]
pub(crate) fn http_path_breaks() {
    let api = Api::new();
    let outcome = api.run("http_path_breaks");
    outcome.exits(0);
    arrived_as_recorded(&api, &outcome);
    let odd = api.server.seen().into_iter().find(|seen| {
        seen.target.contains(|c: char| c.is_control() || c == '#' || c == ' ') || !seen.target.starts_with("/open/")
    });
    assert_eq!(odd, None, "{outcome}");
    api.held();
}

/// An unusual path arrives in exactly the spelling that was decided on and recorded.
#[test]
pub(crate) fn http_spellings() {
    let api = Api::new();
    let outcome = api.run("http_spellings");
    outcome.exits(0).closed_every_record();
    arrived_as_recorded(&api, &outcome);
    let targets: Vec<String> = api.server.seen().into_iter().map(|seen| seen.target).collect();
    // RFC 3986: what need not be encoded is not; every other encoding is left as it is.
    for target in ["/open/~user", "/open/Abc", "/open/a%20b", "/open/caf%C3%A9", "/open/caf%c3%a9", "/open/a/b"] {
        assert!(targets.iter().any(|own| own == target), "{target} among {targets:?}\n{outcome}");
    }
    assert!(targets.iter().all(|target| target.starts_with("/open/")), "{targets:?}");
    api.held();
}

/// A condition on the query holds for whatever a server makes of it.
#[test]
pub(crate) fn http_query_rules() {
    let api = Api::new();
    let rule = api.rule(&["GET"], "query = { page = { min = 1, max = 9 } }\n");
    api.world(&rule).argument(api.authority()).run("http_query_rules").got_nothing().recorded_refusals_of("http");
    assert_eq!(api.server.seen().len(), 4, "{:?}", api.server.requests());
    api.held();
}
