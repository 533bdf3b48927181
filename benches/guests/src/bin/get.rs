//! Sends GET requests, one after the other, reads each response to its end, and prints what each took, in nanoseconds.
//! Arguments: authority, path, how many.
use std::io::{Error, Write};
use std::time::Instant;

use wasip2::http::outgoing_handler;
use wasip2::http::types::{ErrorCode, Fields, OutgoingRequest, Scheme};
use wasip2::io::streams::StreamError;

const PIECE: u64 = 64 << 10;

fn get(authority: &str, path: &str) -> Result<u64, ErrorCode> {
    let request = OutgoingRequest::new(Fields::new());
    let described = request
        .set_scheme(Some(&Scheme::Https))
        .and_then(|()| request.set_authority(Some(authority)))
        .and_then(|()| request.set_path_with_query(Some(path)));
    described.map_err(|()| ErrorCode::HttpRequestUriInvalid)?;
    let answer = outgoing_handler::handle(request, None)?;
    answer.subscribe().block();
    let broken = || ErrorCode::InternalError(None);
    let response = answer.get().ok_or_else(broken)?.map_err(|()| broken())??;
    let body = response.consume().map_err(|()| broken())?;
    let stream = body.stream().map_err(|()| broken())?;
    let mut bytes = 0;
    loop {
        match stream.blocking_read(PIECE) {
            Ok(read) => bytes += read.len() as u64,
            Err(StreamError::Closed) => return Ok(bytes),
            Err(StreamError::LastOperationFailed(_)) => return Err(broken()),
        }
    }
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [authority, path, times] = arguments.as_slice() else { return Err(Error::other("three arguments")) };
    let times: usize = times.parse().map_err(Error::other)?;
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let began = Instant::now();
        get(authority, path).map_err(|error| Error::other(format!("{error:?}")))?;
        took.push(began.elapsed().as_nanos().to_string());
    }
    writeln!(std::io::stdout(), "{}", took.join("\n"))
}
