//! Host patterns agree with the slow reference, and a host's one form is the form of itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use toolward_manifests::pattern::{Bindings, Host, HostTemplate};

#[path = "../../manifests/tests/reference/host.rs"]
mod reference;

fuzz_target!(|input: (&str, &str)| {
    let (text, host) = input;
    let asked = Host::parse(host);
    if let Ok(asked) = &asked {
        assert_eq!(Host::parse(&asked.to_string()).as_ref(), Ok(asked), "{asked}");
    }
    let Ok(template) = HostTemplate::parse(text) else { return };
    assert_eq!(HostTemplate::parse(&template.to_string()).as_ref(), Ok(&template));
    let (Ok(pattern), Ok(asked)) = (template.bind(&Bindings::new()), asked) else { return };
    let printed = pattern.to_string();
    let matched = pattern.matches(&asked);
    assert!(pattern.matches_folded(&asked) || !matched);
    match asked {
        Host::Ip(ip) => {
            let (first, prefix) =
                printed.split_once('/').unwrap_or((&printed, if printed.contains(':') { "128" } else { "32" }));
            let expected = first.parse().is_ok_and(|first| {
                assert_eq!(reference::cleared(first, prefix.parse().unwrap()), first);
                reference::network(first, prefix.parse().unwrap(), ip.to_canonical())
            });
            assert_eq!(matched, expected, "{printed} {ip}");
        }
        Host::Name(name) => {
            let is_name = printed.parse::<std::net::IpAddr>().is_err() && !printed.contains('/');
            let expected = is_name && (printed == "*" || reference::name(&printed, &name));
            assert_eq!(matched, expected, "{printed} {name}");
        }
    }
    if let Host::Ip(ip) = Host::parse(host).unwrap() {
        assert!(reference::network(reference::flipped(reference::flipped(ip, 0), 0), 128, ip));
    }
});
