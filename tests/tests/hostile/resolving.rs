//! Names: which are looked up, by whom, and what becomes of the answer.
use std::net::Ipv6Addr;
use std::time::Duration;

use toolward_tests::World;
use toolward_tests::net::{Answer, Canary, Dns, HttpServer, RawServer, Reply, Step, rules};

use crate::api::{Api, world};

const SOON: Duration = Duration::from_secs(8);
const ONE_ADDRESS: &str = "address = \"127.0.0.1/32\"\n";
/// An address that is nobody's and public: TEST-NETs are special, this is not.
const PUBLIC: &str = "93.184.216.34";

/// A name's second address is not used by way of its first: it is refused, and nothing arrives.
#[test]
pub(crate) fn dns_rebinding() {
    // A server that closes after each answer forces a new connection; the other keeps it.
    for kept in [true, false] {
        let server =
            HttpServer::plain(
                move |_| if kept { Answer::ok("a") } else { Answer::ok("a").header("connection", "close") },
            );
        let canary = Canary::beside(server.address(), "127.0.0.2");
        let replies = vec![Reply::addresses(&["127.0.0.1"]), Reply::addresses(&["127.0.0.2"])];
        let dns = Dns::new().replies("rebind.test", replies);
        let url = format!("http://rebind.test:{}/x", server.port());
        let outcome = world(&dns, &rules::http_at(&url, &["GET"], ONE_ADDRESS)).argument(&url).run("dns_rebinding");
        outcome.exits(0).ended_within(SOON).closed_every_record();
        canary.is_untouched();
        assert!(!server.seen().is_empty());
        let answered = outcome.ends_of("http").into_iter().filter(|end| end.number("status").is_some());
        assert!(answered.into_iter().all(|end| end.text("address").contains("127.0.0.1")), "{outcome}");
        let asked = dns.questions().iter().filter(|question| question.kind == "A").count();
        assert!(asked <= 5, "a name is resolved once for a request: {:?}", dns.questions());
        if !kept {
            outcome.recorded_refusals_of("http");
        }
    }
}

/// Where one address of a name is refused, all are.
#[test]
pub(crate) fn dns_mixed_answers() {
    let server = HttpServer::plain(|_| Answer::ok("got"));
    let port = server.port();
    let canaries = [Canary::beside(server.address(), "127.0.0.2"), Canary::at((Ipv6Addr::LOCALHOST, port).into())];
    let dns = Dns::new()
        .replies("mixed.test", vec![Reply::addresses(&["127.0.0.1", "127.0.0.2"])])
        .replies("six.test", vec![Reply::addresses(&["127.0.0.1", "::1"])])
        .replies("public.test", vec![Reply::addresses(&[PUBLIC, "127.0.0.1"])]);
    let ours = ["mixed.test", "six.test"].map(|name| format!("http://{name}:{port}/x"));
    let public = format!("http://public.test:{port}/x");
    let rules = ours.clone().map(|url| rules::http_at(&url, &["GET"], ONE_ADDRESS)).concat();
    let world = world(&dns, &(rules + &rules::http_at(&public, &["GET"], "")));
    let outcome = ours.into_iter().chain([public]).fold(world, World::argument).run("dns_mixed_answers");
    outcome.got_nothing().ended_within(SOON).recorded_refusals_of("http");
    canaries.iter().for_each(Canary::is_untouched);
    server.is_untouched();
}

/// An alias leads where it leads: the address counts.
#[test]
pub(crate) fn dns_alias_to_private() {
    let canary = Canary::new();
    let dns = Dns::new()
        .replies("alias.test", vec![Reply::alias("intranet.test", &["127.0.0.1"])])
        .replies("localhost.test", vec![Reply::alias("localhost", &["127.0.0.1"])])
        .name("intranet.test", "127.0.0.1");
    let urls = ["alias.test", "localhost.test"].map(|name| format!("http://{name}:{}/x", canary.port()));
    let rules = urls.clone().map(|url| rules::http_at(&url, &["GET"], "")).concat();
    let outcome = urls.into_iter().fold(world(&dns, &rules), World::argument).run("dns_alias_to_private");
    outcome.got_nothing().ended_within(SOON).recorded_refusals_of("http");
    canary.is_untouched();
}

