//! How long the decision on a file takes, beside a scan of the same patterns one by one.
//!
//! Goals: below 1 µs with three layers of 200 rules, below 300 ns with three of 20.
//!
//! And how long the decision on a call takes, of twenty fields under 500 rules. Goal: below 5 µs.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use serde_json::{Map, Value, json};
use toolward_manifests::pattern::{Bindings, Flavour, PathPattern, PathTemplate, Segments};
use toolward_manifests::scope::{History, Marked, Taint};
use toolward_manifests::{Access, Call, FileOp, GuestPath, Scope, ScopeTexts, Source};

/// A path pattern, a list's word, and the operations in it.
type Rule = (String, &'static str, &'static str);

const READ: &str = "\"read\", \"list\"";
const ALL: &str = "\"read\", \"list\", \"create\", \"write\", \"delete\"";
const CHANGE: &str = "\"create\", \"write\", \"delete\"";

/// What a policy for a repository holds: all of it is open, some names nowhere, and each directory its own way.
fn realistic(count: usize) -> Vec<Rule> {
    let names = ["/**/.env", "/**/.env.*", "/**/.git/**", "/**/.ssh/**", "/**/*.pem", "/**/id_*"];
    let named = names.iter().map(|name| (format!("/repo{name}"), "deny", "\"read\", \"write\""));
    let directories = (0..count).map(|at| match at % 5 {
        0 => (format!("/repo/crates/part{at}/**"), "allow", ALL),
        1 => (format!("/repo/crates/part{}/src/generated/**", at - 1), "deny", "\"write\""),
        2 => (format!("/repo/crates/part{}/Cargo.toml", at - 2), "ask", "\"write\""),
        3 => (format!("/repo/docs/page{at}.md"), "allow", CHANGE),
        _ => (format!("/repo/**/fixtures{at}/**"), "deny", "\"write\""),
    });
    let open = ("/repo/**".to_owned(), "allow", READ);
    [open].into_iter().chain(named).chain(directories).take(count).collect()
}

/// What keeps an index busy: wildcards in front, so that every rule stays possible to the end of the path.
fn wild(count: usize) -> Vec<Rule> {
    let rule = |at: usize| match at % 4 {
        0 => (format!("/**/part{at}*/**/lib.rs"), "ask", "\"write\""),
        1 => (format!("/repo/*/part{at}/*.rs"), "deny", "\"write\""),
        2 => (format!("/**/a{at}*"), "deny", "\"read\""),
        _ => (format!("/repo/**/{at}/**"), "allow", CHANGE),
    };
    [("/repo/**".to_owned(), "allow", ALL)].into_iter().chain((1..count).map(rule)).collect()
}

fn tables(rules: &[Rule]) -> String {
    let line =
        |(path, word, ops): &Rule| format!("  {{ path = \"{path}\", {word} = [{ops}], why = \"a benchmark\" }},\n");
    format!("files = [\n{}]\n", rules.iter().map(line).collect::<String>())
}

/// Three layers of the same rules.
fn scope(rules: &[Rule]) -> Scope {
    let source = |text: String| Source { name: "bench.toml".to_owned(), text };
    let files = tables(rules);
    let tool = "[tool]\nname = \"t\"\ndescription = \"A benchmark.\"\ncomponent = \"t.wasm\"\n";
    let policy = format!("schema = 1\nagents.a = {{}}\n[types.t]\nagents = [\"a\"]\n{files}");
    let texts = ScopeTexts {
        manifest: Some(source(format!("schema = 1\n{files}{tool}"))),
        policies: vec![(vec![source(policy)], "t".to_owned())],
        grants: vec![source(format!("schema = 1\n{files}"))],
        ..ScopeTexts::default()
    };
    Scope::build(&texts).unwrap()
}

/// The same patterns, compared as the decision compares them.
fn patterns(rules: &[Rule]) -> Vec<(Flavour, PathPattern)> {
    let pattern = |(path, word, _): &Rule| {
        let flavour = if *word == "allow" { Flavour::Exact } else { Flavour::Folded };
        (flavour, PathTemplate::parse(path).unwrap().bind(&Bindings::new()).unwrap())
    };
    (0..3).flat_map(|_| rules.iter().map(pattern)).collect()
}

fn scan(patterns: &[(Flavour, PathPattern)], path: &GuestPath) -> usize {
    let segments = Segments::new(path);
    patterns.iter().filter(|(flavour, pattern)| pattern.matches_segments(&segments, *flavour)).count()
}

