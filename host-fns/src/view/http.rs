//! `wasi:http`: a request goes to the door head first, then its body; the response comes back the same way.
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame};
use wasmtime_wasi_http::{
    Error, ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

use super::ended::Ended;
use crate::door::bounds::{MAX_FIELD_BYTES, MAX_FIELDS, MAX_METHOD_BYTES, MAX_URL_BYTES, MAX_WRITE_BYTES};
use crate::door::{
    BodyLength, Door, Fault, HeaderFields, HttpHead, NetworkFault, NetworkReply, NetworkRequest, Patience, Reply,
    Request, StreamId,
};
use crate::guest::Guest;

/// The one place from which a request leaves.
pub(crate) struct Outgoing {
    to: To,
}

/// The door, and whom to tell where a limit was reached.
#[derive(Clone)]
struct To {
    door: Arc<dyn Door>,
    ended: Arc<Ended>,
}

impl Outgoing {
    pub(crate) fn new(door: Arc<dyn Door>, ended: Arc<Ended>) -> Self {
        Self { to: To { door, ended } }
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.outgoing, table: &mut self.table, ctx: &mut self.http }
    }
}

type Afterwards = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sent = Result<(http::Response<WasiBody>, Afterwards), Error>;

impl WasiHttpHooks for Outgoing {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Afterwards,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let mut sending = Box::pin(send(self.to.clone(), request, options.unwrap_or_default()));
        // Begun here and now: a guest that lets go at once was refused and recorded all the same.
        match sending.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(sent) => Box::new(std::future::ready(sent)),
            Poll::Pending => Box::new(sending),
        }
    }

    /// The door looks at the header fields, so that each that may not be sent is recorded.
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::new(|_| false)
    }

    /// The door says the host that was decided on.
    fn set_host_header(&mut self) -> bool {
        false
    }

    /// What is written ahead lies in the host's memory.
    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        MAX_WRITE_BYTES
    }
}

impl To {
    async fn ask(&self, request: NetworkRequest) -> Result<NetworkReply, Error> {
        match self.door.perform(Request::Network(request)).await {
            Reply::Network(reply) => Ok(reply),
            Reply::Fault(fault @ (Fault::Limit(_) | Fault::Broken)) => {
                self.ended.by(fault);
                // The call ends here: its guest is told nothing any more, and waits until it is gone.
                std::future::pending().await
            }
            Reply::Fault(fault) => Err(self.error(fault)),
            _ => Err(self.error(Fault::Broken)),
        }
    }

    /// A fault in the interface's words; the same one for every refusal.
    fn error(&self, fault: Fault) -> Error {
        self.ended.by(fault);
        let Fault::Network(fault) = fault else { return Error::HttpRequestDenied };
        match fault {
            NetworkFault::NoSuchName => Error::DnsError { rcode: None, info_code: None },
            NetworkFault::LookupTimeout => Error::DnsTimeout,
            NetworkFault::ConnectionRefused => Error::ConnectionRefused,
            NetworkFault::Unreachable => Error::DestinationUnavailable,
            NetworkFault::ConnectTimeout => Error::ConnectionTimeout,
            NetworkFault::Certificate => Error::TlsCertificateError,
            NetworkFault::Tls => Error::TlsProtocolError,
            NetworkFault::Protocol => Error::HttpProtocolError,
            NetworkFault::Terminated => Error::ConnectionTerminated,
            NetworkFault::ResponseTimeout => Error::HttpResponseTimeout,
            NetworkFault::ReadTimeout => Error::ConnectionReadTimeout,
            NetworkFault::BodySize => Error::HttpRequestBodySize(None),
            NetworkFault::NoStream => Error::InternalError(None),
        }
    }
}

/// An exchange of the door's. It ends when nobody holds it any more.
struct Exchange {
    to: To,
    id: StreamId,
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.to.door.close_stream(self.id);
    }
}

async fn send(to: To, request: http::Request<WasiBody>, options: RequestOptions) -> Sent {
    let (head, body) = request.into_parts();
    let (head, has_body) = self::head(&head, &body, options)?;
    let NetworkReply::Opened { id, .. } = to.ask(NetworkRequest::Http(head)).await? else {
        return Err(to.error(Fault::Broken));
    };
    let exchange = Arc::new(Exchange { to, id });
    let mut writing: Pin<Afterwards> = match has_body {
        true => Box::into_pin(Box::new(write(Arc::clone(&exchange), body))),
        false => Box::into_pin(Box::new(std::future::ready(Ok(())))),
    };
    let mut written = !has_body;
    let responding = exchange.to.ask(NetworkRequest::Response(id));
    tokio::pin!(responding);
    let response = loop {
        tokio::select! {
            biased;
            response = &mut responding => break response?,
            wrote = &mut writing, if !written => {
                wrote?;
                written = true;
            }
        }
    };
    let NetworkReply::Response { status, headers } = response else { return Err(exchange.to.error(Fault::Broken)) };
    let body = Incoming { exchange: Arc::clone(&exchange), reading: None, ended: false };
    let mut response = http::Response::new(body.boxed_unsync());
    *response.status_mut() = http::StatusCode::from_u16(status).map_err(|_| Error::HttpProtocolError)?;
    *response.headers_mut() = map(headers);
    // What is left of the request's body goes on while the response is read.
    let rest: Afterwards = if written { Box::new(std::future::ready(Ok(()))) } else { Box::new(writing) };
    Ok((response, rest))
}

