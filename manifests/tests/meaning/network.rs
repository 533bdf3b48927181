//! Where a request or a connection leads, and what it carries.
use std::net::IpAddr;

use toolward_manifests::{Access, Carries, Verdict};

use crate::world::World;

fn http(rules: &str) -> World {
    World::new().policy(&format!("http = [{rules}]\n"))
}

/// A request for an access's text whose host was resolved, and which carries these headers.
fn request(url: &str, headers: &[&str], address: Option<&str>) -> Access {
    let Ok(Access::Http { method, url, .. }) = format!("http GET {url}").parse() else { panic!("{url}") };
    let carries = Carries::of(headers.iter().copied()).unwrap();
    Access::Http { method, url, carries, address: address.map(|ip| ip.parse().unwrap()) }
}

fn connection(host: &str, port: u16, address: Option<&str>) -> Access {
    Access::Tcp { host: host.to_owned(), port, address: address.map(|ip| ip.parse::<IpAddr>().unwrap()) }
}

fn word(world: &World, access: &Access) -> &'static str {
    world.scope().decide(access).word()
}

/// Without `address` an `allow` matches public addresses only.
#[test]
fn an_allow_without_address_reaches_public_addresses_only() {
    let world = http("{ url = \"https://*.example.com/**\", allow = [\"GET\"] }");
    for public in [None, Some("93.184.216.34"), Some("2606:4700::1111")] {
        assert_eq!(word(&world, &request("https://a.example.com/", &[], public)), "allow", "{public:?}");
    }
    for special in [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "::ffff:93.184.216.34",
        "64:ff9b::93.184.216.34",
        "2002:5db8:d822::1",
        "2001::1",
    ] {
        assert_eq!(word(&world, &request("https://a.example.com/", &[], Some(special))), "deny", "{special}");
    }
}

#[test]
fn an_address_opens_its_networks_and_no_others() {
    let world = http("{ url = \"http://db.example.com/**\", allow = [\"GET\"], address = [\"10.0.0.0/8\", \"::1\"] }");
    for (address, expected) in [
        (None, "allow"),
        (Some("10.1.2.3"), "allow"),
        (Some("::ffff:10.1.2.3"), "allow"),
        (Some("::1"), "allow"),
        (Some("11.0.0.0"), "deny"),
        (Some("93.184.216.34"), "deny"),
        (Some("127.0.0.1"), "deny"),
    ] {
        assert_eq!(word(&world, &request("http://db.example.com/", &[], address)), expected, "{address:?}");
    }
}

/// An IP-literal host counts as its address; a rule that spells it names it.
#[test]
fn a_host_that_is_an_address_is_its_own() {
    let world = http("{ url = \"http://127.0.0.1:8080/**\", allow = [\"GET\"] }");
    assert_eq!(word(&world, &request("http://127.1:8080/", &[], None)), "allow");
    assert_eq!(word(&world, &request("http://127.1:8080/", &[], Some("127.0.0.1"))), "allow");
    assert_eq!(word(&world, &request("http://127.1:8080/", &[], Some("127.0.0.2"))), "deny");
    let elsewhere = http("{ url = \"http://127.0.0.1:8080/**\", allow = [\"GET\"], address = \"10.0.0.0/8\" }");
    assert_eq!(word(&elsewhere, &request("http://127.0.0.1:8080/", &[], None)), "deny");
}

/// What a task is opened with chooses among public hosts; an inner one is the operator's to name.
#[test]
fn a_parameter_names_no_inner_address() {
    let rules = |address: &str| {
        format!(
            "parameters.host = {{ pattern = \".+\" }}\nhttp = [{{ url = \"http://{{host}}/**\", allow = [\"GET\"]{address} }}]\ntcp = [{{ host = \"{{host}}\", port = 22, allow = [\"connect\"]{address} }}]\n"
        )
    };
    for (host, address, expected) in
        [("93.184.216.34", "", "allow"), ("127.0.0.1", "", "deny"), ("127.0.0.1", ", address = \"127.0.0.1\"", "allow")]
    {
        let world = World::new().policy(&rules(address)).set("host", host);
        assert_eq!(word(&world, &request(&format!("http://{host}/"), &[], None)), expected, "{host} {address}");
        assert_eq!(word(&world, &connection(host, 22, None)), expected, "{host} {address}");
    }
}

/// A deny or ask whose host pattern is an IP or network also catches a name whose resolved address it contains.
#[test]
fn a_deny_of_a_network_catches_the_names_that_lead_there() {
    let world = World::new().policy(
        "tcp = [{ host = \"*\", port = 443, allow = [\"connect\"], address = \"::/0\" }, { host = \"*\", port = 443, allow = [\"connect\"], address = \"0.0.0.0/0\" }, { host = \"10.0.0.0/8\", port = \"*\", deny = [\"connect\"] }]\n",
    );
    for (address, expected) in [
        (None, "allow"),
        (Some("11.0.0.0"), "allow"),
        (Some("10.0.0.1"), "deny"),
        (Some("::ffff:10.0.0.1"), "deny"),
        (Some("64:ff9b::10.0.0.1"), "deny"),
        (Some("2002:a00:1::"), "deny"),
        (Some("64:ff9b::11.0.0.0"), "allow"),
    ] {
        assert_eq!(word(&world, &connection("a.example", 443, address)), expected, "{address:?}");
    }
    let asked = http(
        "{ url = \"https://a.example/**\", allow = [\"GET\"] }, { url = \"https://93.184.216.34/X/**\", ask = [\"GET\"] }",
    );
    assert_eq!(word(&asked, &request("https://a.example/x/y", &[], Some("93.184.216.34"))), "ask");
    assert_eq!(word(&asked, &request("https://a.example/y", &[], Some("93.184.216.34"))), "allow");
    assert_eq!(word(&asked, &request("https://a.example/x/y", &[], Some("93.184.216.35"))), "allow");
}

