//! Every message of a sound worker fits a frame: the largest of each is built here. A message that does not fit was not sent by
//! a sound worker, and revokes its task.
use std::net::SocketAddr;

use bytes::Bytes;
use toolward_host_fns::door::bounds::{
    MAX_FIELD_BYTES, MAX_FIELDS, MAX_METHOD_BYTES, MAX_NAME_BYTES, MAX_PATH_BYTES, MAX_URL_BYTES, MAX_WRITE_BYTES,
};
use toolward_host_fns::door::{
    At, BodyLength, DirId, FileId, HttpHead, NetworkRequest, NewTime, NewTimes, OpenFlags, Patience, Request, StreamId,
};
use toolward_host_fns::record::Totals;

use super::channel::parsed;
use super::wire::{FromWorker, MAX_EXPORTS, MAX_SIGNATURE, MAX_WORDS, MOST_ASKED, PART, Unlinked};
use crate::call::Ending;
use crate::walls::Enforced;

const WIDEST: char = '\u{10ffff}';

fn at() -> At {
    At { dir: DirId(u32::MAX), path: "p".repeat(MAX_PATH_BYTES), follow: true }
}

fn times() -> NewTimes {
    let time = NewTime::At { seconds: u64::MAX, nanoseconds: u32::MAX };
    NewTimes { accessed: time, modified: time }
}

/// The largest request of each kind. A new kind does not compile until it stands here.
fn largest_request(like: &Request) -> Request {
    let (dir, file) = (DirId(u32::MAX), FileId(u32::MAX));
    match like {
        Request::Open(..) => Request::Open(at(), OpenFlags::default()),
        Request::StatAt(_) => Request::StatAt(at()),
        Request::StatDir(_) => Request::StatDir(dir),
        Request::SetTimesAt(..) => Request::SetTimesAt(at(), times()),
        Request::SetTimesDir(..) => Request::SetTimesDir(dir, times()),
        Request::SetTimesFile(..) => Request::SetTimesFile(file, times()),
        Request::SyncDir(_) => Request::SyncDir(dir),
        Request::Entries(_) => Request::Entries(dir),
        Request::IdentityAt(_) => Request::IdentityAt(at()),
        Request::CreateDirectory(_) => Request::CreateDirectory(at()),
        Request::RemoveDirectory(_) => Request::RemoveDirectory(at()),
        Request::Unlink(_) => Request::Unlink(at()),
        Request::ReadLink(_) => Request::ReadLink(at()),
        Request::SymLink { .. } => Request::SymLink { target: "t".repeat(MAX_PATH_BYTES), at: at() },
        Request::Link { .. } => Request::Link { from: at(), to: at() },
        Request::Rename { .. } => Request::Rename { from: at(), to: at() },
        Request::Environment => Request::Environment,
        Request::Network(like) => Request::Network(largest_of_the_network(like)),
    }
}

fn largest_of_the_network(like: &NetworkRequest) -> NetworkRequest {
    let id = StreamId(u32::MAX);
    match like {
        NetworkRequest::Http(_) => NetworkRequest::Http(head()),
        NetworkRequest::Response(_) => NetworkRequest::Response(id),
        NetworkRequest::TcpConnect(_) => NetworkRequest::TcpConnect(SocketAddr::from(([u16::MAX; 8], u16::MAX))),
        NetworkRequest::TcpServe => NetworkRequest::TcpServe,
        NetworkRequest::Udp => NetworkRequest::Udp,
        NetworkRequest::Lookup { .. } => NetworkRequest::Lookup { name: "n".repeat(MAX_NAME_BYTES) },
        NetworkRequest::Read(_) => NetworkRequest::Read(id),
        NetworkRequest::Write(..) => NetworkRequest::Write(id, Bytes::from(vec![0xff; MAX_WRITE_BYTES])),
        NetworkRequest::Finish(_) => NetworkRequest::Finish(id),
    }
}

fn head() -> HttpHead {
    let field = || ("f".repeat(MAX_FIELD_BYTES / MAX_FIELDS / 2), vec![0xff; MAX_FIELD_BYTES / MAX_FIELDS / 2]);
    let (method, url) = ("m".repeat(MAX_METHOD_BYTES), "u".repeat(MAX_URL_BYTES));
    let wait = Some(u64::MAX);
    let patience = Patience { connect: wait, first_byte: wait, between_bytes: wait };
    let headers = std::iter::repeat_with(field).take(MAX_FIELDS).collect();
    HttpHead { method, url, headers, body: BodyLength::Exactly(u64::MAX), patience }
}

/// One request of each kind; what it holds does not matter.
fn requests() -> Vec<Request> {
    let (dir, file, id) = (DirId(0), FileId(0), StreamId(0));
    let mut requests = vec![
        Request::Open(at(), OpenFlags::default()),
        Request::StatAt(at()),
        Request::StatDir(dir),
        Request::SetTimesAt(at(), times()),
        Request::SetTimesDir(dir, times()),
        Request::SetTimesFile(file, times()),
        Request::SyncDir(dir),
        Request::Entries(dir),
        Request::IdentityAt(at()),
        Request::CreateDirectory(at()),
        Request::RemoveDirectory(at()),
        Request::Unlink(at()),
        Request::ReadLink(at()),
        Request::SymLink { target: String::new(), at: at() },
        Request::Link { from: at(), to: at() },
        Request::Rename { from: at(), to: at() },
        Request::Environment,
    ];
    let network = [
        NetworkRequest::Http(head()),
        NetworkRequest::Response(id),
        NetworkRequest::TcpConnect(SocketAddr::from(([0; 4], 0))),
        NetworkRequest::TcpServe,
        NetworkRequest::Udp,
        NetworkRequest::Lookup { name: String::new() },
        NetworkRequest::Read(id),
        NetworkRequest::Write(id, Bytes::new()),
        NetworkRequest::Finish(id),
    ];
    requests.extend(network.map(Request::Network));
    requests
}

