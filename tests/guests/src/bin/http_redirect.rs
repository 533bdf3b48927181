//! Redirections to where no rule leads: the host must not follow, and the guest's own next request is decided anew.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given, must_work};

fn main() -> ExitCode {
    let [api] = given();
    let mut attack = Attack::begin();
    for status in [301, 302, 303, 307, 308] {
        let answer = must_work(status, Ask::get(&format!("{api}/open/{status}")).send());
        attack.must_not_be("what the redirection led to", answer.status != status);
        let to = answer.header("location");
        attack.must_fail(format!("follow to {to}"), Ask::get(&to).send());
    }
    attack.end()
}
