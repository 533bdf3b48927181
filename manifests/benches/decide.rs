//! How long the decision on a file takes, beside a scan of the same patterns one by one.
//!
//! Goals: below 1 µs with three layers of 200 rules, below 300 ns with three of 20.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use toolward_manifests::pattern::{Bindings, Flavour, PathPattern, PathTemplate, Segments};
use toolward_manifests::{Access, FileOp, GuestPath, Scope, ScopeTexts, Source};

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

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .sample_size(30);
    targets = decide
}
criterion_main!(benches);
