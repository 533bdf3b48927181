//! HTTP by the host: `wasi:http`. What it refuses it refuses for reasons of its own.

use std::io::{self, Read};

use url::{Position, Url};
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    self, ErrorCode, Fields, IncomingBody, IncomingResponse, OutgoingRequest, RequestOptions, Scheme, http_error_code,
};
use wasip2::io::streams::{InputStream, StreamError};

use crate::{Method, Request, Response, Trouble, Web};

/// Nanoseconds that we wait for a connection, and for each part of an answer.
const PATIENCE: u64 = 20_000_000_000;

/// Bytes that one read asks the host for.
const STEP: usize = 64 << 10;

/// The host that this component runs in.
#[derive(Debug)]
pub struct Host;

impl Web for Host {
    fn send(&mut self, request: &Request<'_>) -> Result<Response, Trouble> {
        let answer = outgoing_handler::handle(outgoing(request)?, Some(options())).map_err(trouble)?;
        answer.subscribe().block();
        let response = answer.get().and_then(Result::ok).ok_or_else(|| failed("there was no answer"))?;
        incoming(&response.map_err(trouble)?)
    }
}

fn outgoing(request: &Request<'_>) -> Result<OutgoingRequest, Trouble> {
    let headers = Fields::new();
    for (name, value) in &request.headers {
        headers.append(name, value.as_bytes()).map_err(|error| failed(format!("the header `{name}`: {error}")))?;
    }
    let outgoing = OutgoingRequest::new(headers);
    let url: &Url = request.url;
    let method = match request.method {
        Method::Get => types::Method::Get,
        Method::Head => types::Method::Head,
    };
    let scheme = if url.scheme() == "https" { Scheme::Https } else { Scheme::Http };
    outgoing
        .set_method(&method)
        .and_then(|()| outgoing.set_scheme(Some(&scheme)))
        .and_then(|()| outgoing.set_authority(Some(&url[Position::BeforeHost..Position::AfterPort])))
        .and_then(|()| outgoing.set_path_with_query(Some(&url[Position::BeforePath..Position::AfterQuery])))
        .map_err(|()| failed("the host takes no such URL"))?;
    Ok(outgoing)
}

fn options() -> RequestOptions {
    let options = RequestOptions::new();
    // A host that knows none of these has limits of its own.
    let _known = options
        .set_connect_timeout(Some(PATIENCE))
        .and_then(|()| options.set_first_byte_timeout(Some(PATIENCE)))
        .and_then(|()| options.set_between_bytes_timeout(Some(PATIENCE)));
    options
}

fn incoming(response: &IncomingResponse) -> Result<Response, Trouble> {
    let headers = response.headers().entries().into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
    let body = response.consume().map_err(|()| failed("the answer has no body"))?;
    let stream = body.stream().map_err(|()| failed("the answer has no body"))?;
    Ok(Response { status: response.status(), headers: headers.collect(), body: Box::new(Body { stream, _of: body }) })
}

/// A body on its way. The stream goes before what it is of, as WASI wants it.
struct Body {
    stream: InputStream,
    _of: IncomingBody,
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = buffer.len().min(STEP);
        let bytes = match self.stream.blocking_read(u64::try_from(wanted).map_err(io::Error::other)?) {
            Ok(bytes) => bytes,
            Err(StreamError::Closed) => return Ok(0),
            Err(StreamError::LastOperationFailed(error)) => {
                let why = http_error_code(&error).map_or_else(|| error.to_debug_string(), |code| words(&code));
                return Err(io::Error::other(why));
            }
        };
        let room = buffer.get_mut(..bytes.len()).ok_or_else(|| io::Error::other("the host gave too much"))?;
        room.copy_from_slice(&bytes);
        Ok(bytes.len())
    }
}

fn failed(why: impl Into<String>) -> Trouble {
    Trouble::Failed(why.into())
}

#[expect(clippy::needless_pass_by_value, reason = "it is made for `map_err`")]
fn trouble(code: ErrorCode) -> Trouble {
    if matches!(code, ErrorCode::HttpRequestDenied) { Trouble::Refused } else { Trouble::Failed(words(&code)) }
}

/// An error in a few words, without the address and the reason that only the operator may know.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other codes say it well enough themselves")]
fn words(code: &ErrorCode) -> String {
    let words = match code {
        ErrorCode::HttpRequestDenied => "the host refused the request",
        ErrorCode::DnsError(_) | ErrorCode::DestinationNotFound => "the name is not known",
        ErrorCode::DnsTimeout => "looking up the name took too long",
        ErrorCode::DestinationUnavailable | ErrorCode::DestinationIpUnroutable => "the server cannot be reached",
        ErrorCode::ConnectionRefused => "the server refused the connection",
        ErrorCode::ConnectionTerminated => "the connection was closed",
        ErrorCode::ConnectionTimeout => "connecting took too long",
        ErrorCode::ConnectionReadTimeout | ErrorCode::HttpResponseTimeout => "the answer took too long",
        ErrorCode::TlsCertificateError => "the server's certificate is not to be trusted",
        ErrorCode::TlsProtocolError | ErrorCode::TlsAlertReceived(_) => "there is no TLS with the server",
        ErrorCode::HttpProtocolError => "the answer is no HTTP",
        ErrorCode::HttpResponseIncomplete => "the answer is not complete",
        other => return format!("{other:?}"),
    };
    words.to_owned()
}
