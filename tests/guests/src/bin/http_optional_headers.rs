//! Headers that client libraries add by themselves: the request goes out without them, unless a rule names them.
use toolward_guests::http::Ask;
use toolward_guests::{given, must_work};

fn main() {
    let [api] = given();
    let ask = Ask::get("http://x/").authority(api).path("/open/x");
    let traced =
        ask.clone().header("Origin", "https://a.test").header("traceparent", "00-1-1-00").header("X-Request-Id", "7");
    must_work("optional headers", traced.clone().send());
    must_work("optional headers beside one that is named", traced.header("X-Fine", "1").send());
}
