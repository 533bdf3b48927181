//! Parameters that try to break out: a value is literal text wherever it stands, or there is no such task.
use std::collections::BTreeMap;

use toolward_manifests::Policy;

use crate::world::{World, policy};

/// Values that mean something else to somebody.
const HOSTILE: [&str; 22] = [
    "../x",
    "..",
    ".",
    "a/../b",
    "*",
    "**",
    "?",
    "[a-z]",
    "{other}",
    "{",
    "}",
    "a\nb",
    "a\0b",
    "%2e%2e",
    "%2F",
    "a\\b",
    "~",
    "ａcme",
    "аcme",
    "acme\u{301}",
    "ACME",
    "",
];

/// A policy under which a parameter may be anything.
fn anything(rules: &str) -> World {
    World::new().policy(&format!("parameters.p = {{ pattern = \"(?s).*\" }}\n{rules}"))
}

/// Where a value can be bound at all it opens itself and nothing else.
#[test]
fn in_a_path_a_value_is_one_name() {
    let world = anything("files = [{ path = \"/work/{p}/**\", allow = [\"read\"] }]\n");
    for value in HOSTILE {
        let Ok(scope) = toolward_manifests::Scope::build(&world.clone().set("p", value).0) else { continue };
        let word = |path: &str| {
            let path = toolward_manifests::GuestPath::parse(path).ok()?;
            let access = toolward_manifests::Access::Files { op: toolward_manifests::FileOp::Read, path };
            Some(scope.decide(&access).word())
        };
        for other in ["/work/acme/x", "/work/x", "/x", "/etc/passwd", "/work/a/x", "/work/other/x", "/work"] {
            assert_eq!(word(other), Some("deny"), "{value:?} opens {other}");
        }
        assert_eq!(word(&format!("/work/{value}/x")), Some("allow"), "{value:?}");
    }
    for value in ["../x", "..", ".", "a/../b", "a\nb", "a\0b", ""] {
        let fails = world.clone().set("p", value).fails();
        assert!(fails.starts_with("policy.toml:8:"), "{value:?}: {fails}");
    }
}

#[test]
fn in_a_url_a_value_is_one_segment() {
    let world = anything("http = [{ url = \"https://a.example/repos/{p}/**\", allow = [\"GET\"] }]\n");
    for value in HOSTILE {
        let Ok(scope) = toolward_manifests::Scope::build(&world.clone().set("p", value).0) else { continue };
        for other in [
            "https://a.example/repos/acme/x",
            "https://a.example/repos/x",
            "https://a.example/x",
            "https://a.example/repos/",
            "https://a.example/repos/a/x",
            "https://a.example/repos/../x",
            "https://a.example/repos/other/x",
            "https://evil.example/repos/acme/x",
        ] {
            let word = scope.decide(&format!("http GET {other}").parse().unwrap()).word();
            assert_eq!(word, "deny", "{value:?} opens {other}");
        }
    }
    let host = anything("http = [{ url = \"https://{p}.example/**\", allow = [\"GET\"] }]\n");
    for value in ["a.evil", "evil.example/", "evil.example#", "evil.example?", "a@evil", "*", "a:80", "", "аcme"] {
        let Ok(scope) = toolward_manifests::Scope::build(&host.clone().set("p", value).0) else { continue };
        for other in
            ["https://evil.example/", "https://acme.example/", "https://evil/", "https://evil.example.example/"]
        {
            assert_eq!(scope.decide(&format!("http GET {other}").parse().unwrap()).word(), "deny", "{value:?} {other}");
        }
    }
}

#[test]
fn in_an_input_a_value_is_itself() {
    let world = anything("tools = [{ name = \"read\", allow = [\"call\"], input = { to = \"{p}\" } }]\n");
    for value in HOSTILE {
        let Ok(_) = toolward_manifests::Scope::build(&world.clone().set("p", value).0) else { continue };
        let word = |to: &str| world.clone().set("p", value).call(&serde_json::json!({ "to": to }).to_string());
        assert_eq!(word(value), "allow", "{value:?}");
        for other in ["acme", "a", "x", "../y", "other", "a/b", " "] {
            assert_eq!(word(other), "deny", "{value:?} is {other}");
        }
    }
}

fn mounts(parameter: &str, under: &str) -> Policy {
    policy(&format!("parameters.p = {{ {parameter} }}\nmounts.\"/repo\" = {{ under = {under}, mode = \"rw\" }}\n"))
}

fn under(policy: &Policy, value: &str) -> Result<Vec<String>, String> {
    let mounts = BTreeMap::from([("/repo".to_owned(), false)]);
    let parameters = BTreeMap::from([("p".to_owned(), value.to_owned())]);
    let mut terms = policy.task_terms("a", "t", None, &mounts, &parameters).map_err(|refused| refused.why)?;
    Ok(terms.mounts.remove("/repo").unwrap().under)
}