fn decide(criterion: &mut Criterion) {
    let paths = [
        ("shallow", "/repo/readme.md"),
        ("deep", "/repo/crates/part10/src/parse/lexer/lib.rs"),
        ("upper", "/repo/crates/part10/src/Parse.rs"),
        ("denied", "/repo/crates/part10/.env"),
    ];
    for (name, rules) in [("realistic", realistic as fn(usize) -> Vec<Rule>), ("wild", wild)] {
        let mut group = criterion.benchmark_group(name);
        for count in [20, 200] {
            let rules = rules(count);
            let (scope, patterns) = (scope(&rules), patterns(&rules));
            for (kind, path) in paths {
                let path = GuestPath::parse(path).unwrap();
                let access = Access::Files { op: FileOp::Read, path: path.clone() };
                let id = |what: &str| BenchmarkId::new(format!("{what}/3x{count}"), kind);
                group.bench_function(id("decide"), |bencher| bencher.iter(|| scope.decide(black_box(&access))));
                group.bench_function(id("scan"), |bencher| bencher.iter(|| scan(&patterns, black_box(&path))));
            }
        }
        group.finish();
    }
}

/// A policy of 500 rules: 180 for files, 300 for as many tools, and 20 for the tool that is called.
fn calls() -> String {
    let others = (0..300).map(|at| {
        format!("  {{ name = \"tool{at}\", allow = [\"call\"], input = {{ root = \"/repo/{at}/**\", n = {{ max = {at} }} }} }},\n")
    });
    let condition = |field: usize| match field % 5 {
        0 => format!("f{field} = \"/repo/**\""),
        1 => format!("f{field} = {{ min = 0, max = 1000 }}"),
        2 => format!("f{field} = [\"fast\", \"slow\", \"v{field}\"]"),
        3 => format!("f{field} = {{ length = 40, pattern = \"ref-*\" }}"),
        _ => format!("f{field} = true"),
    };
    let all: Vec<_> = (0..20).map(condition).collect();
    let own = (0..20).map(|at| match at % 4 {
        // All but the last misses by one field.
        0 if at < 16 => {
            format!("  {{ name = \"called\", allow = [\"call\"], input = {{ {}, other{at} = 1 }} }},\n", all.join(", "))
        }
        0 => format!(
            "  {{ name = \"called\", allow = [\"call\"], input = {{ {} }}, times = 50, after = \"tool1\" }},\n",
            all.join(", ")
        ),
        1 => format!("  {{ name = \"called\", deny = [\"call\"], input = {{ f0 = \"/repo/{at}/.git/**\" }} }},\n"),
        2 => format!("  {{ name = \"called\", ask = [\"call\"], input = {{ f1 = {{ min = {at}000 }} }} }},\n"),
        _ => format!("  {{ name = \"called\", ask = [\"call\"], tainted = true, not_after = \"tool{at}\" }},\n"),
    });
    format!("{}tools = [\n{}]\n", tables(&realistic(180)), others.chain(own).collect::<String>())
}

fn call(scope: &Scope) -> Access {
    let value = |field: usize| match field % 5 {
        0 => json!(format!("/repo/src/part{field}/lib.rs")),
        1 => json!(field),
        2 => json!("slow"),
        3 => json!(format!("ref-{field}")),
        _ => json!(true),
    };
    let input = (0..20).map(|field| (format!("f{field}"), value(field))).collect::<Map<_, _>>();
    let succeeded = Marked { began: true, succeeded: true };
    let tool = |name: &str| Call { tool: name.to_owned(), sha256: None, input: json!({}), history: None };
    let marks = scope.marks(&tool("tool1")).began.into_iter().map(|mark| (mark, succeeded)).collect();
    let history = Some(History { marks, ..History::new() });
    Access::Tools(Call { input: Value::Object(input), history, ..tool("called") })
}

fn decide_call(criterion: &mut Criterion) {
    let source = |text: String| Source { name: "bench.toml".to_owned(), text };
    let policy = format!("schema = 1\nagents.a = {{}}\n[types.t]\nagents = [\"a\"]\n{}", calls());
    let policies = vec![(vec![source(policy)], "t".to_owned())];
    let scope = Scope::build(&ScopeTexts { policies, ..ScopeTexts::default() }).unwrap();
    let mut group = criterion.benchmark_group("call");
    let allowed = call(&scope);
    assert_eq!(scope.decide_when(&allowed, Taint::Clean).word(), "allow");
    let mut refused = allowed.clone();
    let Access::Tools(Call { input, .. }) = &mut refused else { return };
    input["f19"] = json!(false);
    assert_eq!(scope.decide_when(&refused, Taint::Clean).word(), "deny");
    let mut bench = |name: &str, access: &Access| {
        let decide = || scope.decide_when(black_box(access), Taint::Clean);
        group.bench_function(BenchmarkId::new("decide/500", name), |bencher| bencher.iter(decide));
    };
    bench("allowed", &allowed);
    bench("refused", &refused);
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .sample_size(30);
    targets = decide, decide_call
}
criterion_main!(benches);
