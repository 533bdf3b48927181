//! Only the layer that wrote a pattern of earlier calls reads what was marked for it. The holder of a task writes the grant of
//! a narrower one: patterns in it must not pass for the policy's.
use serde_json::json;
use toolward_tests::Installation;

use super::fixture::{policy_with_tools, three_tools, with_echo};

/// FNV-1a with 64 bits: what patterns were told apart by once.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3))
}

/// Found in ten seconds by meeting in the middle: low halves of the state first, which depend on low halves alone.
const CALL_OF_GOOD: &str = "PsXo-SMJPWfRUoQk";
const NAME_OF_A_FILE: &str = "FmKCO3OscxJwciJR";

/// `good` and `read` may be called; `echo`, which stands for a payment, under this condition.
fn paying(condition: &str) -> Installation {
    let any = ["good", "read"].map(|name| format!("[[types.work.tools]]\nname = \"{name}\"\nallow = [\"call\"]\n\n"));
    let rules = format!("{}[[types.work.tools]]\nname = \"echo\"\nallow = [\"call\"]\n{condition}\n", any.concat());
    with_echo(three_tools(), "").shipped("read").policy(&policy_with_tools(&rules))
}

const ANY_TOOL: &str =
    "[[tools]]\nname = \"*\"\nallow = [\"call\"]\n\n[[files]]\npath = \"/repo/**\"\nallow = [\"read\"]\n\n";

/// A pattern in a grant that collides under the old hash with the policy's `after = "check"`.
#[test]
fn a_grant_does_not_satisfy_after() {
    let policys = r#"false ["check",null,null,null]"#;
    assert_eq!(fnv1a(policys), fnv1a(&format!(r#"false ["good",null,{{"x":"{CALL_OF_GOOD}"}},null]"#)));
    let parent = paying("after = \"check\"").open("work");
    let pattern = format!("after = {{ tool = \"good\", input = {{ x = \"{CALL_OF_GOOD}\" }} }}");
    let child = parent.narrow_to(&format!("{ANY_TOOL}[[tools]]\nname = \"none\"\nallow = [\"call\"]\n{pattern}\n"));
    parent.call("echo", &json!({})).answers("denied");
    child.call("good", &json!({ "x": CALL_OF_GOOD })).answers("ok");
    parent.call("echo", &json!({})).answers("denied");
    child.call("echo", &json!({})).answers("denied");
}

/// The same of `seen_in`: what a file of the holder's own says, for what the bill says.
#[test]
fn a_grant_supplies_no_value_to_the_policy() {
    let file = format!("/repo/{NAME_OF_A_FILE}");
    let pattern = |path: &str| format!(r#"true ["read",null,{{"path":"{path}"}},null]"#);
    assert_eq!(fnv1a(&pattern("/repo/bill.txt")), fnv1a(&pattern(&file)));
    let seen_in = |path: &str| format!("{{ seen_in = \"read\", input = {{ path = \"{path}\" }} }}");
    let condition = format!("input = {{ recipient = {} }}", seen_in("/repo/bill.txt"));
    let installation = paying(&condition).file(&file[1..], "GB33BUKB20201555555555\n");
    let parent = installation.open("work");
    let rule = format!("[[tools]]\nname = \"none\"\nallow = [\"call\"]\ninput = {{ x = {} }}\n", seen_in(&file));
    let child = parent.narrow_to(&format!("{ANY_TOOL}{rule}"));
    child.call("read", &json!({ "path": file })).answers("ok");
    for task in [&parent, &child] {
        task.call("echo", &json!({ "recipient": "GB33BUKB20201555555555" })).answers("denied");
    }
}

/// What a grant asks for is what was done under it, and what it counts too: neither by its parent nor by its sibling, though
/// their layers have the same words.
#[test]
fn a_grant_asks_what_was_done_under_it() {
    let parent = paying("after = \"good\"").open("work");
    let grant = "[[tools]]\nname = \"good\"\nallow = [\"call\"]\ntimes = 1\n\n[[tools]]\nname = \"echo\"\nallow = [\"call\"]\nafter = \"good\"\n".to_owned();
    let (one, other) = (parent.narrow_to(&grant), parent.narrow_to(&grant));
    parent.call("good", &json!({})).answers("ok");
    parent.call("echo", &json!({})).answers("ok");
    one.call("echo", &json!({})).answers("denied");
    one.call("good", &json!({})).answers("ok");
    one.call("echo", &json!({})).answers("ok");
    other.call("echo", &json!({})).answers("denied");
    // A task that is narrowed from it begins nothing afresh.
    one.narrow_to(&grant).call("good", &json!({})).answers("denied");
    other.call("good", &json!({})).answers("ok");
}
