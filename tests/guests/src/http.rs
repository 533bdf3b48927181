//! Requests by the raw host calls: what a guest may say of a request, and what comes back.
use std::fmt;
use std::process::ExitCode;

use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, FutureIncomingResponse, HeaderError, IncomingBody, IncomingResponse, Method, OutgoingBody,
    OutgoingRequest, Scheme, http_error_code,
};
use wasip2::io::streams::{InputStream, StreamError};

use crate::{Attack, given};

/// No answer is read further.
const MOST: usize = 4 << 20;
/// What one write to a stream may have at most.
const CHUNK: usize = 4096;

/// A request, as a guest describes it: nothing is checked here.
#[derive(Clone)]
pub struct Ask {
    /// `http` or `https`, or anything else.
    pub scheme: Scheme,
    /// Host and port.
    pub authority: String,
    /// Path and query.
    pub path: String,
    /// The method.
    pub method: Method,
    /// Header fields.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, where there is one.
    pub body: Option<Vec<u8>>,
    /// What follows the body.
    pub trailers: Vec<(String, Vec<u8>)>,
}

/// Why there is no answer.
pub enum Failed {
    /// The host does not take this part of the description.
    Part(&'static str),
    /// The host does not take this header field.
    Field(HeaderError),
    /// The request failed.
    Request(ErrorCode),
    /// The body failed, on its way out or in.
    Body(String),
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its header fields.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Its body, up to 4 MiB.
    pub body: Vec<u8>,
}

impl Ask {
    /// A GET of a plain URL.
    ///
    /// # Panics
    /// Where it is none.
    #[must_use]
    pub fn get(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let at = rest.find('/').unwrap_or(rest.len());
        Self {
            scheme: if scheme == "https" { Scheme::Https } else { Scheme::Http },
            authority: rest[..at].to_owned(),
            path: rest[at..].to_owned(),
            method: Method::Get,
            headers: Vec::new(),
            body: None,
            trailers: Vec::new(),
        }
    }

    /// A POST of these bytes.
    #[must_use]
    pub fn post(url: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { method: Method::Post, body: Some(body.into()), ..Self::get(url) }
    }

    /// With another authority.
    #[must_use]
    pub fn authority(mut self, authority: impl Into<String>) -> Self {
        self.authority = authority.into();
        self
    }

    /// With another path and query.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// With another method, in these very letters.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Method::Other(method.into());
        self
    }

    /// With a header field.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.into(), value.as_ref().to_vec()));
        self
    }

    /// Sends it, and reads the answer to its end.
    ///
    /// # Errors
    /// The host's.
    pub fn send(&self) -> Result<Answer, Failed> {
        let Started { answer, body } = self.start()?;
        let sent = body.map_or(Ok(()), |body| self.send_body(body));
        let answer = wait(&answer)?;
        sent?;
        read(&answer)
    }

    /// Sends it, and does not look at the answer's body.
    ///
    /// # Errors
    /// The host's.
    pub fn status(&self) -> Result<u16, Failed> {
        let Started { answer, body } = self.start()?;
        let sent = body.map_or(Ok(()), |body| self.send_body(body));
        let status = wait(&answer)?.status();
        sent.map(|()| status)
    }

    /// Hands it to the host, without its body.
    ///
    /// # Errors
    /// The host's.
    pub fn start(&self) -> Result<Started, Failed> {
        let fields = Fields::new();
        for (name, value) in &self.headers {
            fields.append(name, value).map_err(Failed::Field)?;
        }
        let request = OutgoingRequest::new(fields);
        let part = |part| move |()| Failed::Part(part);
        request.set_method(&self.method).map_err(part("method"))?;
        request.set_scheme(Some(&self.scheme)).map_err(part("scheme"))?;
        request.set_authority(Some(&self.authority)).map_err(part("authority"))?;
        request.set_path_with_query(Some(&self.path)).map_err(part("path"))?;
        let body = self.body.is_some().then(|| request.body().expect("a body is taken once"));
        let answer = outgoing_handler::handle(request, None).map_err(Failed::Request)?;
        Ok(Started { answer, body })
    }

    /// Sends the body, and what follows it.
    ///
    /// # Errors
    /// The host's.
    pub fn send_body(&self, body: OutgoingBody) -> Result<(), Failed> {
        let stream = body.write().expect("a body is written once");
        for chunk in self.body.as_deref().unwrap_or_default().chunks(CHUNK) {
            stream.blocking_write_and_flush(chunk).map_err(stream_failed)?;
        }
        drop(stream);
        let trailers = if self.trailers.is_empty() {
            None
        } else {
            let fields = Fields::new();
            for (name, value) in &self.trailers {
                fields.append(name, value).map_err(Failed::Field)?;
            }
            Some(fields)
        };
        OutgoingBody::finish(body, trailers).map_err(Failed::Request)
    }
}

/// A request that the host has taken.
pub struct Started {
    /// The answer, sooner or later.
    pub answer: FutureIncomingResponse,
    /// The body, to be sent.
    pub body: Option<OutgoingBody>,
}

/// Waits for an answer's head.
///
/// # Errors
/// The host's.
pub fn wait(answer: &FutureIncomingResponse) -> Result<IncomingResponse, Failed> {
    answer.subscribe().block();
    answer.get().expect("it is ready").expect("it is taken once").map_err(Failed::Request)
}

/// Reads an answer to its end.
///
/// # Errors
/// The host's.
pub fn read(answer: &IncomingResponse) -> Result<Answer, Failed> {
    let headers = answer.headers().entries();
    let body = answer.consume().expect("a body is taken once");
    let stream = body.stream().expect("a body is read once");
    let bytes = read_stream(&stream)?;
    drop(stream);
    drop(IncomingBody::finish(body));
    Ok(Answer { status: answer.status(), headers, body: bytes })
}

fn read_stream(stream: &InputStream) -> Result<Vec<u8>, Failed> {
    let mut bytes = Vec::new();
    while bytes.len() < MOST {
        match stream.blocking_read(65_536) {
            Ok(read) => bytes.extend(read),
            Err(StreamError::Closed) => break,
            Err(error) => return Err(stream_failed(error)),
        }
    }
    Ok(bytes)
}

fn stream_failed(error: StreamError) -> Failed {
    match error {
        StreamError::Closed => Failed::Body("closed".to_owned()),
        StreamError::LastOperationFailed(error) => match http_error_code(&error) {
            Some(code) => Failed::Request(code),
            None => Failed::Body(error.to_debug_string()),
        },
    }
}

impl Answer {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(part) => write!(f, "no such {part}"),
            Self::Field(error) => write!(f, "{error:?}"),
            Self::Request(code) => write!(f, "{code:?}"),
            Self::Body(error) => write!(f, "body: {error}"),
        }
    }
}

/// Asks each of these hosts, at the port that is the only argument: none may answer.
#[must_use]
pub fn none_is_reached(hosts: &[&str]) -> ExitCode {
    let [port] = given();
    let mut attack = Attack::begin();
    for host in hosts {
        attack.must_fail(host, Ask::get("http://x/").authority(format!("{host}:{port}")).send());
    }
    attack.end()
}
