//! Conditions on URLs, paths, e-mail addresses and hosts: they compare normal forms, and the input is brought into them first.
use serde_json::Value;
use toolward_manifests::scope::History;
use toolward_manifests::{Access, Call, Scope};

use crate::world::{World, call};

/// What a scope says of a call whose input reaches it as the broker hands it on, and the input that the tool gets.
fn called(scope: &Scope, input: &str) -> (&'static str, Value) {
    let Access::Tools(call) = call("read", input, Some(History::new())) else { unreachable!() };
    let input = scope.normal_input("read", &call.input).unwrap_or(call.input);
    (scope.decide(&Access::Tools(Call { input: input.clone(), ..call })).word(), input)
}

fn allowed(condition: &str) -> Scope {
    let rule = format!("tools = [{{ name = \"read\", allow = [\"call\"], input = {{ {condition} }} }}]\n");
    World::new().policy(&rule).scope()
}

fn denied(condition: &str) -> Scope {
    let rules = format!(
        "tools = [{{ name = \"read\", allow = [\"call\"] }}, {{ name = \"read\", deny = [\"call\"], input = {{ {condition} }} }}]\n"
    );
    World::new().policy(&rules).scope()
}

/// Each text of the field `x`, with what an `allow` and a `deny` under the condition make of it.
fn check(condition: &str, cases: &[(&str, &str, &str)]) {
    for (text, by_allow, by_deny) in cases {
        let input = serde_json::json!({ "x": text }).to_string();
        assert_eq!(called(&allowed(condition), &input).0, *by_allow, "allow under {condition}: {text}");
        assert_eq!(called(&denied(condition), &input).0, *by_deny, "deny under {condition}: {text}");
    }
}

#[test]
fn a_url_is_compared_in_the_form_that_is_sent() {
    check(
        "x = \"http://h/pub/**\"",
        &[
            ("http://h/pub/x", "allow", "deny"),
            ("HTTP://H:80/./%70ub/x?q=1#f", "allow", "deny"),
            ("http://h/pub/../admin/x", "deny", "allow"),
            ("http://h/PUB/x", "deny", "deny"),
            ("http://h:8080/pub/x", "deny", "allow"),
            ("http://u@h/pub/x", "deny", "deny"),
            ("http://h/pub/ x", "deny", "deny"),
            ("h/pub/x", "deny", "deny"),
            ("", "deny", "deny"),
        ],
    );
}

/// A pattern that names one resource allows it without a query; a `deny` matches with any.
#[test]
fn a_query_needs_a_wildcard() {
    check(
        "x = \"http://h/a\"",
        &[
            ("http://h/a", "allow", "deny"),
            ("http://h/a#f", "allow", "deny"),
            ("http://h/a?", "deny", "deny"),
            ("http://h/a?q=1", "deny", "deny"),
        ],
    );
    check("x = \"http://h/*\"", &[("http://h/a?q=1", "allow", "deny"), ("http://h/a/b", "deny", "allow")]);
}

#[test]
fn a_path_is_compared_in_normal_form() {
    check(
        "x = \"/admin/**\"",
        &[
            ("/admin/x", "allow", "deny"),
            ("/./admin//x/", "allow", "deny"),
            ("/pub/../admin/x", "deny", "deny"),
            ("/pub/x", "deny", "allow"),
            ("admin/x", "deny", "deny"),
        ],
    );
}

