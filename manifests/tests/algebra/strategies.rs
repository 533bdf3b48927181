//! Random rules and accesses of every kind.
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::json;
use toolward_manifests::url::HttpUrl;
use toolward_manifests::{Access, Carries, FileOp, GuestPath};

use crate::algebra::rule::{Input, On, Rule, Word};
use crate::algebra::terms::{Networks, Query, Terms};
use crate::algebra::universe::{Chosen, Layers, Universe, call};

type One<T> = BoxedStrategy<T>;

fn text(texts: &'static [&'static str]) -> One<String> {
    select(texts).prop_map(str::to_owned).boxed()
}

fn path(segments: &'static [&'static str]) -> One<String> {
    let joined = |segments: Vec<&str>| format!("/{}", segments.join("/"));
    prop::collection::vec(select(segments), 0..5).prop_map(joined).boxed()
}

fn networks() -> One<Networks> {
    subsequence(vec!["10.0.0.0/8", "127.0.0.1", "::/0"], 0..=2).boxed()
}

fn terms() -> One<Terms> {
    let query = select(vec![Query::Any, Query::Any, Query::Nothing, Query::AtMost(3), Query::AtMostAndOthers(5)]);
    let headers = subsequence(vec!["X-A", "x-b"], 0..=2);
    (query, headers, any::<bool>(), networks())
        .prop_map(|(query, headers, credentials, address)| Terms { query, headers, credentials, address })
        .boxed()
}

fn on() -> One<On> {
    let deep_once = |path: &String| !path.contains("**/**");
    let pattern = path(&["a", "b", "A", "*", "**", "a*", "?b", "[ab]", "ab"]).prop_filter("`**` once", deep_once);
    let url = text(&[
        "https://a.example/**",
        "https://*.example/x/**",
        "https://*/X",
        "http://a.example/*",
        "https://10.1.2.3/x",
    ]);
    let host = text(&["a.example", "*.example", "*", "b.example", "10.0.0.0/8", "::1"]);
    let terms = prop_oneof![2 => Just(Terms::default()), 1 => terms()];
    let name = text(&["a.example", "*.example", "*", "b.example"]);
    let to = text(&["https://a.example/**", "https://*.example/x", "https://*/**"]);
    let inputs =
        [Input::Any, Input::AtMost(3), Input::AtMost(5), Input::AtMostAndOthers(3), Input::Path("/a/**".into())];
    let input = select(inputs.to_vec());
    prop_oneof![
        6 => pattern.prop_map(On::Files),
        3 => (url, terms).prop_map(|(url, terms)| On::Http(url, terms)),
        2 => (host, select(&[80, 443][..]), networks()).prop_map(|(host, port, address)| On::Tcp(host, port, address)),
        1 => name.prop_map(On::Dns),
        2 => (text(&["key", "k*", "*"]), to).prop_map(|(name, to)| On::Secrets(name, to)),
        1 => text(&["HOME", "H*", "*"]).prop_map(On::Env),
        2 => (text(&["search", "s*", "*"]), input).prop_map(|(name, input)| On::Tools(name, input)),
    ]
    .boxed()
}

fn rule() -> One<Rule> {
    (select(&Word::ALL[..]), on())
        .prop_filter("some keys are an `allow`'s", |(word, on)| *word == Word::Allow || on.is_for_all())
        .prop_flat_map(|(word, on)| {
            let known: &[&'static str] = match on {
                On::Files(_) => &["read", "list", "create", "write", "delete"],
                On::Http(..) => &["GET", "POST", "*"],
                On::Tcp(..) => &["connect"],
                On::Dns(_) => &["lookup"],
                On::Secrets(..) => &["use"],
                On::Env(_) => &["read"],
                On::Tools(..) => &["call"],
            };
            subsequence(known, 1..=known.len()).prop_map(move |ops| Rule { word, on: on.clone(), ops })
        })
        .boxed()
}

fn access() -> One<Access> {
    let file = (select(&FileOp::ALL[..]), path(&["a", "b", "A", "ab", "B"]));
    let methods = text(&["GET", "POST", "PUT"]);
    let url = text(&[
        "https://a.example/x",
        "https://a.example/X",
        "https://b.example/x/y",
        "http://a.example/x",
        "https://c/",
        "https://a.example/x?page=1",
        "https://a.example/x?page=4&q=2",
        "https://10.1.2.3/x",
    ]);
    let address = select(vec![None, None, Some("8.8.8.8"), Some("10.1.2.3"), Some("::1"), Some("::ffff:10.1.2.3")])
        .prop_map(|ip| ip.map(|ip| ip.parse().unwrap()));
    let carries = select(vec!["accept", "accept", "x-a", "X-B", "cookie", "x-a cookie"]);
    let carries = carries.prop_map(|names| Carries::of(names.split(' ')).unwrap());
    let tcp = (text(&["a.example", "c", "10.1.2.3", "::1"]), select(vec![80, 443]), address.clone());
    let others = text(&[
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
    ]);
    let input =
        select(vec![json!({}), json!({ "n": 1 }), json!({ "n": 4 }), json!({ "p": "/A/x" }), json!({ "p": "/a" })]);
    prop_oneof![
        6 => file.prop_map(|(op, path)| Access::Files { op, path: GuestPath::parse(&path).unwrap() }),
        3 => (methods, url, carries, address).prop_map(|(method, url, carries, address)| {
            Access::Http { method, url: HttpUrl::parse(&url).unwrap(), carries, address }
        }),
        2 => tcp.prop_map(|(host, port, address)| Access::Tcp { host, port, address }),
        3 => others.prop_map(|text| text.parse().unwrap()),
        2 => (text(&["search", "edit", "Search"]), input).prop_map(|(tool, input)| call(&tool, input)),
    ]
    .boxed()
}

/// Rules in three layers, some of which are not given, and accesses.
pub(crate) fn scope() -> impl Strategy<Value = (Universe, Layers)> {
    let layer = || prop::option::weighted(0.8, prop::collection::vec(rule(), 0..9));
    let accesses = prop::collection::vec(access(), 12);
    ([layer(), layer(), layer()], any::<bool>(), accesses).prop_map(|(layers, asks, accesses)| {
        let mut rules: Vec<Rule> = Vec::new();
        let chosen = layers.map(|layer| {
            let mut chosen = Chosen::new();
            for rule in layer? {
                if chosen.iter().all(|&own| rules[own].goes_with(&rule)) {
                    chosen.push(rules.len());
                    rules.push(rule);
                }
            }
            Some(chosen)
        });
        let asks = asks && chosen[1].is_some();
        (Universe::new(rules, accesses), Layers { chosen, asks })
    })
}
