//! Knowing more opens nothing: a request is decided before its host's name is resolved, and again once it is.
use toolward_manifests::{Access, Carries};

use crate::algebra::rule::Word;
use crate::decided::{choices, combinations, or_none};
use crate::kinds;

/// What was not denied while an address was not known, or with fewer headers, is decided no weaker once it is, or with more:
/// in every three layers of one rule or none.
#[test]
fn an_address_or_a_header_more_opens_nothing() {
    for universe in [kinds::http_terms(), kinds::tcp_addresses()] {
        let one = or_none(&choices(&universe, 1));
        let pairs = pairs(&universe.accesses);
        let mut compared = 0;
        for layers in combinations([one.clone(), one.clone(), one]) {
            let words = universe.decided(&layers);
            for &(less, more) in &pairs {
                let weaker = words[less] != Word::Deny && words[more] < words[less];
                assert!(!weaker, "{:?} {:?} by {layers:?}", universe.accesses[less], universe.accesses[more]);
                compared += 1;
            }
        }
        assert!(compared > 10_000, "{compared}");
    }
}

/// Two by two, the accesses of which the second is the first with its address known, or with more headers.
fn pairs(accesses: &[Access]) -> Vec<(usize, usize)> {
    let all = || (0..accesses.len()).flat_map(|less| (0..accesses.len()).map(move |more| (less, more)));
    all().filter(|&(less, more)| less != more && is_less(&accesses[less], &accesses[more])).collect()
}

fn is_less(less: &Access, more: &Access) -> bool {
    let (Some((to, carries, address)), Some((to_more, carries_more, address_more))) = (told(less), told(more)) else {
        return false;
    };
    let no_more_headers = carries.credentials <= carries_more.credentials
        && carries.headers.iter().all(|name| carries_more.headers.contains(name));
    to == to_more && no_more_headers && (address.is_none() || address == address_more)
}

/// Where an access goes, what it carries, and what is known of where that leads.
fn told(access: &Access) -> Option<(String, Carries, Option<std::net::IpAddr>)> {
    match access {
        Access::Http { url, carries, address, .. } => Some((url.to_string(), carries.clone(), *address)),
        Access::Tcp { host, address, .. } => Some((host.clone(), Carries::default(), *address)),
        _ => None,
    }
}
