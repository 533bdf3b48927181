//! Calls every function of every interface that is linked, with ordinary and with extreme arguments: `build.rs` lists them from
//! the host's WIT. A call may fail and may trap, and the run is then started again behind it; no call may end the process that
//! runs the guest.
//!
//! The arguments: the authority of an HTTP server, the port of one that only listens, and the number of the call to begin with.
#![expect(unsafe_code, reason = "functions are called as the canonical ABI has them, without bindings")]
#![expect(clippy::cast_possible_truncation, reason = "core values are bits")]
#![expect(
    clippy::let_unit_value,
    clippy::unnecessary_cast,
    reason = "each call is written by one recipe, whatever it takes and gives"
)]
use std::cell::UnsafeCell;
use std::sync::OnceLock;

use toolward_guests::{given, must_work};

wit_bindgen::generate!({ path: "../../host-fns/wit", world: "guest", generate_all });

include!(concat!(env!("OUT_DIR"), "/calls.rs"));

/// One function, with the arguments of each call of it.
pub struct Call {
    name: &'static str,
    make: fn(&[Arg]),
    cases: &'static [&'static [Arg]],
}

/// One core value.
pub enum Arg {
    Number(i64),
    /// A handle of this kind, made for this call.
    Handle(fn(u32) -> i64, u32),
    /// A list of so many handles.
    Handles(fn(u32) -> i64, usize),
    /// The address and the length of a text.
    TextAt(usize),
    TextLength(usize),
    /// The address of many short texts, one after the other.
    Items,
    /// Where the result goes.
    Result,
}

/// As many results as the largest type of a result has bytes, and more.
#[repr(align(16))]
struct Results(UnsafeCell<[u8; 4096]>);

// SAFETY: a component has one thread.
unsafe impl Sync for Results {}

static RESULTS: Results = Results(UnsafeCell::new([0; 4096]));

impl Arg {
    fn flat(&self) -> i64 {
        match self {
            Self::Number(number) => *number,
            Self::Handle(make, kind) => make(*kind),
            Self::Handles(make, count) => {
                let handles: Vec<i32> = (0..*count).map(|_| make(0) as i32).collect();
                handles.leak().as_ptr() as i64
            }
            Self::TextAt(text) => texts()[*text].as_ptr() as i64,
            Self::TextLength(text) => texts()[*text].len() as i64,
            Self::Items => items().as_ptr() as i64,
            Self::Result => RESULTS.0.get() as i64,
        }
    }
}

/// Texts and bytes: an ordinary one, then extreme ones. `build.rs` knows how many.
fn texts() -> &'static [Vec<u8>; 8] {
    static TEXTS: OnceLock<[Vec<u8>; 8]> = OnceLock::new();
    TEXTS.get_or_init(|| {
        [
            b"file".to_vec(),
            Vec::new(),
            b"a\0b".to_vec(),
            b"/file".to_vec(),
            b"../dir/../file/".to_vec(),
            "é\u{202e}\r\n%00".repeat(300).into_bytes(),
            vec![b'x'; 70_000],
            vec![b'/'; 1_500_000],
        ]
    })
}

/// The address and length of a short text, over and over: as strings, lists of bytes, or pairs of these.
fn items() -> &'static [(usize, usize)] {
    static ITEMS: OnceLock<Vec<(usize, usize)>> = OnceLock::new();
    ITEMS.get_or_init(|| vec![(b"name".as_ptr() as usize, 4); 64_000])
}

/// The servers of the test, and the first call.
fn arguments() -> &'static [String; 3] {
    static ARGUMENTS: OnceLock<[String; 3]> = OnceLock::new();
    ARGUMENTS.get_or_init(given::<3>)
}

