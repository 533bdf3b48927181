//! Servers that are hostile themselves, and guests that work with them.
use std::time::Duration;

use toolward_tests::net::{Answer, Payload, Step, gzip};

use crate::api::{Api, Raw};

/// Nothing here takes long.
const SOON: Duration = Duration::from_secs(8);

/// The host follows no redirection; the guest's next request is decided anew.
#[test]
pub(crate) fn http_redirect() {
    let mut api = Api::new();
    api.serve(|seen| {
        let to = format!("http://127.0.0.2:{}/private", seen.host.rsplit(':').next().unwrap());
        let status = seen.target.trim_start_matches("/open/").parse().unwrap();
        Answer::status(status).header("location", &to).header("refresh", &format!("0; url={to}"))
    });
    let rule = api.rule(&["GET"], "");
    let outcome = api.world(&rule).argument(format!("http://{}", api.authority())).run("http_redirect");
    outcome.got_nothing().recorded_refusal(&format!("http GET http://127.0.0.2:{}/private", api.server.port()));
    assert_eq!(api.server.seen().len(), 5);
    assert!(outcome.ends_of("http").iter().any(|end| end.number("status") == Some(301)), "{outcome}");
    api.held();
}

/// An answer that never ends ends the call at its limit for what it receives.
#[test]
pub(crate) fn http_endless_body() {
    let mut api = Api::new();
    api.serve(|_| Answer::ok(Payload::Repeated(vec![b'x'; 16 << 10].into(), u64::MAX)));
    let world = api.world(&api.rule(&["GET"], "")).argument(format!("http://{}/open", api.authority()));
    let outcome = world.limits("received = \"1MiB\"\n").run("http_endless_body");
    outcome.exits(124).ended_within(SOON).does_not_say("got").closed_every_record();
    let end = outcome.ends_of("http").remove(0);
    let read = end.number("bytes_read").unwrap();
    assert!(((1 << 20) - (64 << 10)..=(1 << 20) + (64 << 10)).contains(&read), "{read} bytes were read: {outcome}");
}

/// One that drips ends at its deadline.
#[test]
pub(crate) fn http_slow_loris() {
    let drip = |text: &str| vec![Step::head(), Step::Drip(text.repeat(1_000).into_bytes(), Duration::from_millis(50))];
    for script in [drip("HTTP/1.1 200 OK\r\nx: "), {
        let mut script = vec![Step::head(), Step::send("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")];
        script.push(Step::Drip(vec![b'x'; 9_999], Duration::from_millis(50)));
        script
    }] {
        let raw = Raw::new(vec![script]);
        let outcome = raw.world.limits("time = \"600ms\"\n").run("http_slow_loris");
        outcome.exits(124).ended_within(Duration::from_secs(4)).does_not_say("got").closed_every_record();
    }
}

/// One that says nothing too.
#[test]
pub(crate) fn http_silence() {
    let raw = Raw::new(vec![vec![Step::Silence]]);
    let outcome = raw.world.limits("time = \"600ms\"\n").run("http_silence");
    outcome.exits(124).ended_within(Duration::from_secs(4)).does_not_say("got").closed_every_record();
}

/// The host unpacks nothing: what counts is what was on the wire.
#[test]
pub(crate) fn http_gzip_bomb() {
    let bomb = gzip::bomb(100_000);
    let length = bomb.len();
    assert!(length < 200_000);
    let mut api = Api::new();
    api.serve(move |_| Answer::ok(bomb.clone()).header("content-encoding", "gzip"));
    let world = api.world(&api.rule(&["GET"], "")).argument(format!("http://{}/open", api.authority()));
    let outcome = world.limits("received = \"1MiB\"\n").run("http_gzip_bomb");
    outcome.exits(0).says(&format!("{length} bytes of gzip\n"));
}

