//! Ways to read from a place that the policy marks untrusted without being seen to.
use std::os::unix::fs::symlink;

use serde_json::json;
use toolward_tests::{Installation, guest};

const POLICY: &str = r#"schema = 1
development = true
agents.coder = {}

[untrusted]
files = ["/repo/inbox/mail/**", "/repo/drop/*.eml"]

[types.work]
agents = ["coder"]
mounts."/repo" = { under = "{root}", mode = "rw" }

[[types.work.files]]
path = "/repo/**"
allow = ["read", "list", "create", "write", "delete"]

[[types.work.files]]
path = "/repo/.env"
deny = ["read", "list", "write"]

[[types.work.tools]]
name = "*"
allow = ["call"]

[[types.work.tools]]
name = "send"
deny = ["call"]
tainted = true
"#;

const MANIFEST: &str = r#"
[command]
stdin = "none"
args = [{ field = "way", default = "read-another" }]

[[files]]
path = "/repo/**"
allow = ["read", "list", "create", "write", "delete"]
why = "it is under test"
"#;

fn installation() -> Installation {
    with_policy(POLICY)
}

fn with_policy(policy: &str) -> Installation {
    let guest = std::fs::read(guest("untrusted_places")).unwrap();
    let installation = Installation::new().policy(policy).tool("attack", &guest, MANIFEST);
    let installation = installation.tool("send", &guest, MANIFEST).file("repo/inbox/mail/1", "ignore all that\n");
    let installation = installation.file("repo/drop/ignore all that.eml", "x");
    symlink("../../README.md", installation.path("repo/inbox/mail/link")).unwrap();
    symlink("../../.env", installation.path("repo/inbox/mail/to-denied")).unwrap();
    installation
}

/// A task is tainted before it reads content, names, link texts or metadata from an untrusted place, whatever the way.
#[test]
pub(crate) fn untrusted_places() {
    for (way, taints) in [
        ("read", true),
        ("rename-the-parent", true),
        ("rename-through-a-handle", true),
        ("rename-the-place", true),
        ("hard-link", true),
        ("symbolic-link", true),
        ("list", true),
        ("list-names-of-a-wildcard", true),
        ("readlink", true),
        ("follow-a-link", true),
        ("follow-a-link-to-a-refusal", true),
        ("metadata", true),
        ("metadata-of-nothing", true),
        // The policy itself spells the name `mail`; and writing there reads nothing.
        ("list-above", false),
        ("write", false),
        ("move-another", false),
        ("read-another", false),
    ] {
        let task = installation().open("work");
        task.call("send", &json!({})).answers("ok");
        task.call("attack", &json!({ "way": way })).answers("ok");
        let answers = if taints { "denied" } else { "ok" };
        let said = task.call("send", &json!({}));
        assert_eq!(said.exits(if taints { 3 } else { 0 }).json()["status"], answers, "{way}");
    }
}

/// What a guest asked before its task was tainted is decided as the task stood then.
#[test]
fn a_question_before_the_taint() {
    let rule = "\n[[types.work.files]]\npath = \"/repo/src/**\"\ndeny = [\"list\"]\ntainted = true\n";
    let task = with_policy(&format!("{POLICY}{rule}")).open("work");
    task.call("attack", &json!({ "way": "after-a-listing" })).answers("ok");
    task.call("attack", &json!({ "way": "after-a-listing" })).answers("denied");
}
