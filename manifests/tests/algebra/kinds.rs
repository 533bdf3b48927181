//! Small universes, one of each kind.
use serde_json::json;
use toolward_manifests::url::HttpUrl;
use toolward_manifests::{Access, FileOp, GuestPath};

use crate::algebra::rule::{Input, On, Rule, Word};
use crate::algebra::universe::{Universe, call};

/// Each word, on each resource, with each list of operations.
fn rules(resources: &[On], ops: &[&[&'static str]]) -> Vec<Rule> {
    let mut rules = Vec::new();
    for word in Word::ALL {
        for on in resources {
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
    let resources = ["https://a.example/**", "https://*.example/X", "http://*/x/*"].map(|url| On::Http(url.into()));
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
    let tcp = [("a.example", 443), ("*.example", 443), ("*", 80)].map(|(host, port)| On::Tcp(host.into(), port));
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
