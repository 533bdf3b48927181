//! TCP, where rules open some of it.
use std::net::Ipv6Addr;
use std::time::Duration;

use toolward_tests::World;
use toolward_tests::net::{Canary, Dns, RawServer, Reply, Step, rules};

use crate::api::world;

const ONE_ADDRESS: &str = "address = \"127.0.0.1/32\"\n";

/// A rule for one address and port opens that one.
#[test]
pub(crate) fn tcp_other_address() {
    let server = RawServer::new(vec![Step::Read(5), Step::send("world")]);
    let port = server.port();
    let canaries =
        [Canary::new(), Canary::beside(server.address(), "127.0.0.2"), Canary::at((Ipv6Addr::LOCALHOST, port).into())];
    let dns = Dns::new();
    let arguments = [
        server.address().to_string(),
        canaries[0].address().to_string(),
        canaries[1].address().to_string(),
        canaries[2].address().to_string(),
        format!("0.0.0.0:{port}"),
        format!("[::]:{port}"),
        format!("[::ffff:127.0.0.1]:{port}"),
        format!("[::ffff:127.0.0.2]:{port}"),
        format!("[::127.0.0.1]:{port}"),
        format!("[64:ff9b::7f00:1]:{port}"),
        "127.0.0.1:0".to_owned(),
        "255.255.255.255:80".to_owned(),
        "224.0.0.1:80".to_owned(),
    ];
    let world = world(&dns, &rules::tcp_at("127.0.0.1", port, ""));
    let outcome = arguments.into_iter().fold(world, World::argument).run("tcp_other_address");
    outcome.got_nothing().says("answer world").recorded_refusals_of("tcp").closed_every_record();
    outcome.recorded_refusal(&format!("tcp connect 127.0.0.2:{port}"));
    canaries.iter().for_each(Canary::is_untouched);
    assert_eq!(server.texts(), ["hello"], "one connection, with these very bytes");
    let end = outcome.ends_of("tcp").remove(0);
    assert_eq!((end.number("bytes_written"), end.number("bytes_read")), (Some(5), Some(5)), "{end:?}");
    assert!(end.text("address").contains("127.0.0.1"), "{end:?}");
}

/// A name's second address is not what was allowed.
#[test]
pub(crate) fn tcp_rebinding() {
    let server = RawServer::new(vec![Step::Silence]);
    let port = server.port();
    let canary = Canary::beside(server.address(), "127.0.0.2");
    let replies = vec![Reply::addresses(&["127.0.0.1"]), Reply::addresses(&["127.0.0.2"])];
    let dns = Dns::new().replies("db.test", replies);
    let rules = rules::tcp_at("db.test", port, ONE_ADDRESS) + &rules::dns(&["db.test"]);
    let world = world(&dns, &rules).argument(format!("db.test:{port}")).argument(canary.address().to_string());
    let outcome = world.run("tcp_rebinding");
    outcome.got_nothing().recorded_refusals_of("tcp").closed_every_record();
    canary.is_untouched();
    assert_eq!(server.received().len(), 1);
    assert_eq!(
        outcome.ends_of("tcp")[0].text("resource"),
        format!("db.test:{port}"),
        "the name is recorded: {outcome}"
    );
}

/// An address that no lookup of this call gave is an address, not a name.
#[test]
pub(crate) fn tcp_without_lookup() {
    let server = RawServer::new(vec![Step::send("got")]);
    let port = server.port();
    let dns = Dns::new().name("db.test", "127.0.0.1");
    let rules = rules::tcp("db.test", port) + &rules::dns(&["db.test"]);
    let world = world(&dns, &rules).argument(server.address().to_string());
    world.run("tcp_without_lookup").got_nothing().recorded_refusal(&format!("tcp connect 127.0.0.1:{port}"));
    assert_eq!(server.received().len(), 0);
}

/// No rule opens listening: not even one that opens every connection.
#[test]
pub(crate) fn tcp_bind() {
    let canary = Canary::new();
    let dns = Dns::new();
    let everything = rules::tcp_at("127.0.0.0/8", "*", "") + &rules::tcp("*", "*");
    let world = world(&dns, &everything).argument(canary.port().to_string());
    world.run("tcp_bind").got_nothing().recorded_refusals_of("tcp");
    canary.is_untouched();
}

/// Calls in any order are errors of the guest, and no more.
#[test]
pub(crate) fn tcp_states() {
    let server = RawServer::new(vec![Step::send("hello"), Step::Wait(Duration::from_millis(100))]);
    let dns = Dns::new();
    let world = world(&dns, &rules::tcp_at("127.0.0.1", server.port(), "")).argument(server.port().to_string());
    let outcome = world.run("tcp_states");
    outcome.exits(0).says("done\n").ended_within(Duration::from_secs(5)).closed_every_record();
    assert!(server.received().len() <= 1, "{outcome}");
}

/// A way that was shut down is closed: what is written to it is no success, and what is read from it is its end.
#[test]
pub(crate) fn tcp_shutdown() {
    let server = RawServer::new(vec![Step::Read(5), Step::send("world"), Step::Wait(Duration::from_millis(100))]);
    let dns = Dns::new();
    let world = world(&dns, &rules::tcp_at("127.0.0.1", server.port(), "")).argument(server.port().to_string());
    let outcome = world.run("tcp_shutdown");
    outcome.got_nothing().says("still read world").ended_within(Duration::from_secs(5)).closed_every_record();
    assert_eq!(server.texts(), ["hello", "hello"], "{outcome}");
}

/// Connections that a guest lets go of are over: they do not count any more, and their records are closed.
#[test]
pub(crate) fn tcp_dropped() {
    let server = RawServer::new(vec![Step::Silence]);
    let dns = Dns::new();
    let world = world(&dns, &rules::tcp_at("127.0.0.1", server.port(), "")).argument(server.port().to_string());
    let outcome = world.limits("connections = 4\n").run("tcp_dropped");
    outcome.exits(0).ended_within(Duration::from_secs(5)).closed_every_record();
    assert_eq!(outcome.ends_of("tcp").len(), 30, "{outcome}");
}

/// A server that says nothing holds a call up to its deadline.
#[test]
pub(crate) fn tcp_silence() {
    let server = RawServer::new(vec![Step::Silence]);
    let dns = Dns::new();
    let world = world(&dns, &rules::tcp_at("127.0.0.1", server.port(), "")).argument(server.address().to_string());
    let outcome = world.limits("time = \"600ms\"\n").run("tcp_silence");
    outcome.exits(124).ended_within(Duration::from_secs(4)).does_not_say("got").closed_every_record();
}
