//! One HTTP exchange, whoever makes it: in a component the host, in a test a table of answers.

use std::fmt::{self, Debug, Formatter};
use std::io::Read;

use url::Url;

use crate::Method;
use crate::content_type::ContentType;

/// What can send a request. It follows no redirect.
pub trait Web {
    /// Sends a request, and waits for the head of its answer.
    ///
    /// # Errors
    /// Where no answer came of it.
    fn send(&mut self, request: &Request<'_>) -> Result<Response, Trouble>;
}

/// A request without a body.
#[derive(Debug)]
pub struct Request<'a> {
    /// Its method.
    pub method: Method,
    /// Where it goes.
    pub url: &'a Url,
    /// Its headers, with names in lower case. `Host` and the like are not among them.
    pub headers: Vec<(&'static str, String)>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The host did not let the request through.
    Refused,
    /// It came to nothing, in the words given.
    Failed(String),
}

/// An answer whose body is still to be read.
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, as sent.
    pub body: Box<dyn Read>,
}

impl Response {
    /// The value of a header that is there and is text; the first one, where there are several.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(named, _)| named == name)?;
        str::from_utf8(value).ok()
    }

    pub(crate) fn content_type(&self) -> ContentType {
        ContentType::parse(self.header("content-type").unwrap_or_default())
    }
}

impl Debug for Response {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).field("headers", &self.headers).finish_non_exhaustive()
    }
}