fn main() {
    let first: usize = arguments()[2].parse().expect("a number");
    let progress = make::progress();
    let mut number = 0;
    for call in CALLS {
        for case in call.cases {
            if number >= first {
                println!("\ncall {number} {}", call.name);
                // What is printed arrives only where the process that runs this lives.
                must_work("note", progress.write(format!("{number:>6} {:<90}", call.name).as_bytes(), 0));
                (call.make)(case);
            }
            number += 1;
        }
    }
    println!("\nall {number} calls");
}

/// Handles: each function has the name of a resource and makes one of a kind. `build.rs` knows how many kinds there are.
mod make {
    use toolward_guests::http::{Ask, wait};
    use toolward_guests::{mount, must_work};
    use wasip2::cli::{stderr, stdin};
    use wasip2::clocks::monotonic_clock::subscribe_duration;
    use wasip2::filesystem::types::{Descriptor, DescriptorFlags, OpenFlags, PathFlags};
    use wasip2::http::types::{
        Fields, IncomingBody, IncomingResponse, OutgoingRequest, OutgoingResponse, RequestOptions, Scheme,
    };
    use wasip2::io::streams::{InputStream, OutputStream, StreamError};
    use wasip2::sockets::instance_network::instance_network;
    use wasip2::sockets::ip_name_lookup::resolve_addresses;
    use wasip2::sockets::network::{IpAddressFamily, IpSocketAddress, Ipv4SocketAddress};
    use wasip2::sockets::tcp::TcpSocket;
    use wasip2::sockets::tcp_create_socket::create_tcp_socket;

    use super::arguments;

    macro_rules! handle {
        ($resource:expr) => {{
            let resource = std::mem::ManuallyDrop::new($resource);
            i64::from(resource.handle())
        }};
    }

    /// A number that is no handle: of these resources a guest is never given one.
    pub(super) fn never(_: u32) -> i64 {
        0xffff
    }

    fn repo() -> Descriptor {
        mount("/repo")
    }

    /// Where the call under way is noted.
    pub(super) fn progress() -> Descriptor {
        let made = repo().open_at(PathFlags::empty(), "progress", OpenFlags::CREATE, DescriptorFlags::WRITE);
        must_work("create", made)
    }

    fn file(flags: DescriptorFlags) -> Descriptor {
        let repo = repo();
        let made = repo.open_at(PathFlags::empty(), "handle", OpenFlags::CREATE, DescriptorFlags::WRITE);
        let made = must_work("create", made);
        must_work("write", made.write(b"content", 0));
        must_work("open", repo.open_at(PathFlags::empty(), "handle", OpenFlags::empty(), flags))
    }

    fn folder() -> Descriptor {
        let repo = repo();
        // It may be there from the call before.
        let _there = repo.create_directory_at("folder");
        let folder = must_work(
            "open a directory",
            repo.open_at(PathFlags::empty(), "folder", OpenFlags::DIRECTORY, DescriptorFlags::READ),
        );
        let named = folder.open_at(PathFlags::empty(), "file", OpenFlags::CREATE, DescriptorFlags::WRITE);
        drop(named);
        folder
    }

    pub(super) fn descriptor(kind: u32) -> i64 {
        let flags = [DescriptorFlags::READ | DescriptorFlags::WRITE, DescriptorFlags::READ];
        match kind {
            0 => handle!(folder()),
            kind => handle!(file(flags[kind as usize - 1])),
        }
    }

    pub(super) fn directory_entry_stream(_: u32) -> i64 {
        handle!(must_work("list", folder().read_directory()))
    }

    pub(super) fn pollable(_: u32) -> i64 {
        handle!(subscribe_duration(0))
    }

    fn reading(offset: u64) -> InputStream {
        must_work("read", file(DescriptorFlags::READ).read_via_stream(offset))
    }

    pub(super) fn input_stream(kind: u32) -> i64 {
        if kind == 0 { handle!(reading(0)) } else { handle!(stdin::get_stdin()) }
    }

