//! TLS proves who a server is, or nothing is sent.
use toolward_tests::net::{Answer, Authority, Dns, HttpServer, Identity, RawServer, Step, rules};
use toolward_tests::{Outcome, World};

/// A world that trusts this authority, whose guest may ask `*.test` with TLS at every port.
fn world(authority: &Authority, dns: &Dns) -> World {
    let rule = rules::http("https://*.test:*/**", &["GET", "POST"], "");
    World::new().without_mounts().rules(&rule).network(Some(authority), dns.address())
}

/// A certificate of another name, of another authority, of another time, or of nobody: nothing is sent.
#[test]
pub(crate) fn tls_untrusted() {
    let (authority, other) = (Authority::new(), Authority::new());
    let names = &["api.test"];
    let dns = Dns::new().name("api.test", "127.0.0.1").name("sub.api.test", "127.0.0.1");
    let identities = [
        authority.issue(&["other.test"]),
        authority.issue(&["*.api.test"]),
        authority.issue(&["127.0.0.1"]),
        other.issue(names),
        authority.issue_expired(names),
        authority.issue_for_later(names),
        Identity::self_signed(names),
    ];
    let servers = identities.map(|identity| HttpServer::tls(&identity, |_| Answer::ok("got")));
    let urls = servers.iter().map(|server| format!("https://api.test:{}/x", server.port()));
    let outcome = urls.fold(world(&authority, &dns), World::argument).run("tls_untrusted");
    outcome.got_nothing().closed_every_record();
    for server in &servers {
        assert_eq!(server.seen(), [], "{outcome}");
    }
}

/// A good certificate is good, and HTTP/2 is spoken where the server does.
#[test]
fn a_trusted_server_is_asked() {
    let authority = Authority::new();
    let identity = authority.issue(&["api.test"]);
    let dns = Dns::new().name("api.test", "127.0.0.1");
    for (protocols, is_http2) in [(&["h2", "http/1.1"][..], true), (&["http/1.1"], false), (&[], false)] {
        let server = HttpServer::tls_at(toolward_tests::net::ANY, identity.server(protocols), |_| Answer::ok("hello"));
        let authority_part = format!("api.test:{}", server.port());
        let outcome = world(&authority, &dns).argument(format!("https://{authority_part}/x")).run("tls_coalescing");
        outcome.exits(0).closed_every_record();
        let seen = server.seen();
        assert_eq!(seen.len(), 3, "{outcome}");
        for seen in seen {
            assert_eq!((seen.is_http2, seen.sni.as_deref()), (is_http2, Some("api.test")));
            assert_eq!((seen.host, seen.target), (authority_part.clone(), "/x".to_owned()));
        }
        let end = outcome.ends_of("http").remove(0);
        assert_eq!(
            (end.number("status"), end.text("resource")),
            (Some(200), format!("https://{authority_part}/x").as_str())
        );
    }
}

/// Without the extra authority nobody vouches for it.
#[test]
fn an_authority_that_nobody_named_is_none() {
    let authority = Authority::new();
    let server = HttpServer::tls(&authority.issue(&["api.test"]), |_| Answer::ok("got"));
    let dns = Dns::new().name("api.test", "127.0.0.1");
    let outcome =
        world(&Authority::new(), &dns).argument(format!("https://api.test:{}/x", server.port())).run("tls_untrusted");
    outcome.got_nothing();
    assert_eq!(server.seen(), []);
}

/// What a server of TLS 1.1 answers: its version, and no more.
const OLD_HELLO: [u8; 47] = {
    let mut bytes = [0x42; 47];
    let head = [22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    let mut at = 0;
    while at < head.len() {
        bytes[at] = head[at];
        at += 1;
    }
    // Behind 32 random bytes: no session, a cipher of that time, no compression.
    bytes[43] = 0;
    bytes[44] = 0xc0;
    bytes[45] = 0x13;
    bytes[46] = 0;
    bytes
};

/// Nothing older than TLS 1.2 is spoken, and nothing goes out in plain text.
#[test]
pub(crate) fn tls_downgrade() {
    let authority = Authority::new();
    let dns = Dns::new().name("raw.test", "127.0.0.1").name("plain.test", "127.0.0.1");
    let raw: Vec<RawServer> = [
        vec![Step::Read(5), Step::Send(OLD_HELLO.to_vec())],
        vec![
            Step::Read(5),
            Step::send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ngot"),
            Step::Wait(std::time::Duration::from_millis(200)),
        ],
        vec![Step::Read(5), Step::Send(vec![21, 3, 3, 0, 2, 2, 70])],
    ]
    .into_iter()
    .map(RawServer::new)
    .collect();
    let plain = HttpServer::plain(|_| Answer::ok("got"));
    let mut urls: Vec<String> = raw.iter().map(|server| format!("https://raw.test:{}/x", server.port())).collect();
    urls.push(format!("https://plain.test:{}/x", plain.port()));
    let outcome = urls.into_iter().fold(world(&authority, &dns), World::argument).run("tls_downgrade");
    outcome.got_nothing();
    assert_eq!(plain.seen(), []);
    for bytes in raw.iter().flat_map(RawServer::received) {
        assert_eq!(bytes.first(), Some(&22), "a handshake comes first");
        for plain in [&b"POST"[..], b"secret"] {
            assert!(!bytes.windows(plain.len()).any(|window| window == plain), "{outcome}");
        }
    }
}

fn connections_by_name(server: &HttpServer) -> [Vec<usize>; 2] {
    ["a.test", "b.test"].map(|name| {
        let own = server.seen().into_iter().filter(|seen| seen.host.starts_with(name));
        own.map(|seen| seen.connection).collect()
    })
}

fn coalescing(authority: &Authority, dns: &Dns, port: u16) -> Outcome {
    let urls = ["a", "b"].map(|name| format!("https://{name}.test:{port}/{name}"));
    urls.into_iter().fold(world(authority, dns), World::argument).run("tls_coalescing")
}

/// A connection belongs to one name: neither one certificate for two nor one address makes them one (RFC 9113, section
/// 9.1.1, lets a client think so).
#[test]
pub(crate) fn tls_coalescing() {
    let authority = Authority::new();
    let identity = authority.issue(&["a.test", "b.test"]);
    let one = HttpServer::tls(&identity, |_| Answer::ok("one"));
    let dns = Dns::new().name("a.test", "127.0.0.1").name("b.test", "127.0.0.1");
    coalescing(&authority, &dns, one.port()).exits(0);
    let [a, b] = connections_by_name(&one);
    assert_eq!((a.len(), b.len()), (3, 3));
    assert!(a.iter().all(|connection| !b.contains(connection)), "{a:?} {b:?}");
    assert!(one.seen().iter().all(|seen| seen.sni.as_deref().is_some_and(|sni| seen.host.starts_with(sni))));

    let protocols = identity.server(&["h2"]);
    let other =
        HttpServer::tls_at(toolward_tests::net::beside(one.address(), "127.0.0.2"), protocols, |_| Answer::ok("other"));
    let dns = Dns::new().name("a.test", "127.0.0.1").name("b.test", "127.0.0.2");
    coalescing(&authority, &dns, one.port()).exits(0);
    assert_eq!((one.seen().len(), other.seen().len()), (9, 3));
    assert!(other.seen().iter().all(|seen| seen.host.starts_with("b.test") && seen.target == "/b"));
}
