//! Looks names up and lets go of the answers before they are there: what was asked has its record all the same.
use std::process::ExitCode;

use toolward_guests::{given, must_work};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::ip_name_lookup::resolve_addresses;

fn main() -> ExitCode {
    let [name] = given();
    let network = instance_network();
    for _ in 0..20 {
        drop(must_work("look up", resolve_addresses(&network, &name)));
    }
    ExitCode::SUCCESS
}