    pub(super) fn output_stream(kind: u32) -> i64 {
        let writing = |offset| -> OutputStream {
            let file = file(DescriptorFlags::READ | DescriptorFlags::WRITE);
            must_work("write", file.write_via_stream(offset))
        };
        match kind {
            0 => handle!(writing(0)),
            // Beyond the largest file that a worker makes.
            1 => handle!(writing((1 << 40) + 1)),
            _ => handle!(stderr::get_stderr()),
        }
    }

    /// An offset that no file has.
    pub(super) fn error(_: u32) -> i64 {
        match reading(u64::MAX).blocking_read(1) {
            Err(StreamError::LastOperationFailed(error)) => handle!(error),
            other => panic!("a read at the end of all numbers: {other:?}"),
        }
    }

    pub(super) fn network(_: u32) -> i64 {
        handle!(instance_network())
    }

    fn connected() -> TcpSocket {
        let port = arguments()[1].parse().expect("a port");
        let address = IpSocketAddress::Ipv4(Ipv4SocketAddress { port, address: (127, 0, 0, 1) });
        let socket = must_work("create", create_tcp_socket(IpAddressFamily::Ipv4));
        must_work("connect", socket.start_connect(&instance_network(), address));
        socket.subscribe().block();
        let _streams = must_work("connect", socket.finish_connect());
        socket
    }

    pub(super) fn tcp_socket(kind: u32) -> i64 {
        match kind {
            0 => handle!(must_work("create", create_tcp_socket(IpAddressFamily::Ipv4))),
            _ => handle!(connected()),
        }
    }

    pub(super) fn resolve_address_stream(_: u32) -> i64 {
        handle!(must_work("look up", resolve_addresses(&instance_network(), "api.test")))
    }

    fn ask() -> Ask {
        Ask::get("http://x/open/x").authority(&arguments()[0])
    }

    pub(super) fn fields(_: u32) -> i64 {
        handle!(must_work("fields", Fields::from_list(&[("name".to_owned(), b"value".to_vec())])))
    }

    pub(super) fn outgoing_request(kind: u32) -> i64 {
        let request = OutgoingRequest::new(Fields::new());
        if kind == 1 {
            must_work("scheme", request.set_scheme(Some(&Scheme::Http)).map_err(|()| "no scheme"));
            must_work("authority", request.set_authority(Some(&arguments()[0])).map_err(|()| "no authority"));
            must_work("path", request.set_path_with_query(Some("/open/x")).map_err(|()| "no path"));
        }
        handle!(request)
    }

    /// With times that no clock has.
    pub(super) fn request_options(_: u32) -> i64 {
        let options = RequestOptions::new();
        must_work("connect", options.set_connect_timeout(Some(u64::MAX)).map_err(|()| "no time"));
        must_work("first byte", options.set_first_byte_timeout(Some(u64::MAX)).map_err(|()| "no time"));
        must_work("between bytes", options.set_between_bytes_timeout(Some(u64::MAX)).map_err(|()| "no time"));
        handle!(options)
    }

    pub(super) fn future_incoming_response(_: u32) -> i64 {
        handle!(must_work("ask", ask().start()).answer)
    }

    fn answer() -> IncomingResponse {
        must_work("ask", wait(&must_work("ask", ask().start()).answer))
    }

    pub(super) fn incoming_response(_: u32) -> i64 {
        handle!(answer())
    }

    fn body() -> IncomingBody {
        must_work("body", answer().consume().map_err(|()| "no body"))
    }

    pub(super) fn incoming_body(_: u32) -> i64 {
        handle!(body())
    }

    pub(super) fn future_trailers(_: u32) -> i64 {
        handle!(IncomingBody::finish(body()))
    }

    pub(super) fn outgoing_response(_: u32) -> i64 {
        handle!(OutgoingResponse::new(Fields::new()))
    }

    pub(super) fn outgoing_body(_: u32) -> i64 {
        handle!(must_work("body", OutgoingResponse::new(Fields::new()).body().map_err(|()| "no body")))
    }
}