/// A rule for a name opens no address that is special, in neither family.
#[test]
pub(crate) fn dns_special_answers() {
    let canary = Canary::new();
    let port = canary.port();
    let canary_6 = Canary::at((Ipv6Addr::LOCALHOST, port).into());
    let mut dns = Dns::new();
    let all = rules::http_at(&format!("http://*.special.test:{port}/**"), &["GET"], "")
        + &rules::tcp_at("*.special.test", port, "")
        + &rules::dns(&["*.special.test"]);
    let mut arguments = Vec::new();
    let addresses = "127.0.0.1 127.8.9.10 0.0.0.0 169.254.169.254 10.0.0.1 172.16.0.1 192.168.0.1 100.64.0.1 192.0.0.1 198.18.0.1
        192.0.2.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 fe80::1 fc00::1
        ff02::1 64:ff9b::7f00:1 2002:7f00:1:: 2001:0:7f00:1:: 2001:db8::1";
    for (number, address) in addresses.split_whitespace().enumerate() {
        let name = format!("a{number}.special.test");
        dns = dns.name(&name, address);
        arguments.push(format!("{name}:{port}"));
    }
    let outcome = arguments.into_iter().fold(world(&dns, &all), World::argument).run("dns_special_answers");
    outcome.got_nothing().ended_within(SOON);
    assert_eq!(outcome.ends_of("tcp").len(), 0, "none was tried: {outcome}");
    canary.is_untouched();
    canary_6.is_untouched();
}

/// A name that no rule opens is not asked for by anybody: a secret could travel in it.
#[test]
pub(crate) fn dns_exfiltration() {
    let api = Api::new();
    let port = api.server.port();
    let rules = api.rule(&["GET"], "")
        + &rules::http(&format!("https://{}/open/**", api.authority()), &["GET"], "")
        + &rules::tcp("api.test", port)
        + &rules::dns(&["api.test"]);
    let outcome = api.world(&rules).argument(port.to_string()).run("dns_exfiltration");
    outcome.got_nothing().recorded_refusals_of("dns").recorded_refusals_of("http");
    outcome.recorded_refusal("dns lookup c2VjcmV0.0.evil.test".to_ascii_lowercase().as_str());
    assert_eq!(api.dns.questions(), []);
    api.is_untouched();
}

/// A `dns` rule opens its name and no other; a `tcp` or `http` rule opens no lookup at all.
#[test]
pub(crate) fn dns_other_names() {
    let mut dns = Dns::new();
    for name in ["a.test", "b.a.test", "aa.test", "a.test.evil.test", "tcp.test", "http.test", "a_test"] {
        dns = dns.name(name, "127.0.0.1");
    }
    let rules =
        rules::dns(&["a.test"]) + &rules::tcp("tcp.test", 80) + &rules::http("http://http.test/**", &["GET"], "");
    world(&dns, &rules).run("dns_other_names").got_nothing().recorded_refusal("dns lookup tcp.test");
    assert_eq!(dns.names(), ["a.test"]);
}

/// Names are absolute: nothing is added to them, whatever the system's resolver would do.
#[test]
pub(crate) fn dns_search_domains() {
    let mut dns = Dns::new();
    for name in ["intranet", "wpad", "db.intern"] {
        dns = dns.name(&format!("{name}.search.test"), "127.0.0.1");
    }
    let rules = rules::dns(&["*"]) + &rules::http("http://*/**", &["GET"], "");
    let world = world(&dns, &rules).environment("LOCALDOMAIN", "search.test").environment("RES_OPTIONS", "ndots:9");
    world.run("dns_search_domains").got_nothing().ended_within(SOON);
    assert_eq!(dns.names(), ["db.intern", "intranet", "wpad"]);
}