#[test]
fn in_a_mount_a_value_leads_nowhere_else() {
    let one = mounts("pattern = \"(?s).*\"", "[\"/srv/{p}/src\", \"~/x-{p}\", \"/opt/fixed\"]");
    assert_eq!(under(&one, "acme").unwrap(), ["/srv/acme/src", "~/x-acme", "/opt/fixed"]);
    for value in ["", ".", "..", "../x", "a/b", "/etc", "a\nb", "a\0b"] {
        assert!(under(&one, value).is_err(), "{value:?}");
    }
    // What is special in a pattern or a URL is a name like any other here.
    for value in ["*", "{p}", "%2e%2e", "~", "ａcme", "a\\b", "..."] {
        assert_eq!(under(&one, value).unwrap()[0], format!("/srv/{value}/src"));
    }
    let deep = mounts("pattern = \"[a-z.]+/[a-z.]+\"", "\"/srv/{p}\"");
    assert_eq!(under(&deep, "acme/site").unwrap(), ["/srv/acme/site"]);
    for value in ["../etc", "acme/..", "./x", "acme/.", "acme//"] {
        assert!(under(&deep, value).is_err(), "{value:?}");
    }
}

#[test]
fn two_values_do_not_join_to_a_way_out() {
    let policy = policy(
        "parameters.p = { pattern = \"[.]\" }\nparameters.q = { pattern = \"[.]\" }\nmounts.\"/repo\" = { under = \"/srv/{p}{q}/x\" }\n",
    );
    let parameters = BTreeMap::from(["p", "q"].map(|name| (name.to_owned(), ".".to_owned())));
    let mounts = BTreeMap::from([("/repo".to_owned(), false)]);
    assert!(policy.task_terms("a", "t", None, &mounts, &parameters).is_err());
}

/// A value that is itself a template is no template.
#[test]
fn a_value_is_not_bound_again() {
    let world = World::new().policy(
        "parameters.p = { pattern = \".*\" }\nparameters.q = { pattern = \".*\" }\ntools = [{ name = \"read\", allow = [\"call\"], input = { to = \"{p}-{q}\" } }]\n",
    );
    let world = world.set("p", "{q}").set("q", "secret");
    assert_eq!(world.call(r#"{"to":"{q}-secret"}"#), "allow");
    assert_eq!(world.call(r#"{"to":"secret-secret"}"#), "deny");
}

#[test]
fn a_parameter_under_a_path_lies_beneath_it() {
    let world = World::new().policy(
        "parameters.dir = { under = \"/repo/src\" }\ntools = [{ name = \"read\", allow = [\"call\"], input = { root = \"{dir}\" } }]\n",
    );
    assert_eq!(world.clone().set("dir", "/repo/src/a").call(r#"{"root":"/repo/src/a"}"#), "allow");
    assert_eq!(world.clone().set("dir", "/repo/src").call(r#"{"root":"/repo/src"}"#), "allow");
    assert_eq!(world.clone().set("dir", "/repo/src/a").call(r#"{"root":"/repo/src/a/b"}"#), "deny");
    for value in [
        "/repo",
        "/repo/srcs",
        "/repo/src/../..",
        "/repo/src/",
        "/repo//src",
        "repo/src",
        "/",
        "",
        "/REPO/src",
        "/repo/src/\0",
    ] {
        let fails = world.clone().set("dir", value).fails();
        assert!(fails.contains("which is no guest path at or beneath `/repo/src`"), "{value:?}: {fails}");
    }
}

/// Whatever stands behind it: a text that begins with a path is a pattern of paths, and no `..` leads out of it.
#[test]
fn behind_a_path_in_an_input_no_wildcard_takes_dots() {
    for behind in ["/**", "/*", "/x?/**"] {
        let world = World::new().policy(&format!(
            "parameters.dir = {{ under = \"/repo\" }}\ntools = [{{ name = \"read\", allow = [\"call\"], input = {{ file = \"{{dir}}{behind}\" }} }}]\n"
        ));
        let world = world.set("dir", "/repo/src");
        assert_eq!(world.call(r#"{"file":"/repo/src/x1"}"#), "allow", "{behind}");
        for out in ["/repo/src/..", "/repo/src/../../etc", "/repo/src/x1/../../../etc", "/repo/src//x1", "/etc"] {
            assert_eq!(world.call(&format!("{{\"file\":\"{out}\"}}")), "deny", "{behind} {out}");
        }
    }
    let rules = "parameters.p = { pattern = \".*/.*\" }\ntools = [{ name = \"read\", allow = [\"call\"], input = { note = \"{p} for **\" } }]\n";
    assert_eq!(World::new().policy(rules).set("p", "a/b").call(r#"{"note":"a/b for x"}"#), "allow");
    let fails = World::new().policy(rules).set("p", "/a").fails();
    assert!(fails.contains("policy.toml:8"), "{fails}");
}
