//! Headers that no rule names: each would be a channel of its own.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given, must_work};

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    let ask = Ask::get("http://x/").authority(api).path("/open/x");
    must_work("no header", ask.send());
    must_work("usual headers", ask.clone().header("Accept", "text/html").header("accept-language", "en").send());
    must_work("a named header", ask.clone().header("X-Fine", "1").send());
    for name in ["X-Anything", "X-Fine-Too", "X-Fin", "X_Fine", "Fine", "X-GitHub-Api-Version"] {
        attack.must_fail(name, ask.clone().header(name, "1").send());
        attack.must_fail(
            format!("{name} beside one that is named"),
            ask.clone().header("X-Fine", "1").header(name, "1").send(),
        );
    }
    attack.end()
}