/// Only an answer to the question that was asked is one; one that does not fit is fetched whole.
#[test]
pub(crate) fn dns_forged_answers() {
    let forged = "127.0.0.9".parse().unwrap();
    let good = || Box::new(Reply::addresses(&[PUBLIC]));
    let dns = Dns::new()
        .replies("cut.test", vec![Reply::Truncated(good())])
        .replies("number.test", vec![Reply::WithAnotherNumber(vec![forged], good())])
        .replies("question.test", vec![Reply::ToAnotherQuestion("evil.test".to_owned(), vec![forged], good())])
        .replies("garbage.test", vec![Reply::Garbage])
        .replies("empty.test", vec![Reply::Addresses(Vec::new())]);
    let names = ["cut.test", "number.test", "question.test", "empty.test", "nobody.test", "garbage.test"];
    let world = world(&dns, &rules::dns(&["*"])).limits("time = \"30s\"\n");
    let outcome = names.into_iter().fold(world, World::argument).run("dns_forged_answers");
    outcome.does_not_say("127.0.0.9").says(&format!("cut.test is {PUBLIC}")).closed_every_record();
    outcome.says("refused nobody.test").says("refused empty.test").says("refused garbage.test");
    assert!(dns.questions().iter().any(|question| question.over_tcp), "{:?}", dns.questions());
}

/// A server that does not answer holds a call up to its deadline.
#[test]
pub(crate) fn dns_silence() {
    let dns = Dns::new().replies("silent.test", vec![Reply::Silence]);
    let world = world(&dns, &rules::dns(&["silent.test"])).argument("silent.test");
    let outcome = world.limits("time = \"700ms\"\n").run("dns_silence");
    outcome.exits(124).ended_within(Duration::from_secs(4)).does_not_say("got").closed_every_record();
}

/// A server that drops questions for AAAA holds up a lookup for a moment, and not until it is asked no more.
#[test]
fn a_family_that_is_not_answered_for_does_not_hold_up_the_other() {
    let dns = Dns::new().replies("half.test", vec![Reply::OnlyA(vec![PUBLIC.parse().unwrap()])]);
    let world = world(&dns, &rules::dns(&["half.test"])).argument("half.test");
    // Both attempts at AAAA take six seconds and more: the call has less.
    let outcome = world.limits("time = \"6s\"\n").run("dns_forged_answers");
    outcome.exits(0).says(&format!("half.test is {PUBLIC}")).closed_every_record();
    assert!(dns.questions().iter().any(|question| question.kind == "AAAA"), "{:?}", dns.questions());
}

/// A lookup that nobody waits for is recorded, and its record closed.
#[test]
pub(crate) fn dns_dropped() {
    let dns = Dns::new().replies("silent.test", vec![Reply::Silence]);
    let outcome = world(&dns, &rules::dns(&["silent.test"])).argument("silent.test").run("dns_dropped");
    outcome.exits(0).ended_within(SOON).closed_every_record();
    assert_eq!(outcome.ends_of("dns").len(), 20, "{outcome}");
}

/// A denied network is denied under every name.
#[test]
fn a_denied_network_is_denied_by_any_name() {
    let server = RawServer::new(vec![Step::send("got")]);
    let port = server.port();
    let dns = Dns::new().name("a.special.test", "127.0.0.1");
    let open = rules::http(&format!("http://a.special.test:{port}/**"), &["GET"], "")
        + &rules::tcp("a.special.test", port)
        + &rules::dns(&["a.special.test"]);
    let closed = format!(
        "\n[[tcp]]\nhost = \"127.0.0.0/8\"\nport = \"*\"\ndeny = [\"connect\"]\nwhy = \"a test\"\n{}",
        rules::no_http(&format!("http://127.0.0.1:{port}/**"))
    );
    let world = world(&dns, &(open + &closed)).argument(format!("a.special.test:{port}"));
    world.run("dns_special_answers").got_nothing().recorded_refusals_of("http").recorded_refusals_of("tcp");
    assert_eq!(server.received().len(), 0);
}