/// The head as the door is told it, and whether a body follows. A length that the guest states becomes one that is kept.
fn head(parts: &http::request::Parts, body: &WasiBody, options: RequestOptions) -> Result<(HttpHead, bool), Error> {
    let mut lengths = parts.headers.get_all(http::header::CONTENT_LENGTH).iter();
    let stated = lengths.next();
    let stated = match (stated, lengths.next()) {
        (None, _) => None,
        (Some(length), None) => {
            let digits = length.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
            Some(digits.and_then(|text| text.parse().ok()).ok_or(Error::HttpRequestBodySize(None))?)
        }
        (Some(_), Some(_)) => return Err(Error::HttpRequestBodySize(None)),
    };
    let length = match stated {
        _ if body.is_end_stream() => BodyLength::Nothing,
        Some(length) => BodyLength::Exactly(length),
        None => BodyLength::Unknown,
    };
    let headers = parts.headers.iter().filter(|(name, _)| *name != http::header::CONTENT_LENGTH);
    let headers = headers.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect();
    let milliseconds = |time: Option<Duration>| time.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    let patience = Patience {
        connect: milliseconds(options.connect_timeout),
        first_byte: milliseconds(options.first_byte_timeout),
        between_bytes: milliseconds(options.between_bytes_timeout),
    };
    let (method, url) = (parts.method.to_string(), parts.uri.to_string());
    let head = bounded(HttpHead { method, url, headers, body: length, patience })?;
    Ok((head, length != BodyLength::Nothing))
}

/// A head that is no longer than one can be; else the interface's own error. What the rules say of it the door sees.
fn bounded(head: HttpHead) -> Result<HttpHead, Error> {
    let fields = head.field_bytes();
    if head.method.len() > MAX_METHOD_BYTES {
        Err(Error::HttpRequestMethodInvalid)
    } else if head.url.len() > MAX_URL_BYTES {
        Err(Error::HttpRequestUriTooLong)
    } else if head.headers.len() > MAX_FIELDS || fields > MAX_FIELD_BYTES {
        Err(Error::HttpRequestHeaderSectionSize(u32::try_from(fields).ok()))
    } else {
        Ok(head)
    }
}

/// Carries the guest's body to the door. Trailers of a request are not sent: the head could not announce them.
async fn write(exchange: Arc<Exchange>, mut body: WasiBody) -> Result<(), Error> {
    while let Some(frame) = body.frame().await {
        let Ok(mut bytes) = frame?.into_data() else { continue };
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(MAX_WRITE_BYTES));
            exchange.to.ask(NetworkRequest::Write(exchange.id, piece)).await?;
        }
    }
    exchange.to.ask(NetworkRequest::Finish(exchange.id)).await.map(drop)
}

type Reading = Pin<Box<dyn Future<Output = Result<NetworkReply, Error>> + Send>>;

/// The body of a response, read from the door.
struct Incoming {
    exchange: Arc<Exchange>,
    reading: Option<Reading>,
    ended: bool,
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let this = &mut *self;
        let exchange = &this.exchange;
        let reading = this.reading.get_or_insert_with(|| {
            let exchange = Arc::clone(exchange);
            Box::pin(async move { exchange.to.ask(NetworkRequest::Read(exchange.id)).await })
        });
        let Poll::Ready(reply) = reading.as_mut().poll(cx) else { return Poll::Pending };
        this.reading = None;
        Poll::Ready(match reply {
            Ok(NetworkReply::Bytes(bytes)) => Some(Ok(Frame::data(bytes))),
            Ok(NetworkReply::End { trailers }) => {
                this.ended = true;
                (!trailers.is_empty()).then(|| Ok(Frame::trailers(map(trailers))))
            }
            Ok(_) => Some(Err(Error::InternalError(None))),
            Err(error) => {
                this.ended = true;
                Some(Err(error))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }
}

/// Fields as the guest's interface has them; what is no field is left out.
fn map(fields: HeaderFields) -> HeaderMap {
    let mut map = HeaderMap::with_capacity(fields.len());
    for (name, value) in fields {
        let field = (HeaderName::try_from(name), HeaderValue::try_from(value));
        if let (Ok(name), Ok(value)) = field {
            map.append(name, value);
        }
    }
    map
}
