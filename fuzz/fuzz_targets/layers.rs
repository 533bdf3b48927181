//! Random layers of random rules decide as the slow reference does, and a stricter change never opens anything.
#![no_main]

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use toolward_manifests::url::HttpUrl;
use toolward_manifests::{Access, Carries, FileOp, GuestPath};

#[expect(dead_code, reason = "the algebra's own tests use more of it")]
#[path = "../../manifests/tests/algebra/mod.rs"]
mod algebra;

use algebra::changes::stricter;
use algebra::rule::{Input, On, Rule, Word};
use algebra::terms::{Query, Terms};
use algebra::universe::{Chosen, Layers, Universe, call};

/// The most rules of one layer, and the most accesses that are decided.
const MAX_RULES: usize = 8;
const MAX_ACCESSES: usize = 8;

const SEGMENTS: [&str; 9] = ["a", "b", "A", "*", "**", "a*", "?b", "[ab]", "ab"];
const NAMES: [&str; 5] = ["a", "b", "A", "ab", "B"];
const URLS: [&str; 5] =
    ["https://a.example/**", "https://*.example/x/**", "https://*/X", "http://a.example/*", "https://10.1.2.3/x"];
const HOSTS: [&str; 6] = ["a.example", "*.example", "*", "b.example", "10.0.0.0/8", "::1"];
const NETWORKS: [&str; 3] = ["10.0.0.0/8", "127.0.0.1", "::/0"];
const ASKED_URLS: [&str; 8] = [
    "https://a.example/x",
    "https://a.example/X",
    "https://b.example/x/y",
    "http://a.example/x",
    "https://c/",
    "https://a.example/x?page=1",
    "https://a.example/x?page=4&q=2",
    "https://10.1.2.3/x",
];
const OTHERS: [&str; 12] = [
    "tcp connect a.example:443",
    "tcp connect b.example:80",
    "tcp connect c:80",
    "dns lookup a.example",
    "dns lookup c",
    "secrets use key https://a.example/x",
    "secrets use KEY https://b.example/x",
    "secrets use key",
    "secrets use other https://c/",
    "env read HOME",
    "env read home",
    "env read PATH",
];

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Unstructured::new(bytes);
    let Ok((universe, layers)) = scope(&mut bytes) else { return };
    let decided = universe.decided(&layers);
    assert_eq!(decided, universe.expected(&layers), "{:#?}", universe.texts(&layers));
    let Ok(at) = bytes.arbitrary::<usize>() else { return };
    let changes = stricter(&universe, &layers);
    let Some((change, after)) = changes.get(at % changes.len().max(1)) else { return };
    for (at, after) in universe.decided(after).into_iter().enumerate() {
        assert!(after >= decided[at] || !universe.is_decided(&layers, at), "{change} widens {}", universe.accesses[at]);
    }
});

fn scope(bytes: &mut Unstructured<'_>) -> Result<(Universe, Layers)> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut chosen: [Option<Chosen>; 3] = [None, None, None];
    for layer in &mut chosen {
        if bytes.ratio(1, 5)? {
            continue;
        }
        let mut own = Chosen::new();
        for _ in 0..bytes.int_in_range(0..=MAX_RULES)? {
            let rule = rule(bytes)?;
            if own.iter().all(|&other: &usize| rules[other].goes_with(&rule)) {
                own.push(rules.len());
                rules.push(rule);
            }
        }
        *layer = Some(own);
    }
    let accesses = (0..bytes.int_in_range(1..=MAX_ACCESSES)?).map(|_| access(bytes)).collect::<Result<_>>()?;
    let asks = bytes.arbitrary::<bool>()? && chosen[1].is_some();
    Ok((Universe::new(rules, accesses), Layers { chosen, asks }))
}

fn rule(bytes: &mut Unstructured<'_>) -> Result<Rule> {
    let on = on(bytes)?;
    let word = if on.is_for_all() { *bytes.choose(&Word::ALL)? } else { Word::Allow };
    let known: &[&'static str] = match on {
        On::Files(_) => &["read", "list", "create", "write", "delete"],
        On::Http(..) => &["GET", "POST", "*"],
        On::Tcp(..) => &["connect"],
        On::Dns(_) => &["lookup"],
        On::Secrets(..) => &["use"],
        On::Env(_) => &["read"],
        On::Tools(..) => &["call"],
    };
    let ops = some(bytes, known)?;
    Ok(Rule { word, on, ops: if ops.is_empty() { known[..1].to_vec() } else { ops } })
}

