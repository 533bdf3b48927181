//! Rules about the network, for manifests of tests: their targets are on the loopback interface, which no rule opens by accident.
use std::fmt::Write;

/// The addresses that a rule must name to reach this machine.
pub const LOOPBACK: &str = "address = [\"127.0.0.0/8\", \"::1\"]\n";

/// Allows requests with these methods to this URL, where it is at this machine. `more` are further keys, one a line.
#[must_use]
pub fn http(url: &str, methods: &[&str], more: &str) -> String {
    http_at(url, methods, &format!("{LOOPBACK}{more}"))
}

/// The same with no word on addresses: for targets that are public, or nobody's.
#[must_use]
pub fn http_at(url: &str, methods: &[&str], more: &str) -> String {
    format!("\n[[http]]\nurl = \"{url}\"\nallow = {methods:?}\nwhy = \"a test\"\n{more}")
}

/// Forbids every request to this URL.
#[must_use]
pub fn no_http(url: &str) -> String {
    format!("\n[[http]]\nurl = \"{url}\"\ndeny = [\"*\"]\nwhy = \"a test\"\n")
}

/// Allows connections to this host and port at this machine.
#[must_use]
pub fn tcp(host: &str, port: impl std::fmt::Display) -> String {
    tcp_at(host, port, LOOPBACK)
}

/// The same with these further keys in place of the loopback addresses.
#[must_use]
pub fn tcp_at(host: &str, port: impl std::fmt::Display, more: &str) -> String {
    let port = port.to_string();
    let port = if port.parse::<u16>().is_ok() { port } else { format!("{port:?}") };
    format!("\n[[tcp]]\nhost = \"{host}\"\nport = {port}\nallow = [\"connect\"]\nwhy = \"a test\"\n{more}")
}

/// Allows these names to be looked up.
#[must_use]
pub fn dns(names: &[&str]) -> String {
    names.iter().fold(String::new(), |mut rules, name| {
        let _written = write!(rules, "\n[[dns]]\nname = \"{name}\"\nallow = [\"lookup\"]\nwhy = \"a test\"\n");
        rules
    })
}
