//! Which host a request means: every spelling of an authority leads to the host that was decided on, or nowhere.
use std::net::Ipv6Addr;
use std::time::Duration;

use toolward_tests::net::{Answer, Canary, Dns, HttpServer, rules};

use crate::api::{Api, world};

/// No request has a user, and nobody takes the host from the wrong side of an `@`.
#[test]
pub(crate) fn http_userinfo() {
    let api = Api::new();
    let rule = api.rule(&["GET"], "");
    let world = api.world(&rule).argument(api.authority()).argument(api.evil());
    world.run("http_userinfo").got_nothing().recorded_refusals_of("http");
    api.is_untouched();
}

/// A rule for every name does not open this machine, whatever the number's base and its parts.
#[test]
pub(crate) fn http_ip_spellings() {
    let (canary, dns) = (Canary::new(), Dns::new());
    let rule = rules::http_at(&format!("http://*:{}/**", canary.port()), &["GET"], "");
    world(&dns, &rule).argument(canary.port().to_string()).run("http_ip_spellings").got_nothing();
    canary.is_untouched();
    assert_eq!(dns.names(), Vec::<String>::new(), "an address is no name");
}

/// Where a rule does open it, every spelling that is taken leads to the one address that was decided on.
#[test]
fn an_address_is_the_same_in_every_spelling() {
    let server = HttpServer::plain(|_| Answer::ok("here"));
    let dns = Dns::new();
    let rule = rules::http(&format!("http://127.0.0.1:{}/**", server.port()), &["GET"], "");
    let outcome = world(&dns, &rule).argument(server.port().to_string()).run("http_ip_spellings");
    let expected = format!("127.0.0.1:{}", server.port());
    assert!(server.seen().len() > 3, "{outcome}");
    assert!(server.seen().iter().all(|seen| seen.host == expected), "{:?}", server.seen());
    let ends = outcome.ends_of("http");
    assert_eq!(ends.len(), server.seen().len());
    assert!(ends.iter().all(|end| end.text("resource") == format!("http://{expected}/")), "{ends:?}");
    assert!(ends.iter().all(|end| end.text("address").contains("127.0.0.1")), "{ends:?}");
}

/// Nor do forms of IPv6 that stand for an address of IPv4, for this machine, or for one network card.
#[test]
pub(crate) fn http_ipv6_forms() {
    let (canary, dns) = (Canary::new(), Dns::new());
    let canary_6 = Canary::at((Ipv6Addr::LOCALHOST, canary.port()).into());
    let rule = rules::http_at(&format!("http://*:{}/**", canary.port()), &["GET"], "");
    let outcome = world(&dns, &rule).argument(canary.port().to_string()).run("http_ipv6_forms");
    outcome.got_nothing().ended_within(Duration::from_secs(8));
    canary.is_untouched();
    canary_6.is_untouched();
}

/// A denied name is denied in every spelling.
#[test]
pub(crate) fn http_denied_names() {
    let api = Api::new();
    let port = api.server.port().to_string();
    let everything = rules::http(&format!("http://*:{port}/**"), &["GET"], "");
    let forbidden = rules::no_http(&format!("http://evil.test:{port}/**"));
    let outcome = api.world(&(everything + &forbidden)).argument(port).run("http_denied_names");
    outcome.got_nothing().recorded_refusals_of("http");
    api.canary.is_untouched();
    api.server.is_untouched();
    assert!(!api.dns.names().contains(&"evil.test".to_owned()), "a denied name was asked for: {:?}", api.dns.names());
}

/// A port is a number from 1 to 65535, and is the one that was decided on.
#[test]
pub(crate) fn http_ports() {
    let (api, other) = (Api::new(), Canary::new());
    let world = api.world(&api.rule(&["GET"], ""));
    let world = world.argument(api.server.port().to_string()).argument(other.port().to_string());
    world.run("http_ports").got_nothing();
    other.is_untouched();
    api.is_untouched();
}

/// No character ends a host early.
#[test]
pub(crate) fn http_authority_breaks() {
    let api = Api::new();
    let world = api.world(&api.rule(&["GET"], "")).argument(api.authority()).argument(api.evil());
    world.run("http_authority_breaks").got_nothing();
    api.is_untouched();
}

/// A rule for `https` opens no other scheme.
#[test]
pub(crate) fn http_schemes() {
    let api = Api::new();
    let rule = rules::http(&format!("https://{}/**", api.authority()), &["GET"], "");
    api.world(&rule).argument(api.authority()).run("http_schemes").got_nothing();
    api.held();
    assert_eq!(api.server.seen(), []);
}

/// A rule for every name opens no address that is special: a cloud's metadata, private networks, multicast. The refusal
/// comes from the decision, not from the network.
#[test]
pub(crate) fn http_special_addresses() {
    let dns = Dns::new();
    let rule = rules::http_at("http://*/**", &["GET"], "");
    let outcome = world(&dns, &rule).argument("80").run("http_special_addresses");
    outcome
        .got_nothing()
        .ended_within(Duration::from_secs(5))
        .recorded_refusal("http GET http://169.254.169.254/latest/meta-data");
    let by_another = outcome.ended.stdout.lines().find(|line| !line.ends_with("ErrorCode::HttpRequestDenied"));
    assert_eq!(by_another, None, "{outcome}");
    assert_eq!(outcome.ends_of("http").len(), 0, "none was tried: {outcome}");
}

/// Whatever the environment says, nothing goes through a proxy.
#[test]
fn no_proxy_of_the_environment_is_used() {
    let api = Api::new();
    let proxy = format!("http://127.0.0.2:{}", api.canary.port());
    let mut world = api.world(&api.rule(&["GET"], "")).argument(format!("http://{}/open", api.authority()));
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        world = world.environment(name, &proxy);
    }
    world.limits("requests = 3\n").run("http_request_flood").exits(124);
    assert_eq!(api.server.seen().len(), 3);
    api.held();
}
