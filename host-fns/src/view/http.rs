//! `wasi:http`, closed: a tool that imports it starts; every request is refused and recorded.
use std::sync::Arc;

use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

use super::fault::at_once;
use crate::door::{Door, Fault, NetworkRequest, Reply, Request};
use crate::guest::Guest;

/// The one place where a request could leave, were it open.
pub(crate) struct ClosedHttp {
    door: Arc<dyn Door>,
    /// What ends the call: it was met where no trap could be given.
    pub(crate) ended: Option<Fault>,
}

impl ClosedHttp {
    pub(crate) fn new(door: Arc<dyn Door>) -> Self {
        Self { door, ended: None }
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.closed_http, table: &mut self.table, ctx: &mut self.http }
    }
}

type Sent = Result<(http::Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>), Error>;

impl WasiHttpHooks for ClosedHttp {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let asked = NetworkRequest::Http { method: request.method().to_string(), url: request.uri().to_string() };
        // Here and now: a future could be dropped before it has asked. The door answers nothing but a refusal yet.
        if let Reply::Fault(fault @ (Fault::Limit(_) | Fault::Broken)) =
            at_once(self.door.perform(Request::Network(asked)))
        {
            self.ended = Some(fault);
        }
        Box::new(std::future::ready(Err(Error::HttpRequestDenied)))
    }

    /// A body that is never sent lies in the host's memory.
    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        16 << 10
    }
}
