//! Headers that frame a message or speak to the connection: with them two readers see two different requests.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

const FIELDS: [(&str, &str); 26] = [
    ("Host", "evil.test"),
    ("host", "api.test"),
    ("Connection", "close"),
    ("Connection", "x-fine"),
    ("Keep-Alive", "timeout=99"),
    ("Proxy-Connection", "keep-alive"),
    ("Proxy-Authorization", "Basic eDp5"),
    ("Proxy-Authenticate", "Basic"),
    ("Transfer-Encoding", "chunked"),
    ("Transfer-Encoding", "identity"),
    ("transfer-encoding", "xchunked"),
    ("Transfer_Encoding", "chunked"),
    ("Content_Length", "3"),
    ("Upgrade", "websocket"),
    ("Upgrade", "h2c"),
    ("HTTP2-Settings", "AAMAAABkAAQCAAAAAAIAAAAA"),
    ("TE", "trailers"),
    ("Trailer", "Authorization"),
    ("Expect", "100-continue"),
    (":authority", "evil.test"),
    (":path", "/private/key"),
    (":method", "POST"),
    ("", "empty"),
    ("Transfer-Encoding ", "chunked"),
    ("Content-Length\t", "3"),
    ("Alt-Used", "evil.test"),
];

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    for (name, value) in FIELDS {
        let url = format!("http://{api}/open/x");
        attack.must_fail(format!("{name:?}: {value} in a POST"), Ask::post(&url, "body").header(name, value).send());
        attack.must_fail(format!("{name:?}: {value} in a GET"), Ask::get(&url).header(name, value).send());
    }
    attack.end()
}
