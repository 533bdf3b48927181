//! The limits of the network cost what they say.
use std::time::Duration;

use toolward_tests::World;
use toolward_tests::net::{Answer, Dns, HttpServer, RawServer, Step, rules};

use crate::api::world;

const SOON: Duration = Duration::from_secs(5);
const QUARTER: u64 = 256 << 10;
/// What may be lost of a volume because it is counted in pieces.
const PIECE: u64 = 64 << 10;

/// The piece that was too much was read, and is recorded, but given to nobody.
fn near(bytes: u64, limit: u64) -> bool {
    (limit - PIECE..=limit + PIECE).contains(&bytes)
}

/// A server, and a world whose guest may ask it by its address and is given its URL.
fn server(limits: &str) -> (HttpServer, Dns, World) {
    let server = HttpServer::plain(|_| Answer::ok("x"));
    let dns = Dns::new();
    let rule = rules::http(&format!("http://127.0.0.1:{}/**", server.port()), &["GET", "POST"], "");
    let world = world(&dns, &rule).limits(limits).argument(format!("http://{}/open", server.address()));
    (server, dns, world)
}

/// The same with a server of this script, and its address.
fn raw(script: Vec<Step>, limits: &str) -> (RawServer, Dns, World) {
    let server = RawServer::new(script);
    let dns = Dns::new();
    let world = world(&dns, &rules::tcp_at("127.0.0.1", server.port(), ""));
    let address = server.address().to_string();
    (server, dns, world.limits(limits).argument(address))
}

/// So many requests, and not one more.
#[test]
pub(crate) fn http_request_flood() {
    let (server, _dns, world) = server("requests = 5\n");
    let outcome = world.run("http_request_flood");
    outcome.exits(124).ended_within(SOON).does_not_say("got").closed_every_record();
    assert_eq!(server.requests(), (0..5).map(|number| format!("GET /open/{number}")).collect::<Vec<_>>());
}

/// So many bytes go out by HTTP.
#[test]
pub(crate) fn http_upload_flood() {
    let (server, _dns, world) = server("sent = \"256KiB\"\n");
    let outcome = world.run("http_upload_flood");
    outcome.exits(124).ended_within(SOON).does_not_say("got").closed_every_record();
    let seen = server.seen().remove(0);
    assert!(seen.body.len() as u64 <= QUARTER && !seen.complete, "{} bytes arrived: {outcome}", seen.body.len());
    let written = outcome.ends_of("http")[0].number("bytes_written").unwrap();
    assert!(near(written, QUARTER), "{written} bytes are recorded: {outcome}");
}

/// And by TCP.
#[test]
pub(crate) fn tcp_upload_flood() {
    let (server, _dns, world) = raw(vec![Step::Silence], "sent = \"256KiB\"\n");
    let outcome = world.run("tcp_upload_flood");
    outcome.exits(124).ended_within(SOON).does_not_say("got").closed_every_record();
    let arrived = server.received()[0].len() as u64;
    let written = outcome.ends_of("tcp")[0].number("bytes_written").unwrap();
    assert!(arrived <= QUARTER && near(written, QUARTER), "{arrived} arrived, {written} are recorded: {outcome}");
}

/// So many come in.
#[test]
pub(crate) fn tcp_download_flood() {
    let (_server, _dns, world) = raw(vec![Step::Endless(vec![b'x'; 4096])], "received = \"256KiB\"\n");
    let outcome = world.run("tcp_download_flood");
    outcome.exits(124).ended_within(SOON).does_not_say("got").closed_every_record();
    let read = outcome.ends_of("tcp")[0].number("bytes_read").unwrap();
    assert!(near(read, QUARTER), "{read} bytes are recorded: {outcome}");
}

/// So many connections are open at a time.
#[test]
pub(crate) fn tcp_connection_flood() {
    let (server, _dns, world) = raw(vec![Step::Silence], "connections = 4\n");
    let outcome = world.run("tcp_connection_flood");
    outcome.exits(124).ended_within(SOON).does_not_say("got").closed_every_record();
    assert_eq!((server.received().len(), outcome.ended.stdout.lines().last()), (4, Some("held 4")), "{outcome}");
}

/// A lookup is a request too.
#[test]
pub(crate) fn dns_lookup_flood() {
    let dns = Dns::new().name("a.test", "93.184.216.34");
    let world = world(&dns, &rules::dns(&["a.test"])).argument("a.test").limits("requests = 5\n");
    let outcome = world.run("dns_lookup_flood");
    outcome.exits(124).ended_within(SOON).does_not_say("got").closed_every_record();
    assert_eq!(outcome.ended.stdout.lines().count(), 5, "{outcome}");
    assert!(dns.questions().len() <= 10, "{:?}", dns.questions());
}
