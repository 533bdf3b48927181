//! GET requests over TLS on the loopback: by a guest through the door, and by hyper directly.
mod mediated;
mod plain;
mod server;

use std::time::Duration;

use anyhow::Result;

use crate::figure::{Figure, Row};
use crate::stats::Samples;
use mediated::Mediated;
use plain::Plain;
use server::{LARGE, Server};

/// Requests of one turn, and how many turns.
const REQUESTS: usize = 100;
const TURNS: usize = 10;
/// Fewer where each takes long.
const LARGE_REQUESTS: usize = 20;
const WITHIN: f64 = 1.15;
const WITHIN_LARGE: f64 = 1.1;

pub(crate) fn measure() -> Result<Figure> {
    let server = Server::start()?;
    let mediated = Mediated::new(&server)?;
    let plain = Plain::new(&server)?;
    let compare = |path: &str, requests: usize| -> Result<(Duration, Duration)> {
        let (mut through, mut direct) = (Samples::default(), Samples::default());
        // The first turn warms both up.
        for turn in 0..=TURNS {
            let (one, other) = (mediated.get(path, requests)?, plain.get(path, requests)?);
            if turn > 0 {
                through.extend(one);
                direct.extend(other);
            }
        }
        Ok((through.median(), direct.median()))
    };
    let (new, new_direct) = compare("/small-and-close", REQUESTS)?;
    let (kept, kept_direct) = compare("/small", REQUESTS)?;
    let (large, large_direct) = compare("/large", LARGE_REQUESTS)?;
    let rows = vec![
        Row::times("GET over TLS, a new connection each", new, new_direct).within(WITHIN),
        Row::times("GET over TLS, one connection kept", kept, kept_direct).within(WITHIN),
        Row::times("GET of 1 MiB over TLS, one connection kept", large, large_direct).within(WITHIN_LARGE),
    ];
    Ok(Figure { title: "Network", rows, definition: definition() })
}

fn definition() -> String {
    format!(
        "A server on the loopback, HTTP/1.1 over TLS 1.3, in a thread of its own. Measured: a guest \
         (`benches/guests/src/bin/get.rs`) sends a request and reads the response ({} KiB, else 2 bytes) to its end, by its own \
         clock: everything between is in it, among that two decisions, the intent's commit before each request, the record with \
         a BLAKE3 digest of the body after it. Committing the last records and starting the call are not. Baseline: hyper 1 with \
         the same rustls on a runtime of one thread, as in the door, without any of it. Medians of {} requests each, in turns of \
         {REQUESTS} ({} of the large ones).",
        LARGE >> 10,
        REQUESTS * TURNS,
        LARGE_REQUESTS * TURNS
    )
}