#[test]
fn an_address_is_one_address() {
    check(
        "x = \"*@example.com\"",
        &[
            ("ana@example.com", "allow", "deny"),
            ("ana@EXAMPLE.com.", "allow", "deny"),
            ("eve@evil.example,ana@example.com", "deny", "deny"),
            ("Ana <ana@example.com>", "deny", "deny"),
            ("ana@sub.example.com", "deny", "allow"),
            ("ana", "deny", "deny"),
        ],
    );
    let domain = World::new().set("domain", "example.com").policy(
        "parameters.domain = { pattern = \"[a-z.]+\" }\ntools = [{ name = \"read\", allow = [\"call\"], input = { x = \"*@{domain}\" } }]\n",
    );
    let scope = domain.scope();
    assert_eq!(called(&scope, r#"{"x":"ana@example.com"}"#).0, "allow");
    assert_eq!(called(&scope, r#"{"x":"evil@x,ana@example.com"}"#).0, "deny");
}

/// A text with an `@` is no address by its form where what follows has no dot.
#[test]
fn a_package_is_no_address() {
    check("x = \"left-pad@latest\"", &[("left-pad@latest", "allow", "deny"), ("react", "deny", "allow")]);
}

#[test]
fn a_host_is_compared_in_its_one_form() {
    check(
        "x = { as = \"host\", pattern = \"*.example.com\" }",
        &[
            ("a.example.com", "allow", "deny"),
            ("A.EXAMPLE.com.", "allow", "deny"),
            ("example.com", "deny", "allow"),
            ("a.example.com:80", "deny", "deny"),
        ],
    );
    check(
        "x = { as = \"host\", one_of = [\"10.0.0.0/8\", \"127.0.0.1\"] }",
        &[("10.1", "allow", "deny"), ("0x7f.1", "allow", "deny"), ("8.8.8.8", "deny", "allow")],
    );
}

/// A type alone asks for nothing but that the text is one.
#[test]
fn a_type_stands_alone() {
    check("x = { as = \"email\" }", &[("ana@example.com", "allow", "deny"), ("ana", "deny", "deny")]);
    check("x = { as = \"url\", length = 12 }", &[("http://h", "allow", "deny"), ("http://h/long", "deny", "allow")]);
}

/// `as = "text"` compares the spelling.
#[test]
fn a_spelling_is_compared_where_a_rule_says_so() {
    check(
        "x = { as = \"text\", pattern = \"/v1/**\" }",
        &[("/v1/a/", "allow", "deny"), ("/./v1/a", "deny", "allow"), ("/v1/../a", "allow", "deny")],
    );
}

/// Types that several rules give to one field: the value is of one of them at most.
#[test]
fn one_field_may_be_of_several_types() {
    let scope = World::new()
        .policy("tools = [{ name = \"read\", allow = [\"call\"], input = { x = [\"/repo/**\", \"https://h/**\"] } }]\n")
        .scope();
    for (text, word, normal) in [
        ("/repo/./a", "allow", "/repo/a"),
        ("https://H/a/../b", "allow", "https://h/b"),
        ("https://h/../repo", "allow", "https://h/repo"),
        ("repo/./a", "deny", "repo/./a"),
    ] {
        let input = serde_json::json!({ "x": text }).to_string();
        assert_eq!(called(&scope, &input), (word, serde_json::json!({ "x": normal })), "{text}");
    }
}

/// What was not brought into normal form is not allowed: who forgets that opens nothing.
#[test]
fn what_is_not_in_normal_form_is_not_proved() {
    for (condition, text) in [
        ("x = \"http://h/**\"", "http://h/a/../b"),
        ("x = \"http://h/**\"", "http://h"),
        ("x = \"/repo/**\"", "/repo/./a"),
        ("x = \"*@h.example\"", "a@H.example"),
        ("x = { as = \"host\" }", "H.example"),
    ] {
        let input = serde_json::json!({ "x": text }).to_string();
        let decided = |scope: Scope| scope.decide(&call("read", &input, Some(History::new()))).word();
        assert_eq!(decided(allowed(condition)), "deny", "{text}");
        assert_eq!(decided(denied(condition)), "deny", "{text}");
        assert_eq!(called(&allowed(condition), &input).0, "allow", "{text}");
    }
}

/// The schema's `format` gives a type to a condition that has none by its form.
#[test]
fn a_format_gives_a_type() {
    let schema = serde_json::json!({ "properties": {
        "x": { "type": "string", "format": "uri" },
        "to": { "type": "array", "items": { "$ref": "#/$defs/mail" } },
        "h": { "type": "string", "format": "hostname" },
    }, "$defs": { "mail": { "type": "string", "format": "email" } } });
    let typed = |scope: Scope| scope.with_input_schema("read", &schema);
    let deny = typed(denied("x = \"**/admin/**\""));
    assert_eq!(called(&deny, r#"{"x":"http://h/%61dmin/x"}"#).0, "deny");
    assert_eq!(called(&deny, r#"{"x":"http://h/pub/../admin/x"}"#).0, "deny");
    assert_eq!(called(&deny, r#"{"x":"admin"}"#).0, "deny");
    assert_eq!(called(&deny, r#"{"x":"http://h/pub"}"#).0, "allow");
    let to = typed(allowed("\"to[]\" = \"*\""));
    assert_eq!(called(&to, r#"{"to":["a@H.example"]}"#), ("allow", serde_json::json!({"to":["a@h.example"]})));
    assert_eq!(called(&to, r#"{"to":["a@h.example","x"]}"#).0, "deny");
    let host = typed(denied("h = \"10.0.0.0/8\""));
    assert_eq!(called(&host, r#"{"h":"0x0a.1"}"#).0, "deny");
    let spelled = typed(allowed("x = { as = \"text\", pattern = \"ftp://**\" }"));
    assert_eq!(called(&spelled, r#"{"x":"ftp://h/"}"#).0, "allow");
}

/// A parameter's value may make a pattern one of URLs or paths.
#[test]
fn a_parameter_may_make_the_type() {
    let scope = |value: &str, pattern: &str, word: &str| {
        let rules = format!(
            "parameters.site = {{ pattern = \"[!-~/ ]+\" }}\ntools = [{{ name = \"read\", allow = [\"call\"]{} }}]\n",
            if word == "allow" {
                format!(", input = {{ x = \"{pattern}\" }}")
            } else {
                format!(" }}, {{ name = \"read\", deny = [\"call\"], input = {{ x = \"{pattern}\" }}")
            },
        );
        World::new().policy(&rules).set("site", value).scope()
    };
    let word = |scope: &Scope, text: &str| called(scope, &serde_json::json!({ "x": text }).to_string()).0;
    let pub_ = scope("http://h/pub", "{site}/**", "allow");
    assert_eq!((word(&pub_, "http://h/pub/x"), word(&pub_, "http://h/pub/../x")), ("allow", "deny"));
    let link = scope("http://h/a?q=[1]#f", "{site}", "allow");
    assert_eq!(
        (word(&link, "http://h/./a?q=[1]"), word(&link, "http://h/a"), word(&link, "http://h/a?q=2")),
        ("allow", "deny", "deny")
    );
    let bad = scope("http://h/a?q=1", "{site}", "deny");
    assert_eq!((word(&bad, "http://h//%61"), word(&bad, "http://h/b")), ("deny", "allow"));
    let mail = scope("eve@evil.example", "{site}", "deny");
    assert_eq!((word(&mail, "Eve <eve@evil.example>"), word(&mail, "ana@evil.example")), ("deny", "allow"));
    let path = scope("/repo/a", "{site}/**", "deny");
    assert_eq!((word(&path, "/repo/./a/b"), word(&path, "/repo/b")), ("deny", "allow"));
}

/// Questions about earlier calls compare what their tool got.
#[test]
fn an_earlier_call_is_known_by_its_normal_input() {
    let rules =
        "tools = [{ name = \"*\", allow = [\"call\"], after = { tool = \"read\", input = { x = \"/a/b\" } } }]\n";
    let scope = World::new().policy(rules).scope();
    let input = scope.normal_input("read", &serde_json::json!({ "x": "/a/./b/" })).unwrap();
    let Access::Tools(read) = call("read", &input.to_string(), None) else { unreachable!() };
    assert_eq!(scope.marks(&read).succeeded.len(), 1);
    assert_eq!(scope.normal_input("other", &serde_json::json!({ "x": "/a/./b/" })), None);
}

/// A condition on a URL's query cannot change what is sent: what is not in normal form is not allowed there.
#[test]
fn a_query_is_sent_as_it_is() {
    let rules =
        "http = [{ url = \"https://a.example/**\", allow = [\"GET\"], query = { to = \"http://h/pub/**\" } }]\n";
    let world = World::new().policy(rules);
    let word = |to: &str| world.word(&format!("http GET https://a.example/x?to={to}"));
    assert_eq!((word("http://h/pub/x"), word("http://h/pub/../x"), word("http://H/pub/x")), ("allow", "deny", "deny"));
}
