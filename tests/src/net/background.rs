//! A server's own thread, with a runtime in it that ends, and all its connections with it, when this is dropped.
use std::future::Future;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// No connection of a test lasts longer.
const LONGEST: Duration = Duration::from_secs(60);
/// No test makes more connections to one server.
const MOST: usize = 20_000;

#[derive(Debug)]
pub(super) struct Background {
    over: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Runs a server on a thread of its own until this is dropped.
    pub(super) fn run<F: Future<Output = ()>>(server: impl FnOnce() -> F + Send + 'static) -> Self {
        let (over, is_over) = oneshot::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                tokio::select! {
                    () = server() => {}
                    _ = is_over => {}
                }
            });
        });
        Self { over: Some(over), thread: Some(thread) }
    }

    /// Serves each connection of a listener in a task of its own; the number is that of the connection, from 0.
    pub(super) fn accept<F>(
        listener: std::net::TcpListener,
        serve: impl Fn(usize, TcpStream) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        listener.set_nonblocking(true).unwrap();
        Self::run(move || async move {
            let listener = TcpListener::from_std(listener).unwrap();
            for number in 0..MOST {
                let Ok((stream, _)) = listener.accept().await else { return };
                tokio::spawn(timeout(LONGEST, serve(number, stream)));
            }
        })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.over.take());
        if let Some(thread) = self.thread.take() {
            assert!(thread.join().is_ok() || thread::panicking(), "a server's thread failed");
        }
    }
}
