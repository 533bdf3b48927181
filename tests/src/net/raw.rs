//! A TCP server that follows a script byte by byte, and records every byte that it was sent: for what no HTTP server says.
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::sleep;

use super::ANY;
use super::background::Background;
use super::log::Log;

/// What is recorded of one connection.
const LONGEST: usize = 64 << 20;

/// One step of a script.
#[derive(Debug, Clone)]
pub enum Step {
    /// Waits until these bytes have arrived, behind what an earlier step has waited for.
    Until(Vec<u8>),
    /// Waits until so many further bytes have arrived.
    Read(usize),
    /// Sends these.
    Send(Vec<u8>),
    /// Sends these one by one, with so much time before each.
    Drip(Vec<u8>, Duration),
    /// Sends these over and over, as long as they are taken.
    Endless(Vec<u8>),
    /// Does nothing for so long.
    Wait(Duration),
    /// Does nothing until the client goes away.
    Silence,
    /// Breaks the connection off: the client gets a RST.
    Reset,
}

impl Step {
    /// Waits for a request's head.
    #[must_use]
    pub fn head() -> Self {
        Self::Until(b"\r\n\r\n".to_vec())
    }

    /// Sends this text.
    #[must_use]
    pub fn send(text: impl AsRef<[u8]>) -> Self {
        Self::Send(text.as_ref().to_vec())
    }
}

/// A running server.
#[derive(Debug)]
pub struct RawServer {
    address: SocketAddr,
    received: Log<Vec<u8>>,
    sent: Arc<AtomicU64>,
    _background: Background,
}

impl RawServer {
    /// At any port of `127.0.0.1`, with this script for each connection; behind its last step the connection is closed.
    #[must_use]
    pub fn new(script: Vec<Step>) -> Self {
        Self::at(ANY, move |_| script.clone())
    }

    /// At this address, with a script for each connection, by its number from 0.
    ///
    /// # Panics
    /// Where the address is taken.
    #[must_use]
    pub fn at(address: SocketAddr, script: impl Fn(usize) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let (received, sent) = (Log::default(), Arc::<AtomicU64>::default());
        let (log, count) = (received.clone(), Arc::clone(&sent));
        let background = Background::accept(listener, move |number, stream| {
            let place = log.add(Vec::new());
            let (ours, theirs) = (log.clone(), Arc::clone(&count));
            let script = script(number);
            async move { Played { stream, place, log: ours, sent: theirs }.play(script).await }
        });
        Self { address, received, sent, _background: background }
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The bytes of each connection so far.
    #[must_use]
    pub fn received(&self) -> Vec<Vec<u8>> {
        self.received.all()
    }

    /// The same as text.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.received().iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
    }

    /// The log of connections, to be waited for.
    #[must_use]
    pub fn log(&self) -> &Log<Vec<u8>> {
        &self.received
    }

    /// How many bytes the kernel has taken to be sent.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

/// One connection.
struct Played {
    stream: TcpStream,
    place: usize,
    log: Log<Vec<u8>>,
    sent: Arc<AtomicU64>,
}

impl Played {
    async fn play(self, script: Vec<Step>) {
        // What has arrived, and whether that is all.
        let (arrived, seen) = watch::channel((Vec::new(), false));
        tokio::select! {
            () = self.read(&arrived) => {}
            _ended = self.follow(script, seen) => {}
        }
    }

    /// Reads for as long as the script goes on; the end of what the client sends does not end the script.
    async fn read(&self, arrived: &watch::Sender<(Vec<u8>, bool)>) {
        let mut buffer = vec![0; 64 << 10];
        loop {
            if self.stream.readable().await.is_err() {
                break;
            }
            match self.stream.try_read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    self.log.change(self.place, |all| all.extend_from_slice(&buffer[..count]));
                    arrived.send_modify(|(all, _)| all.extend_from_slice(&buffer[..count]));
                    if arrived.borrow().0.len() > LONGEST {
                        return;
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
        arrived.send_modify(|(_, ended)| *ended = true);
        std::future::pending().await
    }

    /// `None` where the client went away.
    async fn follow(&self, script: Vec<Step>, mut seen: watch::Receiver<(Vec<u8>, bool)>) -> Option<()> {
        let mut read = 0;
        for step in script {
            match step {
                Step::Until(wanted) => {
                    let end = |all: &[u8]| {
                        let rest = all.get(read..)?;
                        let at = rest.windows(wanted.len()).position(|window| window == wanted)?;
                        Some(read + at + wanted.len())
                    };
                    read = wait(&mut seen, end).await?;
                }
                Step::Read(count) => {
                    read = wait(&mut seen, |all| (all.len() >= read + count).then_some(read + count)).await?
                }
                Step::Send(bytes) => self.send(&bytes).await?,
                Step::Drip(bytes, pause) => {
                    for byte in bytes {
                        sleep(pause).await;
                        self.send(&[byte]).await?;
                    }
                }
                Step::Endless(bytes) => loop {
                    self.send(&bytes).await?;
                },
                Step::Wait(time) => sleep(time).await,
                Step::Silence => drop(wait(&mut seen, |_| None::<()>).await),
                Step::Reset => {
                    rustix::net::sockopt::set_socket_linger(&self.stream, Some(Duration::ZERO)).unwrap();
                    return None;
                }
            }
        }
        Some(())
    }

    async fn send(&self, mut bytes: &[u8]) -> Option<()> {
        while !bytes.is_empty() {
            self.stream.writable().await.ok()?;
            match self.stream.try_write(bytes) {
                Ok(count) => {
                    self.sent.fetch_add(count as u64, Ordering::Relaxed);
                    bytes = bytes.get(count..)?;
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return None,
            }
        }
        Some(())
    }
}

/// Waits until this finds something in what has arrived; `None` where nothing more will arrive.
async fn wait<T>(seen: &mut watch::Receiver<(Vec<u8>, bool)>, find: impl Fn(&[u8]) -> Option<T>) -> Option<T> {
    loop {
        {
            let (all, ended) = &*seen.borrow_and_update();
            if let Some(found) = find(all) {
                return Some(found);
            }
            if *ended {
                return None;
            }
        }
        seen.changed().await.ok()?;
    }
}
