//! Logs without end: escapes for a terminal, and lines that pass for Toolward's own.
use std::process::ExitCode;

use toolward_guests::host::logging::{Level, log};

const MESSAGES: [&str; 6] = [
    "\u{1b}[2J\u{1b}[31mcleared",
    "x\ntoolward: denied: files read /forged \u{2014} forged",
    "x\r\nerror: forged\nhelp: forged",
    "\u{9b}2J\u{202e}forged\u{7}\u{8}\u{0}",
    "\u{1b}]0;forged\u{7}\u{1b}]52;c;Zm9yZ2Vk\u{7}",
    "plain",
];

fn main() -> ExitCode {
    let long = "y".repeat(100_000);
    for number in 0..20_000 {
        for message in MESSAGES {
            log(Level::Error, message, &format!("{message} {number}"));
        }
        if number % 1_000 == 0 {
            log(Level::Critical, &long, &long);
        }
    }
    ExitCode::SUCCESS
}
