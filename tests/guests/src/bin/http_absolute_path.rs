//! Something that is no path in place of the path: a URL, an authority, a user, a port, nothing.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

fn main() -> ExitCode {
    let [api, evil] = given();
    let mut attack = Attack::begin();
    for path in [
        format!("http://{evil}/open/x"),
        format!("https://{evil}/open/x"),
        format!("http:/{evil}/open/x"),
        format!("//{evil}/open/x"),
        format!("///{evil}/open/x"),
        format!("/\\{evil}/open/x"),
        format!("\\\\{evil}\\open"),
        format!("@{evil}/open/x"),
        format!(".{evil}/open/x"),
        format!(":99@{evil}/open/x"),
        format!("{evil}/open/x"),
        "*".to_owned(),
        "open/x".to_owned(),
        String::new(),
        " /open/x".to_owned(),
        "#/open/x".to_owned(),
    ] {
        attack.may_work(&path, Ask::get("http://x/").authority(&api).path(&path).status());
    }
    attack.end()
}
