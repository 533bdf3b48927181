//! How long what a guest asks may be. A view answers what is longer with its interface's own error, so that every request
//! of a sound worker fits a frame: what does not was not sent by one.
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use toolward_manifests::GuestPath;

use super::{At, HttpHead, NetworkRequest, Request};

/// The longest path and the longest text of a symbolic link, in bytes (`PATH_MAX`, limits.h).
pub const MAX_PATH_BYTES: usize = GuestPath::MAX;
/// The longest HTTP method, in bytes.
pub const MAX_METHOD_BYTES: usize = 256;
/// The longest URL, in bytes.
pub const MAX_URL_BYTES: usize = 64 << 10;
/// The most header fields of one message.
pub const MAX_FIELDS: usize = 1024;
/// The most bytes of their names and values.
pub const MAX_FIELD_BYTES: usize = 64 << 10;
/// The longest name that is looked up, in bytes. A host name has at most 253 (RFC 1035); what is longer than that and shorter
/// than this is refused and recorded.
pub const MAX_NAME_BYTES: usize = 1024;
/// The most bytes that are written to a stream of the network at a time.
pub const MAX_WRITE_BYTES: usize = 64 << 10;

impl Request {
    /// Whether a view could have asked this.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        match self {
            Self::Open(at, _)
            | Self::StatAt(at)
            | Self::SetTimesAt(at, _)
            | Self::IdentityAt(at)
            | Self::CreateDirectory(at)
            | Self::RemoveDirectory(at)
            | Self::Unlink(at)
            | Self::ReadLink(at) => at.is_bounded(),
            Self::SymLink { target, at } => target.len() <= MAX_PATH_BYTES && at.is_bounded(),
            Self::Link { from, to } | Self::Rename { from, to } => from.is_bounded() && to.is_bounded(),
            Self::Network(request) => request.is_bounded(),
            Self::StatDir(_)
            | Self::SetTimesDir(..)
            | Self::SetTimesFile(..)
            | Self::SyncDir(_)
            | Self::Entries(_)
            | Self::Environment => true,
        }
    }
}

impl At {
    fn is_bounded(&self) -> bool {
        self.path.len() <= MAX_PATH_BYTES
    }
}

impl NetworkRequest {
    fn is_bounded(&self) -> bool {
        match self {
            Self::Http(head) => head.is_bounded(),
            Self::Lookup { name } => name.len() <= MAX_NAME_BYTES,
            Self::Write(_, bytes) => bytes.len() <= MAX_WRITE_BYTES,
            Self::Response(_) | Self::TcpConnect(_) | Self::TcpServe | Self::Udp | Self::Read(_) | Self::Finish(_) => {
                true
            }
        }
    }
}

impl HttpHead {
    fn is_bounded(&self) -> bool {
        self.method.len() <= MAX_METHOD_BYTES
            && self.url.len() <= MAX_URL_BYTES
            && self.headers.len() <= MAX_FIELDS
            && self.field_bytes() <= MAX_FIELD_BYTES
    }

    /// The bytes of all names and values of its header fields.
    #[must_use]
    pub fn field_bytes(&self) -> usize {
        self.headers.iter().map(|(name, value)| name.len() + value.len()).sum()
    }
}

/// Reads a list of at most `MOST` elements. An element takes up to 24 times as much memory as a message has bytes for it, so
/// that their number is looked at before each is made.
///
/// # Errors
/// Where there are more.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>, const MOST: usize>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_seq(AtMost::<T, MOST>(PhantomData))
}

struct AtMost<T, const MOST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for AtMost<T, MOST> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {MOST} elements")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let announced = seq.size_hint().unwrap_or(0);
        if announced > MOST {
            return Err(A::Error::invalid_length(announced, &self));
        }
        let mut elements = Vec::with_capacity(announced);
        while let Some(element) = seq.next_element()? {
            if elements.len() == MOST {
                return Err(A::Error::invalid_length(elements.len() + 1, &self));
            }
            elements.push(element);
        }
        Ok(elements)
    }
}
