//! Rules that read differently from what they do are told.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use toolward_manifests::{Grant, Policy, Source};

fn source(text: &str) -> Source {
    Source { name: "x.toml".to_owned(), text: text.to_owned() }
}

/// What is found in a grant with these rules: the marked text, and the message.
fn found(rules: &str) -> Vec<(String, String)> {
    let source = source(&format!("schema = 1\n{rules}\n"));
    let findings = Grant::parse(&source).unwrap().findings();
    let marked = |at: std::ops::Range<usize>| source.text.get(at).unwrap().to_owned();
    findings
        .into_iter()
        .map(|finding| (marked(finding.span), finding.message + "; " + &finding.help.unwrap()))
        .collect()
}

/// One finding that marks a text and says something.
fn finds(rules: &str, marks: &str, says: &str) {
    let found = found(rules);
    assert!(matches!(&found[..], [(marked, said)] if marked == marks && said.contains(says)), "{rules}: {found:?}");
}

fn is_quiet(rules: &str) {
    assert_eq!(found(rules), [], "{rules}");
}

#[test]
fn a_class_that_looks_like_a_name() {
    finds(r#"files = [{ path = "/app/[id]/x", allow = ["read"] }]"#, "[id]", "write `[[]id]`");
    finds(r#"files = [{ path = "/app/[slug].tsx", deny = ["read"] }]"#, "[slug]", "is a class");
    finds(r#"files = [{ path = "/app/[...path]/page.tsx", allow = ["read"] }]"#, "[...path]", "is a class");
    finds(r#"http = [{ url = "https://h/users/[id]", allow = ["GET"] }]"#, "[id]", "is a class");
    for path in ["/src/*.[ch]", "/[a-z]/x", "/[Mm]akefile", "/app/[[]id]/x", "/x[ab]y", "/[!ab]/x", "/[a]/x"] {
        is_quiet(&format!("files = [{{ path = \"{path}\", allow = [\"read\"] }}]"));
    }
}

#[test]
fn a_star_that_stops_at_a_slash() {
    finds(r#"files = [{ path = "/repo/*", allow = ["read"] }]"#, "*", "write `/repo/**`");
    finds(r#"files = [{ path = "/repo/*.pem", deny = ["read"] }]"#, "*.pem", "write `/repo/**/*.pem`");
    finds(r#"http = [{ url = "https://h/api/*", deny = ["GET"] }]"#, "*", "write `https://h/api/**`");
    is_quiet(r#"files = [{ path = "/repo/*.rs", allow = ["read"] }]"#);
    is_quiet(r#"files = [{ path = "/repo/**", allow = ["read", "list"] }, { path = "/repo/**", deny = ["read"] }]"#);
    is_quiet(r#"files = [{ path = "/x/[!a-z0-9~é]", allow = ["read"] }, { path = "/y", deny = ["read"] }]"#);
    is_quiet(r#"files = [{ path = "/repo/**/*", deny = ["read"] }]"#);
    is_quiet(r#"files = [{ path = "/repo/*/x", deny = ["read"] }]"#);
}

#[test]
fn an_allow_that_a_deny_takes_back() {
    let deny = r#"{ path = "/repo/secrets/**", deny = ["read", "write"] }"#;
    let public = r#"{ path = "/repo/secrets/public/**", allow = ["read"] }"#;
    for rules in [format!("files = [{deny}, {public}]"), format!("files = [{public}, {deny}]")] {
        finds(&rules, "\"/repo/secrets/public/**\"", "`deny` beats `allow`");
    }
    finds(
        &format!("files = [{deny}, {{ path = \"/repo/secrets/{{x}}\", allow = [\"create\"] }}]"),
        "\"/repo/secrets/{x}\"",
        "x.toml:2 denies",
    );
    is_quiet(&format!("files = [{deny}, {{ path = \"/repo/**\", allow = [\"read\"] }}]"));
    is_quiet(&format!("files = [{deny}, {{ path = \"/repo/secrets/x\", allow = [\"list\"] }}]"));
    is_quiet(r#"files = [{ path = "/a/{x}/**", deny = ["read"] }, { path = "/a/b/**", allow = ["read"] }]"#);
    is_quiet(r#"files = [{ path = "/a/**", deny = ["read"], tainted = true }, { path = "/a/b", allow = ["read"] }]"#);
    let http = |deny: &str| {
        format!("http = [{{ url = \"https://h/v1/**\", {deny} }}, {{ url = \"https://h/v1/x\", allow = [\"GET\"] }}]")
    };
    finds(&http("deny = [\"*\"]"), "\"https://h/v1/x\"", "denies all");
    is_quiet(&http("deny = [\"POST\"]"));
    is_quiet(&http("deny = [\"GET\"], query = { admin = \"*\" }"));
}

#[test]
fn a_url_with_a_slash_at_its_end_or_without_a_path() {
    finds(
        r#"http = [{ url = "https://h/api/", allow = ["GET"] }]"#,
        "\"https://h/api/\"",
        "only with a `/` at its end",
    );
    finds(r#"http = [{ url = "https://h/", allow = ["GET"] }]"#, "\"https://h/\"", "write `https://h/**`");
    finds(r#"http = [{ url = "https://h/", deny = ["GET"] }]"#, "\"https://h/\"", "write `https://h/**`");
    is_quiet(r#"http = [{ url = "https://h/api/", deny = ["GET"] }]"#);
}

#[test]
fn a_denied_host_without_its_subdomains() {
    finds(r#"dns = [{ name = "evil.example", deny = ["lookup"] }]"#, "\"evil.example\"", "`*.evil.example`");
    finds(r#"tcp = [{ host = "evil.example", port = "*", deny = ["connect"] }]"#, "\"evil.example\"", "subdomains");
    is_quiet(r#"dns = [{ name = "evil.example", deny = ["lookup"] }, { name = "*.evil.example", deny = ["lookup"] }]"#);
    is_quiet(r#"tcp = [{ host = "10.0.0.0/8", port = "*", deny = ["connect"] }]"#);
    is_quiet(r#"dns = [{ name = "good.example", allow = ["lookup"] }]"#);
}

/// In a policy the rules for all types, and those of the sets that a type uses, stand beside its own.
#[test]
fn a_policy_is_read_as_a_whole() {
    let text = "schema = 1\nagents.a = {}\n[types.t]\nagents = [\"a\"]\nuse = [\"s\"]\nfiles = [{ path = \"/r/.ssh/x\", allow = [\"read\"] }, \
                { path = \"/r/k\", allow = [\"read\"] }, { path = \"/r/ok\", allow = [\"read\"] }]\n[sets.s]\n\
                files = [{ path = \"/r/k\", deny = [\"read\"] }]\n[all]\nfiles = [{ path = \"/**/.ssh/**\", deny = [\"read\"] }]\n";
    let findings = Policy::parse(&source(text)).unwrap().findings();
    let found: Vec<_> = findings.iter().map(|finding| (finding.line, &finding.message[.."x.toml:8".len()])).collect();
    assert_eq!(found, [(6, "x.toml:1"), (6, "x.toml:8")], "{findings:?}");
    assert!(findings[0].render(text).contains("^^^^^^^^^^^"), "{}", findings[0].render(text));
}