/// Every name of the headers must be in the rule's `headers`, and credentials need `guest_credentials`: in every layer.
#[test]
fn headers_are_a_list_of_what_is_allowed() {
    let keys = "headers = [\"X-GitHub-Api-Version\"]";
    let rule = |keys: &str| format!("{{ url = \"https://a.example/**\", allow = [\"GET\"], why = \"w\"{keys} }}");
    let (plain, named, open) =
        (rule(""), rule(&format!(", {keys}")), rule(&format!(", {keys}, guest_credentials = true")));
    for (headers, expected) in [
        (&[][..], ["allow", "allow", "allow"]),
        (&["Accept", "user-agent"], ["allow", "allow", "allow"]),
        (&["x-github-api-version"], ["deny", "allow", "allow"]),
        (&["X_GitHub_Api_Version"], ["deny", "deny", "deny"]),
        (&["X-Other"], ["deny", "deny", "deny"]),
        (&["Authorization"], ["deny", "deny", "allow"]),
        (&["Cookie", "X-GITHUB-API-VERSION"], ["deny", "deny", "allow"]),
        (&["Cookie", "X-Other"], ["deny", "deny", "deny"]),
    ] {
        let asked = request("https://a.example/", headers, None);
        for (rule, expected) in [&plain, &named, &open].into_iter().zip(expected) {
            assert_eq!(word(&http(rule), &asked), expected, "{headers:?} by {rule}");
        }
        let grant = |rule: &str| http(&open).grant(&format!("http = [{rule}]\n"));
        assert_eq!(word(&grant(&plain), &asked), expected[0], "{headers:?}");
        assert_eq!(word(&grant(&open), &asked), expected[2], "{headers:?}");
    }
}

#[test]
fn a_forbidden_header_makes_no_access() {
    assert_eq!(Carries::of(["Accept", "Host"]), Err("Host"));
    assert_eq!(Carries::of(["X_Forwarded_For"]), Err("X_Forwarded_For"));
    let carries = Carries::of(["X-B", "x-a", "X-b", "Cookie", "Accept"]).unwrap();
    assert_eq!(carries, Carries { credentials: true, headers: vec!["x-a".to_owned(), "x-b".to_owned()] });
}

/// `ask` and `deny` look at neither.
#[test]
fn an_ask_matches_whatever_is_carried_and_wherever_it_leads() {
    let world = http("{ url = \"https://a.example/**\", ask = [\"GET\"] }");
    assert_eq!(word(&world, &request("https://a.example/", &["Cookie", "X-Other"], Some("127.0.0.1"))), "ask");
}

/// When only address, headers or credentials stood in the way of an allow, the reason names that rule and says which.
#[test]
fn a_near_miss_says_what_is_missing() {
    let told = |world: &World, access: &Access| world.scope().decide(access).reason().to_string();
    let plain = http("{ url = \"https://a.example/**\", allow = [\"GET\"] }");
    let by = "policy.toml:7 `allow = [\"GET\"]` on `https://a.example/**`";
    for (headers, address, note) in [
        (&[][..], Some("127.0.0.1"), "127.0.0.1 is loopback, and the rule names no address"),
        (&[], Some("169.254.169.254"), "169.254.169.254 is a cloud's metadata service, and the rule names no address"),
        (&["X-A"], None, "the rule's `headers` do not name `x-a`"),
        (&["Cookie"], None, "the guest sends a credential, and the rule has no `guest_credentials`"),
        (
            &["X-A"],
            Some("::1"),
            "::1 is loopback, and the rule names no address; the rule's `headers` do not name `x-a`",
        ),
    ] {
        let access = request("https://a.example/", headers, address);
        assert_eq!(told(&plain, &access), format!("{by} ({note})"));
    }
    let within = http("{ url = \"https://a.example/**\", allow = [\"GET\"], address = \"10.0.0.0/8\" }");
    let outside = request("https://a.example/", &[], Some("11.0.0.1"));
    assert_eq!(told(&within, &outside), format!("{by} (11.0.0.1 is not within the rule's `address`)"));
    let tcp = World::new().policy("tcp = [{ host = \"a.example\", port = 22, allow = [\"connect\"] }]\n");
    assert!(told(&tcp, &connection("a.example", 22, Some("10.0.0.1"))).contains("(10.0.0.1 is private, and"));
    // Where another layer has no such rule, or another thing is missing too, that is no near miss.
    let inside = request("https://a.example/", &[], Some("::1"));
    assert_eq!(told(&plain.clone().grant(""), &inside), "policy: no rule matches");
    assert_eq!(told(&plain, &request("https://b.example/", &[], Some("::1"))), "policy: no rule matches");
    let asks = World::new()
        .policy("http = [{ url = \"https://a.example/**\", allow = [\"GET\"] }]\n\n[unmatched]\nhttp = \"ask\"\n");
    let note = "policy.toml:7 does not match: ::1 is loopback, and the rule names no address";
    assert_eq!(told(&asks, &inside), format!("policy.toml:10 `unmatched.http = \"ask\"` ({note})"));
    assert!(matches!(asks.scope().decide(&inside), Verdict::Ask(_)));
}
