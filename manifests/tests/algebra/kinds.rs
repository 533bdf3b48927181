//! Small universes, one of each kind.
use serde_json::json;
use toolward_manifests::url::HttpUrl;
use toolward_manifests::{Access, Carries, FileOp, GuestPath};

use crate::algebra::rule::{Input, On, Rule, Word};
use crate::algebra::terms::{Query, Terms};
use crate::algebra::universe::{Universe, call};

/// Each word, on each resource, with each list of operations.
fn rules(resources: &[On], ops: &[&[&'static str]]) -> Vec<Rule> {
    let mut rules = Vec::new();
    for word in Word::ALL {
        for on in resources.iter().filter(|on| word == Word::Allow || on.is_for_all()) {
            for ops in ops {
                rules.push(Rule { word, on: on.clone(), ops: ops.to_vec() });
            }
        }
    }
    rules
}

fn accesses(texts: &[&str]) -> Vec<Access> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

pub(crate) const PATHS: [&str; 9] = ["/", "/a", "/A", "/b", "/a/b", "/a/B", "/A/b", "/b/b", "/a/a/b"];

pub(crate) fn files(patterns: &[&str], ops: &[&[&'static str]]) -> Universe {
    let resources: Vec<_> = patterns.iter().map(|&pattern| On::Files(pattern.into())).collect();
    let access = |op, path: &str| Access::Files { op, path: GuestPath::parse(path).unwrap() };
    let accesses = PATHS.iter().flat_map(|path| FileOp::ALL.map(|op| access(op, path))).collect();
    Universe::new(rules(&resources, ops), accesses)
}

pub(crate) fn http() -> Universe {
    let resources = ["https://a.example/**", "https://*.example/X", "http://*/x/*"]
        .map(|url| On::Http(url.into(), Terms::default()));
    let methods = ["GET", "get", "POST"];
    let urls = ["https://a.example/x", "https://a.example/X", "https://b.example/X", "http://c/x/y", "https://c/"];
    let ask = |url: &str, method: &str| Access::Http {
        method: method.into(),
        url: HttpUrl::parse(url).unwrap(),
        carries: Default::default(),
        address: None,
    };
    let asked = urls.iter().flat_map(|url| methods.map(|method| ask(url, method))).collect();
    Universe::new(rules(&resources, &[&["GET"], &["GET", "POST"], &["*"]]), asked)
}

pub(crate) fn network() -> Universe {
    let tcp =
        [("a.example", 443), ("*.example", 443), ("*", 80)].map(|(host, port)| On::Tcp(host.into(), port, Vec::new()));
    let dns = ["a.example", "*.example"].map(|name| On::Dns(name.into()));
    let mut all = rules(&tcp, &[&["connect"]]);
    all.extend(rules(&dns, &[&["lookup"]]));
    let asked = [
        "tcp connect a.example:443",
        "tcp connect A.example:443",
        "tcp connect b.example:443",
        "tcp connect a.example:80",
        "tcp connect c:80",
        "dns lookup a.example",
        "dns lookup b.EXAMPLE",
        "dns lookup example",
    ];
    Universe::new(all, accesses(&asked))
}

/// Where requests lead, and what they carry.
pub(crate) fn http_terms() -> Universe {
    let [a, any, literal] = ["https://a.example/**", "https://*/**", "https://10.1.2.3/**"];
    let on = |url: &str, terms: Terms| On::Http(url.to_owned(), terms);
    let terms = Terms::default;
    let resources = [
        on(a, terms()),
        on(literal, terms()),
        on(a, Terms { address: vec!["10.0.0.0/8"], ..terms() }),
        on(any, Terms { address: vec!["127.0.0.0/8", "::ffff:0:0/96"], headers: vec!["X-A"], ..terms() }),
        on(a, Terms { headers: vec!["X-A", "X-B"], ..terms() }),
        on(a, Terms { credentials: true, ..terms() }),
    ];
    let ask = |url: &str, carries: &Carries, address: Option<&str>| Access::Http {
        method: "GET".to_owned(),
        url: HttpUrl::parse(url).unwrap(),
        carries: carries.clone(),
        address: address.map(|ip| ip.parse().unwrap()),
    };
    let carried = ["", "x-a", "x-b authorization", "authorization"].map(|names| Carries::of(names.split(' ')));
    let carried = carried.map(Result::unwrap_or_default);
    let leads = [None, Some("8.8.8.8"), Some("10.1.2.3"), Some("127.0.0.1"), Some("::ffff:10.1.2.3"), Some("fe80::1")];
    let mut asked: Vec<_> = leads.iter().map(|ip| ask("https://a.example/", &carried[0], *ip)).collect();
    asked.extend(
        carried
            .iter()
            .skip(1)
            .flat_map(|carries| [None, Some("10.1.2.3")].map(|ip| ask("https://a.example/x", carries, ip))),
    );
    asked.extend([None, Some("10.1.2.3")].map(|ip| ask("https://b.example/", &carried[0], ip)));
    asked.extend(
        ["https://10.1.2.3/", "https://10.9.9.9/", "https://127.0.0.1/"].map(|url| ask(url, &carried[0], None)),
    );
    Universe::new(rules(&resources, &[&["GET"]]), asked)
}

/// Conditions on a query.
pub(crate) fn http_query() -> Universe {
    let queries = [Query::Any, Query::Nothing, Query::AtMost(3), Query::AtMost(5), Query::AtMostAndOthers(3)];
    let on = |query| On::Http("https://a.example/**".to_owned(), Terms { query, ..Terms::default() });
    let asked = [
        "",
        "?",
        "?page=1",
        "?page=4",
        "?page=9",
        "?page=01",
        "?page=x",
        "?page=1&q=2",
        "?PAGE=9",
        "?PAGE=1",
        "?page=9&PAGE=1",
        "?page=1&page=1",
        "?page=9&page=9",
        "?page=1;q=2",
        "?page=9&q=%zz",
    ];
    let asked: Vec<_> = asked.iter().map(|query| format!("http GET https://a.example/{query}")).collect();
    let asked: Vec<_> = asked.iter().map(String::as_str).collect();
    Universe::new(rules(&queries.map(on), &[&["GET"]]), accesses(&asked))
}

/// Where connections lead.
pub(crate) fn tcp_addresses() -> Universe {
    let on = |host: &str, address: &[&'static str]| On::Tcp(host.to_owned(), 443, address.to_vec());
    let resources = [
        on("a.example", &[]),
        on("10.0.0.0/8", &[]),
        on("*", &["10.1.0.0/16", "::1"]),
        on("127.0.0.1", &["127.0.0.1"]),
    ];
    let leads = [None, Some("8.8.8.8"), Some("10.1.2.3"), Some("10.2.0.1"), Some("::1"), Some("::ffff:10.1.2.3")];
    let ask = |host: &str, address: Option<&str>| Access::Tcp {
        host: host.to_owned(),
        port: 443,
        address: address.map(|ip| ip.parse().unwrap()),
    };
    let names = ["a.example", "b.example"].into_iter().flat_map(|host| leads.map(|ip| ask(host, ip)));
    let literals = ["10.1.2.3", "127.0.0.1", "::ffff:10.1.2.3"].map(|host| ask(host, None));
    Universe::new(rules(&resources, &[&["connect"]]), names.chain(literals).collect())
}

pub(crate) fn secrets_and_env() -> Universe {
    let secrets = [("key", "https://a.example/**"), ("*", "https://*.example/x"), ("k*", "https://b.example/**")];
    let mut all =
        rules(&secrets.map(|(name, to)| On::Secrets(name.into(), to.into())), &[&["use"], &["use", "reveal"]]);
    all.extend(rules(&["HOME", "H*"].map(|name| On::Env(name.into())), &[&["read"]]));
    let asked = [
        "secrets use key https://a.example/x",
        "secrets use key https://b.example/x",
        "secrets use KEY https://a.example/x",
        "secrets use key https://a.example/y",
        "secrets use other https://a.example/x",
        "secrets reveal key",
        "secrets use key",
        "env read HOME",
        "env read home",
        "env read HOST",
        "env read PATH",
    ];
    Universe::new(all, accesses(&asked))
}

pub(crate) fn tools() -> Universe {
    let inputs = [Input::Any, Input::AtMost(3), Input::AtMost(5), Input::Path("/a/**".into())];
    let on = |name: &'static str| inputs.clone().map(|input| On::Tools(name.to_owned(), input));
    let mut all = rules(&[on("search"), on("*")].concat(), &[&["call"]]);
    let open = On::Tools("search".into(), Input::AtMostAndOthers(3));
    all.push(Rule { word: Word::Allow, on: open, ops: vec!["call"] });
    let inputs = [
        json!({}),
        json!({ "n": 1 }),
        json!({ "n": 4 }),
        json!({ "n": 9 }),
        json!({ "n": "1" }),
        json!({ "n": 1, "m": 1 }),
        json!({ "p": "/a/x" }),
        json!({ "p": "/A/x" }),
        json!({ "p": "/b" }),
        json!({ "p": "/a/../b" }),
        json!({ "p": 1 }),
    ];
    let calls =
        ["search", "edit"].iter().flat_map(|tool| inputs.iter().map(|input| call(tool, input.clone()))).collect();
    Universe::new(all, calls)
}
