//! A request as the guest put it together, looked at once: what is decided on from here is what is sent.
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use toolward_manifests::header::{Class, class, is_optional};
use toolward_manifests::url::HttpUrl;
use toolward_manifests::{Access, Carries};

use crate::beginning::beginning;
use crate::door::HttpHead;
use crate::record::{MAX_DROPPED_HEADERS, Peer};

/// The most fields of a request's head, and the most bytes of their names and values.
const MOST_FIELDS: usize = 100;
const MOST_BYTES: usize = 32 << 10;
/// As much of what a guest named as is kept in a record: a host name has 253 bytes at most, a URL some thousand.
const MAX_NAMED: usize = 4096;

/// Methods that would make something else of the connection (RFC 9110, 9.3.6 and 9.3.8; RFC 9113, 3.4).
const REFUSED: [&str; 3] = ["CONNECT", "TRACE", "PRI"];

/// A request that can be decided on.
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) url: HttpUrl,
    pub(super) headers: HeaderMap,
    pub(super) carries: Carries,
    /// A digest of the credentials that the guest sends along.
    pub(super) credential: Option<[u8; 32]>,
    /// The bytes of its head, about.
    pub(super) bytes: u64,
    /// Headers that the guest gave and that are not sent.
    pub(super) dropped: Vec<String>,
}

impl Asked {
    /// Looks at a head; says what no rule could open.
    pub(super) fn of(head: &HttpHead) -> Result<Self, String> {
        let method = Method::from_bytes(head.method.as_bytes()).map_err(|_| "the method is none".to_owned())?;
        if REFUSED.iter().any(|refused| method.as_str().eq_ignore_ascii_case(refused)) {
            return Err(format!("no tool may send `{method}`"));
        }
        let url = HttpUrl::parse(&head.url).map_err(|error| error.to_string())?;
        let bytes = head.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        if head.headers.len() > MOST_FIELDS || bytes > MOST_BYTES {
            return Err("the header fields are too many, or too long".to_owned());
        }
        let bytes = (bytes + url.as_str().len()) as u64;
        let (headers, carries) = (HeaderMap::new(), Carries::default());
        let asked = Self { method, url, headers, carries, credential: None, bytes, dropped: Vec::new() };
        asked.with_fields(head)
    }

    fn with_fields(mut self, head: &HttpHead) -> Result<Self, String> {
        let mut credentials = blake3::Hasher::new();
        for (name, value) in &head.headers {
            let wrong = || format!("the header `{}` cannot be sent as it is", name.escape_debug());
            let field = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
            let value = HeaderValue::from_bytes(value).map_err(|_| wrong())?;
            match class(field.as_str()) {
                Class::Forbidden => return Err(format!("no tool may send the header `{field}`")),
                Class::Credential => {
                    self.carries.credentials = true;
                    credentials.update(field.as_str().as_bytes()).update(&[0]).update(value.as_bytes()).update(&[0]);
                }
                Class::Other => self.carries.headers.push(field.as_str().to_owned()),
                Class::Usual => {}
            }
            self.headers.append(field, value);
        }
        self.carries.headers.sort();
        self.carries.headers.dedup();
        self.credential = self.carries.credentials.then(|| *credentials.finalize().as_bytes());
        Ok(self)
    }

    /// Leaves out the optional headers that keep the request from being allowed, where it is allowed without them. What rules
    /// name is sent; a request that is refused either way stays as it was asked for.
    pub(super) fn drop_optional_headers(&mut self, admits: impl Fn(&Access) -> bool) {
        let optional: Vec<String> = self.carries.headers.iter().filter(|name| is_optional(name)).cloned().collect();
        if optional.is_empty() || admits(&self.access(None)) {
            return;
        }
        let asked = std::mem::take(&mut self.carries.headers);
        self.carries.headers = asked.iter().filter(|name| !optional.contains(name)).cloned().collect();
        if !admits(&self.access(None)) {
            self.carries.headers = asked;
            return;
        }
        for name in &optional {
            self.carries.headers.push(name.clone());
            if !admits(&self.access(None)) {
                self.carries.headers.pop();
                self.headers.remove(name.as_str());
                self.note_dropped(name);
            }
        }
        self.carries.headers.sort();
    }

    /// A record has a bounded length: names that have no room in it stand there as one `…`.
    fn note_dropped(&mut self, name: &str) {
        const MORE: &str = "…";
        let taken: usize = self.dropped.iter().map(|name| name.len() + ", ".len()).sum();
        if taken + name.len() <= MAX_DROPPED_HEADERS {
            self.dropped.push(name.to_owned());
        } else if self.dropped.last().is_none_or(|last| last != MORE) {
            self.dropped.push(MORE.to_owned());
        }
    }

    /// The other side of the exchange, as far as it is known, with what the record says of the request beside its URL.
    pub(super) fn peer(&self, address: Option<std::net::IpAddr>) -> Peer {
        Peer { address, dropped_headers: self.dropped.clone(), ..Peer::default() }
    }

    /// The access that it is, with the address that it would go to, where that is known.
    pub(super) fn access(&self, address: Option<std::net::IpAddr>) -> Access {
        Access::Http {
            method: self.method.as_str().to_owned(),
            url: self.url.clone(),
            carries: self.carries.clone(),
            address,
        }
    }
}

/// As much of a text as is kept in a record.
pub(super) fn bounded(text: &str) -> &str {
    beginning(text, MAX_NAMED)
}
