//! What a worker can say to its broker.
use std::os::fd::AsFd;

use bytes::Bytes;
use toolward::worker::seized::{Forged, Seized, closing, question, send};
use toolward_host_fns::door::{
    At, BodyLength, DirId, Fault, FileId, HttpHead, NetworkReply, NetworkRequest, OpenFlags, Patience, Reply, Request,
    StreamId,
};

use crate::attack::{Attack, named, speak, sys};

pub(crate) const ALL: &[Attack] = &[
    speak("ask-denied-file", "asking for a file that a rule denies", |worker| of(&worker.ask(read("secret/key")))),
    speak("ask-upward", "asking for `../../etc/passwd`", |worker| of(&worker.ask(read("../../../../etc/passwd")))),
    speak("ask-absolute", "asking for `/etc/passwd`", |worker| of(&worker.ask(read("/etc/passwd")))),
    speak("ask-to-write", "asking to write where nothing may be written", |worker| of(&worker.ask(write("notes")))),
    speak("ask-unknown-directory", "asking beneath a directory that was never given", |worker| {
        of(&worker.ask(Request::Entries(DirId(4_000_000))))
    }),
    speak("ask-another-mount", "asking beneath another mount's number", |worker| {
        of(&worker.ask(Request::Entries(DirId(1))))
    }),
    speak("ask-http", "a request to a host out of scope", |worker| of(&worker.ask(http("https://example.com/")))),
    speak("ask-metadata", "a request to the cloud's metadata", |worker| {
        of(&worker.ask(http("http://169.254.169.254/latest/meta-data/")))
    }),
    speak("ask-tcp", "a connection out of scope", |worker| {
        let local = std::net::SocketAddr::from(([127, 0, 0, 1], 22));
        of(&worker.ask(Request::Network(NetworkRequest::TcpConnect(local))))
    }),
    speak("ask-lookup", "a name out of scope", |worker| {
        let name = "secret.attacker.test".to_owned();
        of(&worker.ask(Request::Network(NetworkRequest::Lookup { name })))
    }),
    speak("ask-unknown-stream", "writing to a stream that was never given", |worker| {
        let write = NetworkRequest::Write(StreamId(4_000_000), Bytes::from_static(b"x"));
        of(&worker.ask(Request::Network(write)))
    }),
    speak("ask-long-path", "a path of a megabyte", |worker| of(&worker.ask(read(&"a/".repeat(500_000))))),
    speak("write-what-is-read", "writing to a file that was passed for reading", |worker| {
        let Reply::File { fd, .. } = worker.ask(read("notes")) else { return "not opened".to_owned() };
        sys(libc::SYS_pwrite64, [std::os::fd::AsRawFd::as_raw_fd(&fd).into(), c"x".as_ptr() as libc::c_long, 1, 0])
    }),
    speak("forged-totals", "saying that another number of bytes was read", |worker| {
        let Reply::File { id, .. } = worker.ask(read("notes")) else { return "not opened".to_owned() };
        worker.close_file(id, 123_456_789);
        "kept, as its own word".to_owned()
    }),
    speak("close-unknown", "closing a file that was never given", |worker| {
        worker.forge(Forged::CloseUnknown);
        "nothing is closed".to_owned()
    }),
    speak("forged-walls", "saying that other walls are up", |worker| forged(worker, Forged::Walled)),
    speak("forged-export", "an export that nobody asked for", |worker| forged(worker, Forged::Linked)),
    speak("forged-end", "saying that the broker has ended the call", |worker| forged(worker, Forged::EndedByTheBroker)),
    speak("too-much-output", "more output than the limit", |worker| {
        (0..64).for_each(|_| worker.forge(Forged::Output(512 << 10)));
        "taken".to_owned()
    }),
    speak("asked-twice", "two questions under one number", |worker| {
        worker.forge(Forged::Twice);
        format!("each is answered; another: {}", of(&worker.ask(read("secret/key"))))
    }),
    speak("garbage", "bytes that are no message", |_| raw(&[3, 0, 0, 0, 0xff, 0xff, 0xff])),
    speak("too-long", "a message of four gigabytes", |_| raw(&[0xff; 64])),
    speak("more-than-a-message", "a message with something behind it", |_| raw(&[7, 0, 0, 0, 6, 1, 0, 0, 0, 0, 0])),
    speak("cut-off", "a message that has no end", |_| {
        let sent = raw(&[200, 0, 0, 0, 3, 1]);
        std::thread::sleep(std::time::Duration::from_secs(100));
        sent
    }),
    speak("descriptor", "sending the broker a descriptor", |_| {
        let stdin = std::io::stdin();
        match send(stdin.as_fd(), &[1, 0, 0, 0, 9], Some(stdin.as_fd())) {
            Ok(_) => silent(),
            Err(error) => named(error.raw_os_error().unwrap_or(0)),
        }
    }),
    speak("flood", "ten thousand questions at once", |worker| {
        (0..10_000).for_each(|_| worker.ask_only(Request::StatDir(DirId(0))));
        format!("each is answered; another: {}", of(&worker.ask(read("secret/key"))))
    }),
    speak("flood-unheard", "questions without end, and no answer is taken", |_| {
        pour(std::iter::repeat_with(|| vec![4, 0, 0, 0, 3, 0, 2, 0]))
    }),
    speak("flood-of-listings", "listing a directory without end, and no answer is taken", |worker| {
        let listing = question(0, Request::Entries(directory(worker)));
        pour(std::iter::repeat_with(move || listing.clone()))
    }),
    speak("flood-of-files", "opening a file without end, and no descriptor is taken", |_| {
        // The numbers that the broker will give: the mount has the first.
        pour((1..).map(|id| [question(0, read("notes")), closing(FileId(id))].concat()))
    }),
    speak("mention-denied", "saying that it knows what a rule denies", |worker| {
        worker.mention(Request::IdentityAt(at("secret/key")));
        silent()
    }),
    speak("empty-fields", "a request with half a million empty header fields", |_| {
        let fields = 500_000_u32;
        let head = [&[3, 0, 17, 0, 0, 0][..], &number(fields)].concat();
        let length = u32::try_from(head.len()).unwrap_or_default() + 2 * fields;
        pour(std::iter::once([&length.to_le_bytes()[..], &head, &vec![0; 1_000_000]].concat()))
    }),
    speak("ends-twice", "ending the call, and going on", |worker| {
        worker.end();
        worker.end();
        "ended".to_owned()
    }),
];