/// The largest message of each kind. A new kind does not compile until it stands here.
fn largest(like: &FromWorker) -> Vec<FromWorker> {
    let words = || WIDEST.to_string().repeat(MAX_WORDS);
    let exports = || vec![words(); MAX_EXPORTS];
    let digest = Some([0xff; 32]);
    let totals = Totals { read: u64::MAX, written: u64::MAX, read_digest: digest, written_digest: digest };
    match like {
        FromWorker::Walled(_) => vec![FromWorker::Walled(Enforced { landlock: i32::MAX, seccomp: true })],
        FromWorker::Loaded(_) => vec![FromWorker::Loaded(Err(words()))],
        FromWorker::Linked(_) => vec![
            FromWorker::Linked(Ok(Some("s".repeat(MAX_SIGNATURE)))),
            FromWorker::Linked(Err(Unlinked::WrongWorld(words()))),
            FromWorker::Linked(Err(Unlinked::NoCommand(exports()))),
            FromWorker::Linked(Err(Unlinked::NoFunction(words(), exports()))),
            FromWorker::Linked(Err(Unlinked::NoTool(words()))),
        ],
        FromWorker::Ask(..) => requests().iter().map(|like| FromWorker::Ask(u32::MAX, largest_request(like))).collect(),
        FromWorker::MayWrite(..) => vec![FromWorker::MayWrite(u32::MAX, u64::MAX)],
        FromWorker::Mention(_) => vec![FromWorker::Mention(Request::IdentityAt(at()))],
        FromWorker::Forget(_) => vec![FromWorker::Forget(u32::MAX)],
        FromWorker::CloseFile(..) => vec![FromWorker::CloseFile(FileId(u32::MAX), totals)],
        FromWorker::CloseDir(_) => vec![FromWorker::CloseDir(DirId(u32::MAX))],
        FromWorker::CloseStream(_) => vec![FromWorker::CloseStream(StreamId(u32::MAX))],
        FromWorker::Output(_) => vec![FromWorker::Output(vec![0xff; PART])],
        FromWorker::Talk(_) => vec![FromWorker::Talk(vec![0xff; PART])],
        FromWorker::Ended(_) => vec![FromWorker::Ended(Ending::Trap(words()))],
    }
}

#[test]
fn the_largest_message_of_each_kind_fits_a_frame() {
    let kinds = [
        FromWorker::Walled(Enforced { landlock: 0, seccomp: false }),
        FromWorker::Loaded(Ok(())),
        FromWorker::Linked(Ok(None)),
        FromWorker::Ask(0, Request::Environment),
        FromWorker::MayWrite(0, 0),
        FromWorker::Mention(Request::Environment),
        FromWorker::Forget(0),
        FromWorker::CloseFile(FileId(0), Totals::default()),
        FromWorker::CloseDir(DirId(0)),
        FromWorker::CloseStream(StreamId(0)),
        FromWorker::Output(Vec::new()),
        FromWorker::Talk(Vec::new()),
        FromWorker::Ended(Ending::Over),
    ];
    for message in kinds.iter().flat_map(largest) {
        if let FromWorker::Ask(_, request) | FromWorker::Mention(request) = &message {
            assert!(request.is_bounded(), "{request:?}");
        }
        let frame = postcard::to_extend(&message, Vec::new()).unwrap();
        assert!(frame.len() <= MOST_ASKED, "{} bytes: {:.80?}", frame.len(), message);
        parsed::<FromWorker>(&frame).unwrap();
    }
}

/// What is longer than a view lets through is not bounded: the broker takes it for what no sound worker sends.
#[test]
fn what_is_longer_is_not_bounded() {
    let mut path = at();
    path.path.push('p');
    let too_long = [
        Request::StatAt(path.clone()),
        Request::Rename { from: at(), to: path },
        Request::SymLink { target: "t".repeat(MAX_PATH_BYTES + 1), at: at() },
        Request::Network(NetworkRequest::Lookup { name: "n".repeat(MAX_NAME_BYTES + 1) }),
        Request::Network(NetworkRequest::Write(StreamId(0), Bytes::from(vec![0; MAX_WRITE_BYTES + 1]))),
        Request::Network(NetworkRequest::Http(HttpHead { method: "m".repeat(MAX_METHOD_BYTES + 1), ..head() })),
        Request::Network(NetworkRequest::Http(HttpHead { url: "u".repeat(MAX_URL_BYTES + 1), ..head() })),
        Request::Network(NetworkRequest::Http(HttpHead {
            headers: vec![(String::new(), vec![0; MAX_FIELD_BYTES + 1])],
            ..head()
        })),
    ];
    for request in too_long {
        assert!(!request.is_bounded(), "{request:.80?}");
    }
}
