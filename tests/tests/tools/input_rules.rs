//! Rules on a tool's input compare what a URL or a path means, and the tool gets what was compared.
use serde_json::{Value, json};
use toolward_tests::installation::shipped_manifest;
use toolward_tests::net::Answer;
use toolward_tests::{Installation, OpenTask};

use super::fixture::repository;
use super::web::{Web, opened};

/// A rule for a tool in the tasks of type `edit`.
fn rule(tool: &str, word: &str, input: &str) -> String {
    format!(
        "[[types.edit.tools]]\nname = \"{tool}\"\n{word} = [\"call\"]\ninput = {{ {input} }}\n{}",
        if word == "allow" { "other_fields = \"open\"\n" } else { "" }
    )
}

/// The rule that allows every tool in tasks of type `edit` gives way to these.
fn only(installation: Installation, rules: &str) -> Installation {
    let policy = installation.text("toolward/policy.toml");
    let any = "[[types.edit.tools]]\nname = \"*\"\nallow = [\"call\"]\n";
    assert!(policy.contains(any));
    installation.policy(&policy.replace(any, rules))
}

fn web() -> Web {
    Web::new(|_| Answer::ok("here").header("content-type", "text/plain"))
}

fn fetching(web: &Web, rules: impl Fn(&str) -> String) -> OpenTask {
    let site = web.http("");
    let installation = only(web.installation(), &rules(&site));
    installation.shipped_with("fetch", &opened(&shipped_manifest("fetch"))).open("edit")
}

fn status(task: &OpenTask, tool: &str, input: &Value) -> String {
    task.call(tool, input).json()["status"].as_str().unwrap().to_owned()
}

/// An `allow` on a URL is no way to another one, however that is spelled.
#[test]
fn an_allowed_url_leads_nowhere_else() {
    let web = web();
    let task = fetching(&web, |site| rule("fetch", "allow", &format!("url = \"{site}/pub/**\"")));
    for path in [
        "/pub/../admin/x",
        "/pub/%2e%2e/admin/x",
        "/pub/.%2E/admin/x",
        "/pub/a/../../admin/x",
        "/%70ub/../admin",
        "/admin/x",
    ] {
        assert_eq!(status(&task, "fetch", &json!({ "url": web.http(path) })), "denied", "{path}");
    }
    for url in [
        web.http("/pub/x").replace("http://", "http://user@"),
        web.http("/pub/x").replace("site.test", "site.test@evil.test"),
        web.http("\\..\\admin"),
        format!("{}#/pub/x", web.http("/admin/x")),
        format!("ftp://{}", web.http("/pub/x").trim_start_matches("http://")),
    ] {
        assert_eq!(status(&task, "fetch", &json!({ "url": url })), "denied", "{url}");
    }
    web.plain.is_untouched();
}

/// What is fetched is what was decided on, and not another spelling of it.
#[test]
fn a_tool_gets_the_url_that_was_decided_on() {
    let web = web();
    let task = fetching(&web, |site| rule("fetch", "allow", &format!("url = \"{site}/pub/**\"")));
    let spelled = web.http("/x/../pub/./%61/b?q=%2e#part").replace("site.test", "SITE.test");
    let spelled = spelled.replace("http", "HTTP");
    let fetched = task.call("fetch", &json!({ "url": spelled })).answers("ok")["output"].clone();
    assert_eq!(fetched["url"], web.http("/pub/a/b?q=%2e"));
    assert_eq!(web.plain.seen().remove(0).target, "/pub/a/b?q=%2e");
}

/// A `deny` on a URL catches every spelling of it, and whatever is no URL.
#[test]
fn a_denied_url_is_denied_in_every_spelling() {
    let web = web();
    let task = fetching(&web, |site| {
        let any = "[[types.edit.tools]]\nname = \"*\"\nallow = [\"call\"]\n";
        any.to_owned() + &rule("fetch", "deny", &format!("url = \"{site}/admin/**\""))
    });
    for path in ["/admin/x", "/%61dmin/x", "/./admin/x", "//admin/x", "/pub/../admin/x", "/ADMIN/x", "/admin?q=1"] {
        assert_eq!(status(&task, "fetch", &json!({ "url": web.http(path) })), "denied", "{path}");
    }
    let host = web.http("/admin/x").replace("site.test", "Site.TEST.");
    for url in [host.as_str(), "nonsense", "", "file:///admin/x"] {
        assert_eq!(status(&task, "fetch", &json!({ "url": url })), "denied", "{url}");
    }
    web.plain.is_untouched();
    task.call("fetch", &json!({ "url": web.http("/public") })).answers("ok");
}

/// A path in an input is compared, and reaches the tool, in its normal form.
#[test]
fn a_path_is_one_path_in_every_spelling() {
    let installation = only(repository().shipped("read"), &rule("read", "allow", "path = \"/repo/src/**\""));
    let task = installation.open("edit");
    for path in ["/repo/src/lib.rs", "/repo//src/./lib.rs", "/repo/./src//lib.rs"] {
        let read = task.call("read", &json!({ "path": path })).answers("ok")["output"].clone();
        assert_eq!(read["path"], "/repo/src/lib.rs", "{path}: {read}");
    }
    for path in ["/repo/src/../notes.txt", "/repo/src/../src/lib.rs", "src/lib.rs", "./src/lib.rs", "/repo/notes.txt"] {
        assert_eq!(status(&task, "read", &json!({ "path": path })), "denied", "{path}");
    }
    let any = "[[types.edit.tools]]\nname = \"*\"\nallow = [\"call\"]\n";
    let rules = any.to_owned() + &rule("read", "deny", "path = \"/repo/notes.txt\"");
    let task = only(repository().shipped("read"), &rules).open("edit");
    for path in [
        "/repo/notes.txt",
        "/repo/./notes.txt",
        "/repo//notes.txt",
        "/repo/notes.txt/",
        "/repo/src/../notes.txt",
        "notes.txt",
    ] {
        assert_eq!(status(&task, "read", &json!({ "path": path })), "denied", "{path}");
    }
    task.call("read", &json!({ "path": "/repo/src/./lib.rs" })).answers("ok");
}

/// A field that becomes an argument of an existing program is in normal form, too.
#[test]
fn an_argument_is_in_normal_form() {
    let rules = rule("rg", "allow", "path = \"/repo/src/**\"");
    let task = only(repository().shipped("rg"), &rules).open("edit");
    let found = task.call("rg", &json!({"pattern": "TODO", "path": "/repo/.//src/"})).answers("ok")["output"].clone();
    assert_eq!(found[0]["data"]["path"]["text"], "/repo/src/lib.rs", "{found}");
    assert_eq!(status(&task, "rg", &json!({"pattern": "TODO", "path": "/repo/src/.."})), "denied");
    assert_eq!(status(&task, "rg", &json!({"pattern": "TODO"})), "denied", "the default is another path");
}