pub(crate) fn at(path: &str) -> At {
    At { dir: DirId(0), path: path.to_owned(), follow: true }
}

pub(crate) fn read(path: &str) -> Request {
    Request::Open(at(path), OpenFlags { read: true, ..OpenFlags::default() })
}

fn write(path: &str) -> Request {
    Request::Open(at(path), OpenFlags { write: true, create: true, ..OpenFlags::default() })
}

fn http(url: &str) -> Request {
    let (method, url) = ("GET".to_owned(), url.to_owned());
    let head = HttpHead { method, url, headers: Vec::new(), body: BodyLength::Nothing, patience: Patience::default() };
    Request::Network(NetworkRequest::Http(head))
}

/// What came of a question.
fn of(reply: &Reply) -> String {
    match reply {
        Reply::Fault(Fault::Refused) => "refused".to_owned(),
        Reply::Fault(Fault::Os(errno)) => named(*errno),
        Reply::Fault(Fault::Network(fault)) => fault.word().to_owned(),
        Reply::Fault(Fault::Broken) => "refused: there is no such number".to_owned(),
        Reply::Fault(fault) => format!("refused: {fault:?}"),
        Reply::Network(NetworkReply::Opened { .. }) => "done: it was opened".to_owned(),
        other => format!("done: {other:?}"),
    }
}

/// A broker that hears this ends the worker; one that does not lets it go on.
fn forged(worker: &Seized, forged: Forged) -> String {
    worker.forge(forged);
    silent()
}

fn raw_only(bytes: &[u8]) -> std::io::Result<usize> {
    send(std::io::stdin().as_fd(), bytes, None)
}

fn raw(bytes: &[u8]) -> String {
    match raw_only(bytes) {
        Ok(_) => silent(),
        Err(error) => named(error.raw_os_error().unwrap_or(0)),
    }
}

/// A directory that was opened: to look at it leaves no record.
pub(crate) fn directory(worker: &Seized) -> DirId {
    let flags = OpenFlags { directory: true, ..OpenFlags::default() };
    match worker.ask(Request::Open(at("."), flags)) {
        Reply::Dir(dir) => dir,
        _ => DirId(0),
    }
}

/// Sends frames as fast as the broker takes them, for half a minute, and takes nothing that it answers.
fn pour(mut frames: impl Iterator<Item = Vec<u8>>) -> String {
    let (began, mut waiting) = (std::time::Instant::now(), Vec::new());
    while began.elapsed() < std::time::Duration::from_secs(30) {
        while waiting.len() < 64 << 10
            && let Some(frame) = frames.next()
        {
            waiting.extend(frame);
        }
        match raw_only(&waiting) {
            Ok(sent) => drop(waiting.drain(..sent)),
            Err(_) => std::thread::sleep(std::time::Duration::from_millis(1)),
        }
    }
    "done: it goes on".to_owned()
}

/// A number as it is encoded.
fn number(mut number: u32) -> Vec<u8> {
    let part = |number: u32| u8::try_from(number & 0x7f).unwrap_or_default();
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(part(number) | 0x80);
        number >>= 7;
    }
    bytes.push(part(number));
    bytes
}

/// Time enough to be ended.
fn silent() -> String {
    std::thread::sleep(std::time::Duration::from_secs(2));
    "done: it goes on".to_owned()
}
