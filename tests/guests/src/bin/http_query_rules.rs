//! Queries that one reader takes for allowed and another for something else.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given, must_work};

const QUERIES: [&str; 28] = [
    "",
    "?",
    "?page=0",
    "?page=10",
    "?page=-1",
    "?page=9.5",
    "?page=01",
    "?page= 1",
    "?page=0x5",
    "?page=5e0",
    "?page=",
    "?page",
    "?page=1&page=99",
    "?page=99&page=1",
    "?page=1&p%61ge=99",
    "?p%61ge=99",
    "?page=%39%39",
    "?page=%31%00",
    "?page=1&admin=1",
    "?admin=1",
    "?Page=99",
    "?page[]=99",
    "?page=1&p%2561ge=99",
    "?page=1&page[0]=99",
    "?page%00x=99",
    "?+page=99",
    "?page=1;page=99",
    "?page=\u{0661}",
];

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    let ask = Ask::get("http://x/").authority(api);
    for query in ["?page=1", "?page=9", "?page=%35", "?p%61ge=5"] {
        must_work(query, ask.clone().path(format!("/open/x{query}")).send());
    }
    for query in QUERIES {
        attack.must_fail(query, ask.clone().path(format!("/open/x{query}")).send());
    }
    attack.end()
}