/// A server that breaks off leaves its guest with an error, and the call goes on.
#[test]
pub(crate) fn http_breaks_off() {
    let before = |text: &str| vec![Step::head(), Step::send(text)];
    let reset = |text: &str| vec![Step::head(), Step::send(text), Step::Wait(Duration::from_millis(50)), Step::Reset];
    let scripts = vec![
        vec![],
        vec![Step::Reset],
        vec![Step::head(), Step::Reset],
        before(""),
        before("HTTP/1.1 200"),
        before("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n"),
        before("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
        before("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
        before("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"),
        reset("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
        reset("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"),
        reset("HTTP/1.1 200 OK\r\n\r\nto the end"),
    ];
    let outcome = Raw::new(scripts).world.run("http_breaks_off");
    outcome.got_nothing().ended_within(SOON).closed_every_record();
}

/// An answer whose end two readers see at different places is an error, or has one end.
#[test]
pub(crate) fn http_odd_framing() {
    let odd = [
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 6\r\n\r\nabcdef",
        "HTTP/1.1 200 OK\r\nContent-Length: 3, 6\r\n\r\nabcdef",
        "HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551617\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000003\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\nContent-Length: 3\n\nabc",
        "HTTP/1.1 99 Low\r\n\r\n",
        "HTTP/1.1 1000 High\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "no HTTP at all\r\n\r\n",
        "\0\0\0\0",
    ];
    let scripts = odd.iter().map(|answer| vec![Step::head(), Step::send(answer)]).collect();
    let outcome = Raw::new(scripts).world.run("http_odd_framing");
    outcome.exits(0).ended_within(SOON).closed_every_record();
    assert_eq!(outcome.ended.stdout.lines().count(), odd.len(), "{outcome}");
    assert!(!outcome.ended.stdout.contains("18446744073709551617"), "{outcome}");
}

/// What a server sends behind an answer answers nothing: a connection on which it stands is closed.
#[test]
pub(crate) fn http_response_splitting() {
    let poison = "HTTP/1.1 200 OK\r\nX-Poison: 1\r\nContent-Length: 6\r\n\r\npoison";
    let once = format!("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc{poison}{poison}");
    let chunked = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n{poison}");
    for first in [once, chunked] {
        // Whoever asks twice on one connection gets no more than silence: an answer must be what stands there already.
        let raw = Raw::new(vec![vec![Step::head(), Step::send(&first), Step::Silence]]);
        let again = format!("http://raw.test:{}/y", raw.servers[0].port());
        let outcome = raw.world.argument(again).run("http_response_splitting");
        outcome.exits(0).ended_within(SOON).does_not_say("poison");
    }
}

/// A head that never ends takes neither the host's memory nor its time.
#[test]
pub(crate) fn http_head_flood() {
    let ok = "HTTP/1.1 200 OK\r\n";
    for script in [
        vec![Step::head(), Step::send(ok), Step::Endless(b"x-flood: 1\r\n".repeat(100))],
        vec![Step::head(), Step::send(format!("{ok}x-flood: ")), Step::Endless(vec![b'x'; 4096])],
        vec![Step::head(), Step::Endless(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100))],
        vec![Step::head(), Step::Endless(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(100))],
        vec![Step::head(), Step::Endless(vec![b'x'; 4096])],
        vec![Step::head(), Step::Endless(b"\r\n".repeat(1_000))],
    ] {
        let raw = Raw::new(vec![script]);
        let outcome = raw.world.limits("time = \"3s\"\nreceived = \"8MiB\"\n").run("http_head_flood");
        outcome.ended_within(SOON).does_not_say("got").closed_every_record();
        assert!(matches!(outcome.ended.code, Some(0 | 124)), "{outcome}");
        assert!(raw.servers[0].sent() < 64 << 20, "{} bytes went out: {outcome}", raw.servers[0].sent());
    }
}

/// A guest's timeouts shorten its waiting, and are no way past the host's.
#[test]
pub(crate) fn http_timeouts() {
    let mut api = Api::new();
    api.serve(|seen| if seen.target == "/open/x" { Answer::ok("open") } else { Answer::never() });
    let raw = Raw::new(vec![vec![Step::Silence]]);
    let rules = api.rule(&["GET"], "") + &crate::api::any_port("127.0.0.1");
    let silent = format!("127.0.0.1:{}", raw.servers[0].port());
    let outcome = api.world(&rules).argument(silent).argument(api.authority()).run("http_timeouts");
    outcome.got_nothing().ended_within(SOON).closed_every_record();
}
