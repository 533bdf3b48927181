//! What is sent to the broker is hostile: frames that are none, descriptors where none belong, claims replayed.
use std::fs::File;
use std::io::{IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use serde_json::{Value, json};

use super::fixture::Broker;

pub(crate) fn connect(broker: &Broker) -> UnixStream {
    let stream = UnixStream::connect(broker.socket()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

fn say(stream: &mut UnixStream, bytes: &[u8]) -> std::io::Result<()> {
    stream.write_all(&u32::try_from(bytes.len()).unwrap().to_be_bytes())?;
    stream.write_all(bytes)
}

/// The answer; `None` where the broker has ended the connection.
pub(crate) fn hear(stream: &mut UnixStream) -> Option<Value> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).ok()?;
    let mut body = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap()];
    stream.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}

/// One request, and its answer.
pub(crate) fn ask(broker: &Broker, request: &Value) -> Value {
    let mut stream = connect(broker);
    say(&mut stream, request.to_string().as_bytes()).unwrap();
    hear(&mut stream).unwrap()
}

/// What is no request is refused, its connection is ended, and the broker goes on.
#[test]
fn frames_that_are_none() {
    let broker = Broker::begin();
    let task = broker.task();
    let whole = |body: &str| {
        let mut stream = connect(&broker);
        say(&mut stream, body.as_bytes()).unwrap();
        assert_eq!(hear(&mut stream).unwrap()["failed"]["exit"], 2, "{body}");
        assert!(hear(&mut stream).is_none(), "it goes on after {body}");
    };
    whole("");
    whole("not JSON");
    whole("{}");
    whole(r#"{"revoke": {"task": "t_1"}}"#);
    whole(&json!({"close": {"handle": task, "more": 1}}).to_string());
    whole(&json!({"close": {}, "show": {}}).to_string());
    let mut announced = connect(&broker);
    announced.write_all(&u32::MAX.to_be_bytes()).unwrap();
    assert_eq!(hear(&mut announced).unwrap()["failed"]["exit"], 2);
    let mut cut = connect(&broker);
    cut.write_all(&100_u32.to_be_bytes()).unwrap();
    cut.write_all(b"{").unwrap();
    drop(cut);
    drop(connect(&broker));
    broker.in_task(&task, &["call", "good"]).answers("ok");
}

/// A task's handle is all that a request is believed by.
#[test]
fn handles_of_nobody() {
    let broker = Broker::begin();
    let forged = format!("tw_{}", "0".repeat(64));
    for handle in [forged.as_str(), "", "tw_", "../../etc/passwd"] {
        for request in [
            json!({"call": {"handle": handle, "tool": "good", "input": null}}),
            json!({"narrow": {"handle": handle, "ttl": null, "grant": null}}),
            json!({"tools": {"handle": handle}}),
            json!({"show": {"handle": handle}}),
            json!({"close": {"handle": handle}}),
        ] {
            let said = ask(&broker, &request);
            assert_eq!(said["failed"]["exit"], 3, "{request}: {said}");
            assert!(handle.is_empty() || !said.to_string().contains(handle), "{said}");
        }
    }
}

/// Descriptors come with `open` alone, and no more of them than mounts are asked for.
#[test]
fn descriptors_where_none_belong() {
    let broker = Broker::begin();
    let task = broker.task();
    let directory = File::open(broker.installation.path("repo")).unwrap();
    let passes = |count: usize, request: &Value| {
        let mut stream = connect(&broker);
        let body = request.to_string();
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        let descriptors: Vec<BorrowedFd<'_>> = (0..count).map(|_| directory.as_fd()).collect();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(40))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        assert!(ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)));
        sendmsg(stream.as_fd(), &[IoSlice::new(&length)], &mut ancillary, SendFlags::empty()).unwrap();
        let _sent = stream.write_all(body.as_bytes());
        hear(&mut stream).unwrap()
    };
    let said = passes(1, &json!({"tools": {"handle": task}}));
    assert!(said["failed"]["message"].as_str().unwrap().contains("descriptors"), "{said}");
    let said = passes(40, &json!({"tools": {"handle": task}}));
    assert!(said["failed"]["message"].as_str().unwrap().contains("descriptors"), "{said}");
    let open = json!({"open": {"claim": claim("00"), "signature": "00", "mounts": [], "agent": "coder", "kind": "work",
        "ttl": null, "set": {}, "grant": null}});
    for count in [1, 16] {
        let said = passes(count, &open);
        assert_eq!(said["failed"]["message"], "no challenge was asked for", "{count}: {said}");
    }
    // The buffer for 16 has padding, in which one or two more fit.
    for count in [17, 18, 19, 40] {
        let said = passes(count, &open);
        let message = said["failed"]["message"].as_str().unwrap();
        assert!(message.contains("more than 16 descriptors"), "{count}: {said}");
    }
    broker.in_task(&task, &["call", "good"]).answers("ok");
}

fn claim(nonce: &str) -> Value {
    json!({"agent": "coder", "audience": "ed25519:00", "grant_sha256": null, "mounts": [], "nonce": nonce, "set": {},
        "time": 0, "ttl": null, "type": "work"})
}

/// A challenge is good for one opening, and for nothing but what was signed.
#[test]
fn claims_that_prove_nothing() {
    let broker = Broker::begin();
    let mut stream = connect(&broker);
    say(&mut stream, br#"{"challenge": {}}"#).unwrap();
    let challenge = hear(&mut stream).unwrap();
    let nonce = challenge["challenge"]["nonce"].as_str().unwrap();
    let open = json!({"open": {"claim": claim(nonce), "signature": "00".repeat(64), "mounts": [], "agent": "coder",
        "kind": "work", "ttl": null, "set": {}, "grant": null}});
    say(&mut stream, open.to_string().as_bytes()).unwrap();
    let said = hear(&mut stream).unwrap();
    assert!(said["failed"]["message"].as_str().unwrap().contains("not proved"), "{said}");
    say(&mut stream, open.to_string().as_bytes()).unwrap();
    assert_eq!(hear(&mut stream).unwrap()["failed"]["message"], "no challenge was asked for");
}
