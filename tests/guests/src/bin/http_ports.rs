//! Ports that are none, or that some reader cuts down to one that is allowed.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

fn main() -> ExitCode {
    let [port, other] = given();
    let number: u64 = port.parse().expect("a port");
    let mut attack = Attack::begin();
    for spelled in [
        "0".to_owned(),
        "65536".to_owned(),
        (number + 65_536).to_string(),
        (number + (1 << 32)).to_string(),
        "99999999999999999999".to_owned(),
        format!("-{port}"),
        format!("+{port}"),
        format!(" {port}"),
        format!("{port} "),
        format!("{number:#x}"),
        format!("{port}:{other}"),
        format!("{other}:{port}"),
        format!("{port}@"),
        format!("{port}#"),
        format!("{port},{other}"),
        format!("{port}\u{ff11}"),
        other.clone(),
        "\u{ff18}\u{ff10}".to_owned(),
        String::new(),
        "http".to_owned(),
    ] {
        attack
            .must_fail(&spelled, Ask::get("http://x/").path("/open/x").authority(format!("api.test:{spelled}")).send());
    }
    attack.end()
}
