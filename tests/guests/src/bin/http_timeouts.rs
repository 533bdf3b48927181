//! Timeouts of no time, and of all the time there is.
use std::process::ExitCode;

use toolward_guests::{Attack, given};
use wasip2::http::outgoing_handler;
use wasip2::http::types::{ErrorCode, Fields, OutgoingRequest, RequestOptions, Scheme};

fn request(authority: &str, duration: u64) -> Result<u16, ErrorCode> {
    let options = RequestOptions::new();
    let set = options.set_connect_timeout(Some(duration)).is_ok();
    println!(
        "set {set} {} {}",
        options.set_first_byte_timeout(Some(duration)).is_ok(),
        options.set_between_bytes_timeout(Some(duration)).is_ok()
    );
    let request = OutgoingRequest::new(Fields::new());
    let described = request.set_scheme(Some(&Scheme::Http)).and_then(|()| request.set_authority(Some(authority)));
    described
        .and_then(|()| request.set_path_with_query(Some("/open/x")))
        .map_err(|()| ErrorCode::HttpRequestUriInvalid)?;
    let answer = outgoing_handler::handle(request, Some(options))?;
    answer.subscribe().block();
    let answer = answer.get().expect("it is ready").expect("it is taken once")?;
    Ok(answer.status())
}

fn main() -> ExitCode {
    let [silent, api] = given();
    let mut attack = Attack::begin();
    for duration in [0, 1, 1_000_000] {
        attack.must_fail(format!("{duration} ns for a server that says nothing"), request(&silent, duration));
    }
    attack.may_work("all the time there is", request(&api, u64::MAX));
    attack.end()
}
