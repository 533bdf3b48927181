//! Requests: a condition on a query that lets one through is a condition that holds one up, in whatever form it is sent;
//! what a header is does not depend on its case; and knowing an address opens nothing.
#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use libfuzzer_sys::fuzz_target;
use toolward_manifests::header::class;
use toolward_manifests::url::HttpUrl;
use toolward_manifests::{Access, Carries, Scope, ScopeTexts, Source, Verdict};

/// What queries are made of where the fuzzer asks for ones that often mean something.
const ELEMENTS: [&str; 16] =
    ["a", "A", "=", "=", "&", "&", "1", "9", "[]", "%5B%5D", "%61", "%", ";", "+", "true", "%C3%A9"];

const CONDITIONS: [&str; 6] =
    ["a = \"1*\"", "a = { max = 5 }", "\"a[]\" = [1, true]", "a = { absent = true }", "a = { length = 1 }", ""];

fuzz_target!(|input: (u8, &[u8], &str, u128, bool)| {
    let (condition, query, header, bits, is_v4) = input;
    assert_eq!(class(header), class(&header.to_ascii_uppercase()), "{header:?}");
    let query: String = query.iter().map(|&byte| ELEMENTS[usize::from(byte) % ELEMENTS.len()]).collect();
    let Ok(url) = HttpUrl::parse(&format!("https://h/?{query}")) else { return };
    let condition = CONDITIONS[usize::from(condition) % CONDITIONS.len()];
    let v4 = || Ipv4Addr::from(u32::try_from(bits & 0xFFFF_FFFF).unwrap());
    let ip: IpAddr = if is_v4 { v4().into() } else { Ipv6Addr::from(bits).into() };

    let rule = |list: &str, keys: &str| format!("{{ url = \"https://h/**\", {list} = [\"GET\"], {keys} }},\n");
    let query = format!("query = {{ {condition} }}");
    let allows = scope(&rule("allow", &format!("{query}, other_fields = \"open\"")));
    let denies = scope(&format!("{}{}", rule("allow", "guest_credentials = true"), rule("deny", &query)));
    let decide = |scope: &Scope, address| {
        let carries = Carries::default();
        scope.decide(&Access::Http { method: "GET".to_owned(), url: url.clone(), carries, address })
    };
    let allowed = |verdict: Verdict| matches!(verdict, Verdict::Allow(_));
    assert!(!(allowed(decide(&allows, None)) && allowed(decide(&denies, None))), "{condition} {url}");
    for scope in [&allows, &denies] {
        assert!(allowed(decide(scope, None)) || !allowed(decide(scope, Some(ip))), "{condition} {url} {ip}");
    }
});

fn scope(rules: &str) -> Scope {
    let text = format!("schema = 1\nhttp = [\n{rules}]\n");
    let grants = vec![Source { name: "grant.toml".to_owned(), text }];
    Scope::build(&ScopeTexts { grants, ..ScopeTexts::default() }).unwrap()
}
