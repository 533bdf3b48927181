//! Sends HTTP requests.
use std::process::ExitCode;

use toolward_guests::{Attack, arguments};
use wasip2::http::outgoing_handler;
use wasip2::http::types::{ErrorCode, Fields, Method, OutgoingRequest, Scheme};

fn request(authority: &str, method: &Method) -> Result<u16, ErrorCode> {
    let request = OutgoingRequest::new(Fields::new());
    let described = request
        .set_method(method)
        .and_then(|()| request.set_scheme(Some(&Scheme::Http)))
        .and_then(|()| request.set_authority(Some(authority)));
    described
        .and_then(|()| request.set_path_with_query(Some("/secret")))
        .map_err(|()| ErrorCode::HttpRequestUriInvalid)?;
    let answer = outgoing_handler::handle(request, None)?;
    answer.subscribe().block();
    let response =
        answer.get().ok_or(ErrorCode::HttpResponseTimeout)?.map_err(|()| ErrorCode::HttpResponseTimeout)??;
    Ok(response.status())
}

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    for authority in arguments() {
        for method in [Method::Get, Method::Post] {
            attack.must_fail(format!("{method:?} {authority}"), request(&authority, &method));
        }
    }
    attack.end()
}
