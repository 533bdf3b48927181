//! The slow, obviously right matcher of hosts: label by label, bit by bit.
use std::net::IpAddr;

/// Whether a name pattern of ASCII letters, perhaps with `*.` before it, matches a name.
pub(crate) fn name(pattern: &str, name: &str) -> bool {
    let labels = |text: &str| -> Vec<String> {
        text.to_ascii_lowercase().trim_end_matches('.').rsplit('.').map(str::to_owned).collect()
    };
    let (own, asked) = (labels(pattern), labels(name));
    match own.split_last() {
        Some((star, suffix)) if star == "*" => asked.len() > suffix.len() && asked.starts_with(suffix),
        _ => own == asked,
    }
}

/// Whether an address lies in the network.
pub(crate) fn network(first: IpAddr, prefix: u32, ip: IpAddr) -> bool {
    let (own, asked) = (bits(first), bits(ip));
    own.len() == asked.len() && own.iter().zip(&asked).take(prefix as usize).all(|(a, b)| a == b)
}

/// The address without what stands behind the prefix.
pub(crate) fn cleared(ip: IpAddr, prefix: u32) -> IpAddr {
    let mut bits = bits(ip);
    bits.iter_mut().skip(prefix as usize).for_each(|bit| *bit = false);
    address(&bits)
}

/// The address with one bit changed.
pub(crate) fn flipped(ip: IpAddr, bit: u32) -> IpAddr {
    let mut bits = bits(ip);
    bits.iter_mut().skip(bit as usize).take(1).for_each(|bit| *bit = !*bit);
    address(&bits)
}

fn bits(ip: IpAddr) -> Vec<bool> {
    let bytes = match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1 == 1)).collect()
}

fn address(bits: &[bool]) -> IpAddr {
    let bytes: Vec<u8> = bits.chunks(8).map(|byte| byte.iter().fold(0, |sum, &bit| sum << 1 | u8::from(bit))).collect();
    match <[u8; 4]>::try_from(bytes.as_slice()) {
        Ok(octets) => IpAddr::from(octets),
        Err(_) => IpAddr::from(<[u8; 16]>::try_from(bytes.as_slice()).unwrap()),
    }
}