/// Some of the words, in their order.
fn some(bytes: &mut Unstructured<'_>, words: &[&'static str]) -> Result<Vec<&'static str>> {
    let chosen: u8 = bytes.arbitrary()?;
    Ok(words.iter().enumerate().filter(|(at, _)| chosen & 1 << at != 0).map(|(_, word)| *word).collect())
}

fn on(bytes: &mut Unstructured<'_>) -> Result<On> {
    let host = |bytes: &mut Unstructured<'_>| Ok((*bytes.choose(&HOSTS)?).to_owned());
    Ok(match bytes.int_in_range(0..=7)? {
        0 => On::Http((*bytes.choose(&URLS)?).to_owned(), terms(bytes)?),
        1 => On::Tcp(host(bytes)?, *bytes.choose(&[80, 443])?, some(bytes, &NETWORKS)?),
        2 => On::Dns((*bytes.choose(&HOSTS[..4])?).to_owned()),
        3 => {
            let to = bytes.choose(&["https://a.example/**", "https://*.example/x", "https://*/**"])?;
            On::Secrets((*bytes.choose(&["key", "k*", "*"])?).to_owned(), (*to).to_owned())
        }
        4 => On::Env((*bytes.choose(&["HOME", "H*", "*"])?).to_owned()),
        5 => On::Tools((*bytes.choose(&["search", "s*", "*"])?).to_owned(), input(bytes)?),
        _ => loop {
            // `**` behind `**` is not worth writing, and refused.
            let path = path(bytes, &SEGMENTS)?;
            if !path.contains("**/**") {
                break On::Files(path);
            }
        },
    })
}

fn input(bytes: &mut Unstructured<'_>) -> Result<Input> {
    let inputs =
        [Input::Any, Input::AtMost(3), Input::AtMost(5), Input::AtMostAndOthers(3), Input::Path("/a/**".to_owned())];
    Ok(bytes.choose(&inputs)?.clone())
}

fn terms(bytes: &mut Unstructured<'_>) -> Result<Terms> {
    let queries = [Query::Any, Query::Nothing, Query::AtMost(3), Query::AtMostAndOthers(5)];
    if bytes.arbitrary()? {
        return Ok(Terms::default());
    }
    let query = bytes.choose(&queries)?.clone();
    let (headers, address) = (some(bytes, &["X-A", "x-b"])?, some(bytes, &NETWORKS)?);
    Ok(Terms { query, headers, credentials: bytes.arbitrary()?, address })
}

fn path(bytes: &mut Unstructured<'_>, segments: &[&str]) -> Result<String> {
    let count = bytes.int_in_range(0..=4)?;
    let segments: Vec<&str> = (0..count).map(|_| bytes.choose(segments).copied()).collect::<Result<_>>()?;
    Ok(format!("/{}", segments.join("/")))
}

fn access(bytes: &mut Unstructured<'_>) -> Result<Access> {
    let address = |bytes: &mut Unstructured<'_>| {
        let ip = *bytes.choose(&[None, Some("8.8.8.8"), Some("10.1.2.3"), Some("::1"), Some("::ffff:10.1.2.3")])?;
        Ok(ip.map(|ip| ip.parse().expect("an address")))
    };
    Ok(match bytes.int_in_range(0..=4)? {
        0 => {
            let names = *bytes.choose(&["accept", "x-a", "X-B", "cookie", "x-a cookie"])?;
            Access::Http {
                method: (*bytes.choose(&["GET", "POST", "PUT"])?).to_owned(),
                url: HttpUrl::parse(bytes.choose(&ASKED_URLS)?).expect("a URL"),
                carries: Carries::of(names.split(' ')).expect("header names"),
                address: address(bytes)?,
            }
        }
        1 => bytes.choose(&OTHERS)?.parse().expect("an access"),
        2 => {
            let inputs =
                [json!({}), json!({ "n": 1 }), json!({ "n": 4 }), json!({ "p": "/A/x" }), json!({ "p": "/a" })];
            call(bytes.choose(&["search", "edit", "Search"])?, bytes.choose(&inputs)?.clone())
        }
        _ => {
            let path = path(bytes, &NAMES)?;
            Access::Files { op: *bytes.choose(&FileOp::ALL)?, path: GuestPath::parse(&path).expect("a guest path") }
        }
    })
}
