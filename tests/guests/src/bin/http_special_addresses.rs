//! Addresses that are nobody's business: link-local, a cloud's metadata, private and shared networks, multicast, nothing.
use std::process::ExitCode;

use toolward_guests::http::Ask;
use toolward_guests::{Attack, given};

const ADDRESSES: [&str; 24] = [
    "169.254.169.254",
    "169.254.0.1",
    "100.100.100.200",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "[fd00:ec2::254]",
    "[fe80::a9fe:a9fe]",
    "[fec0::1]",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::]",
    "[2001:db8::1]",
];

fn main() -> ExitCode {
    let [port] = given();
    let mut attack = Attack::begin();
    for host in ADDRESSES {
        attack.must_fail(host, Ask::get("http://x/latest/meta-data").authority(format!("{host}:{port}")).send());
    }
    attack.end()
}
