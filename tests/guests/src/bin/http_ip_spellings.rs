//! An address of this machine in every spelling that some resolver reads.
use std::process::ExitCode;

use toolward_guests::http::none_is_reached;

const SPELLINGS: [&str; 22] = [
    "127.0.0.1",
    "127.0.0.1.",
    "2130706433",
    "0x7f000001",
    "0X7F000001",
    "017700000001",
    "127.1",
    "127.0.1",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0x7f.1",
    "127.0x0.0.01",
    "00000177.0.0.1",
    "0",
    "0.0.0.0",
    "0x0",
    "127.127.127.127",
    "\u{ff11}27.0.0.1",
    "\u{2460}27.0.0.1",
    "127\u{3002}0\u{3002}0\u{3002}1",
    "%31%32%37.0.0.1",
    "127.0.0.1\u{ad}",
];

fn main() -> ExitCode {
    none_is_reached(&SPELLINGS)
}
