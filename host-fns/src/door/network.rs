//! What a guest asks of the network, and what it is answered.
//!
//! Connections and bodies stay on the door's side: a guest reads and writes them by their number.
use std::net::SocketAddr;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::bounds::{MAX_FIELDS, list};

/// A connection or an exchange of HTTP messages that the door holds open for the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StreamId(pub u32);

/// Header fields or trailers: names as the guest wrote them, values as bytes.
pub type HeaderFields = Vec<(String, Vec<u8>)>;

/// The head of an HTTP request, as the guest put it together. Nothing of it was looked at yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpHead {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The header fields.
    #[serde(deserialize_with = "list::<_, _, MAX_FIELDS>")]
    pub headers: HeaderFields,
    /// What follows the head.
    pub body: BodyLength,
    /// How long the guest would wait.
    pub patience: Patience,
}

/// How long the body of a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BodyLength {
    /// There is none.
    Nothing,
    /// So many bytes: neither more nor fewer are sent.
    Exactly(u64),
    /// As many as come until its end.
    Unknown,
}

/// How long a guest would wait, in milliseconds; `None` leaves it to the host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patience {
    /// For the connection.
    pub connect: Option<u64>,
    /// For the head of the response.
    pub first_byte: Option<u64>,
    /// For the next bytes of its body.
    pub between_bytes: Option<u64>,
}

/// One thing that a guest asks of the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NetworkRequest {
    /// Send the head of an HTTP request: answered with [`NetworkReply::Opened`] once it is on its way.
    Http(HttpHead),
    /// The head of the response, as soon as it is there.
    Response(StreamId),
    /// Connect to an address.
    TcpConnect(SocketAddr),
    /// Accept connections: nobody may.
    TcpServe,
    /// A UDP socket: nobody gets one.
    Udp,
    /// Look a name up.
    Lookup {
        /// The name.
        name: String,
    },
    /// The next bytes that have arrived; waits for some.
    Read(StreamId),
    /// Bytes to be sent; answered when there is room for more.
    Write(StreamId, Bytes),
    /// Nothing more will be written.
    Finish(StreamId),
}

/// What the door answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NetworkReply {
    /// A request is on its way, or a connection was made.
    Opened {
        /// Its number.
        id: StreamId,
        /// The own and the other end of a connection.
        ends: Option<(SocketAddr, SocketAddr)>,
    },
    /// The head of a response.
    Response {
        /// The status code.
        status: u16,
        /// The header fields.
        headers: HeaderFields,
    },
    /// The addresses of a name.
    Addresses(Vec<std::net::IpAddr>),
    /// Bytes that arrived: never none.
    Bytes(Bytes),
    /// Nothing more will arrive.
    End {
        /// Trailers, where the response had some.
        trailers: HeaderFields,
    },
    /// Bytes were taken, or the end of them.
    Taken,
}

/// Why something allowed did not come about on the network, as far as the guest may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NetworkFault {
    /// The name has no address, or nobody could say.
    NoSuchName,
    /// Nobody answered what addresses the name has.
    LookupTimeout,
    /// Nothing listens there.
    ConnectionRefused,
    /// There is no way there.
    Unreachable,
    /// The connection was not made in time.
    ConnectTimeout,
    /// The other side shows no certificate that holds for the name.
    Certificate,
    /// TLS could not be agreed on.
    Tls,
    /// The other side does not speak HTTP, or breaks its rules.
    Protocol,
    /// The connection ended before the message did.
    Terminated,
    /// The response did not begin in time.
    ResponseTimeout,
    /// The response did not go on in time.
    ReadTimeout,
    /// The body is longer or shorter than the guest said it would be.
    BodySize,
    /// There is no such stream, or it is not at this point.
    NoStream,
}

impl NetworkFault {
    /// As it stands in a record.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NoSuchName => "no-such-name",
            Self::LookupTimeout => "lookup-timeout",
            Self::ConnectionRefused => "connection-refused",
            Self::Unreachable => "unreachable",
            Self::ConnectTimeout => "connect-timeout",
            Self::Certificate => "certificate",
            Self::Tls => "tls",
            Self::Protocol => "protocol",
            Self::Terminated => "terminated",
            Self::ResponseTimeout => "response-timeout",
            Self::ReadTimeout => "read-timeout",
            Self::BodySize => "body-size",
            Self::NoStream => "no-stream",
        }
    }
}
