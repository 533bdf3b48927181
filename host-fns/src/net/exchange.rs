//! One HTTP exchange under way: the request's body out, the response in.
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::Mutex;

use super::Network;
use super::client::{self, Client, Response};
use super::interim::Interim;
use super::outgoing::Writer;
use super::pool::Destination;
use crate::door::{HeaderFields, NetworkFault, NetworkReply, Patience};

/// A request that was sent, and what comes back.
pub(super) struct Exchange {
    network: Arc<Network>,
    pub(super) writer: Writer,
    incoming: Mutex<Coming>,
    interim: Arc<Interim>,
    /// The connection, for as long as the exchange goes on, and what it may be used for afterwards.
    connection: std::sync::Mutex<Option<(Destination, Client)>>,
    patience: Patience,
}

/// How far the response has come.
enum Coming {
    Head(Response),
    Body(Incoming),
    Ended,
}

impl Exchange {
    pub(super) fn new(
        network: Arc<Network>,
        destination: Destination,
        client: Client,
        (response, interim): (Response, Arc<Interim>),
        writer: Writer,
        patience: Patience,
    ) -> Self {
        Self {
            network,
            writer,
            incoming: Mutex::new(Coming::Head(response)),
            interim,
            connection: std::sync::Mutex::new(Some((destination, client))),
            patience,
        }
    }

    /// The head of the response.
    pub(super) async fn response(&self) -> Result<(u16, HeaderFields), NetworkFault> {
        let mut incoming = self.incoming.lock().await;
        let Coming::Head(response) = &mut *incoming else { return Err(NetworkFault::NoStream) };
        let response = tokio::select! {
            response = within(self.patience.first_byte, response) => response.ok_or(NetworkFault::ResponseTimeout)?,
            () = self.interim.too_many() => return Err(NetworkFault::Protocol),
        };
        *incoming = Coming::Ended;
        let (head, body) = response.map_err(|error| client::fault(&error))?.into_parts();
        *incoming = Coming::Body(body);
        Ok((head.status.as_u16(), fields(&head.headers)))
    }

    /// The next bytes of the response's body.
    pub(super) async fn read(&self) -> Result<NetworkReply, NetworkFault> {
        let mut incoming = self.incoming.lock().await;
        loop {
            let body = match &mut *incoming {
                Coming::Body(body) => body,
                Coming::Ended => return Ok(NetworkReply::End { trailers: Vec::new() }),
                Coming::Head(_) => return Err(NetworkFault::NoStream),
            };
            let frame = within(self.patience.between_bytes, body.frame()).await.ok_or(NetworkFault::ReadTimeout)?;
            let frame = frame.transpose().map_err(|error| client::fault(&error))?;
            let trailers = match frame.map(hyper::body::Frame::into_data) {
                Some(Ok(bytes)) if bytes.is_empty() => continue,
                Some(Ok(bytes)) => return Ok(NetworkReply::Bytes(bytes)),
                Some(Err(other)) => other.into_trailers().map(|trailers| fields(&trailers)).unwrap_or_default(),
                None => Vec::new(),
            };
            *incoming = Coming::Ended;
            self.release();
            return Ok(NetworkReply::End { trailers });
        }
    }

    /// The exchange is over: a connection that is between two messages waits for the next.
    fn release(&self) {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((destination, client)) = connection
            && self.writer.is_whole()
            && client.is_exclusive()
        {
            self.network.pool.put(destination, client);
        }
    }
}

/// Waits so many milliseconds, or for as long as the call may take.
async fn within<T>(patience: Option<u64>, future: impl Future<Output = T>) -> Option<T> {
    match patience {
        Some(milliseconds) => tokio::time::timeout(Duration::from_millis(milliseconds), future).await.ok(),
        None => Some(future.await),
    }
}

fn fields(headers: &http::HeaderMap) -> HeaderFields {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}
