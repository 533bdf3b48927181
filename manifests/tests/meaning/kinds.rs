//! One kind after the other: which operations and resources a rule is about.
use toolward_manifests::FileOp;

use crate::world::World;

fn files(rules: &str) -> World {
    World::new().policy(&format!("files = [{rules}]\n"))
}

/// A `deny` of `write` denies create and delete there too: replacing a file is writing it.
#[test]
fn a_deny_of_write_denies_create_and_delete() {
    let all = "{ path = \"/**\", allow = [\"read\", \"list\", \"create\", \"write\", \"delete\"] }";
    for (list, word) in [("deny", "deny"), ("ask", "ask")] {
        let world = files(&format!("{all}, {{ path = \"/r/**\", {list} = [\"write\"] }}"));
        for op in FileOp::ALL.map(FileOp::word) {
            let expected = if matches!(op, "read" | "list") { "allow" } else { word };
            assert_eq!(world.word(&format!("files {op} /r/x")), expected, "{list} {op}");
        }
    }
}

#[test]
fn an_allow_of_write_allows_neither_create_nor_delete() {
    let world = files("{ path = \"/r/**\", allow = [\"write\"] }");
    assert_eq!(world.word("files write /r/x"), "allow");
    assert_eq!(world.word("files create /r/x"), "deny");
    assert_eq!(world.word("files delete /r/x"), "deny");
}

/// `allow` patterns match exact text; `ask` and `deny` patterns match under NFC and case folding.
#[test]
fn a_deny_holds_in_any_case_and_unicode_form_and_an_allow_does_not() {
    let world = files(
        "{ path = \"/r/**\", allow = [\"read\"] }, { path = \"/r/**/.env\", deny = [\"read\"] }, { path = \"/r/é\", ask = [\"read\"] }",
    );
    for spelling in [".env", ".ENV", ".Env"] {
        assert_eq!(world.word(&format!("files read /r/a/{spelling}")), "deny", "{spelling}");
    }
    for spelling in ["é", "É", "e\u{301}", "E\u{301}"] {
        assert_eq!(world.word(&format!("files read /r/{spelling}")), "ask", "{spelling}");
    }
    let exact = files("{ path = \"/r/Notes\", allow = [\"read\"] }");
    assert_eq!(exact.word("files read /r/Notes"), "allow");
    assert_eq!(exact.word("files read /r/notes"), "deny");
    assert_eq!(exact.word("files read /R/Notes"), "deny");
}

#[test]
fn a_request_is_decided_by_its_method_and_its_parsed_url() {
    let world = World::new().policy(
        "http = [{ url = \"https://api.example.com/repos/**\", allow = [\"GET\"], ask = [\"POST\"] }, { url = \"https://*/admin/**\", deny = [\"*\"] }]\n",
    );
    for (access, word) in [
        ("http GET https://api.example.com/repos/x", "allow"),
        ("http GET https://API.example.com:443/repos/a/../x", "allow"),
        ("http POST https://api.example.com/repos/x", "ask"),
        ("http PUT https://api.example.com/repos/x", "deny"),
        ("http GET http://api.example.com/repos/x", "deny"),
        ("http GET https://api.example.com:8443/repos/x", "deny"),
        ("http GET https://api.example.com/repos/../secret", "deny"),
        ("http GET https://api.example.com/repos/..%2fsecret", "deny"),
        ("http GET https://other.example.com/repos/x", "deny"),
        ("http GET https://api.example.com/ADMIN/x", "deny"),
    ] {
        assert_eq!(world.word(access), word, "{access}");
    }
}

#[test]
fn a_connection_is_decided_by_host_and_port() {
    let world = World::new().policy(
        "tcp = [{ host = \"db.example.com\", port = \"5000-5999\", allow = [\"connect\"] }, { host = \"10.0.0.0/8\", port = 22, allow = [\"connect\"] }, { host = \"10.1.0.0/16\", port = \"*\", deny = [\"connect\"] }]\n",
    );
    for (access, word) in [
        ("tcp connect db.example.com:5432", "allow"),
        ("tcp connect DB.example.com.:5432", "allow"),
        ("tcp connect db.example.com:6000", "deny"),
        ("tcp connect 10.2.3.4:22", "allow"),
        ("tcp connect 10.2.3.4:23", "deny"),
        ("tcp connect 10.1.3.4:22", "deny"),
        ("tcp connect not a host:22", "deny"),
    ] {
        assert_eq!(world.word(access), word, "{access}");
    }
}

#[test]
fn what_is_no_host_is_denied_even_where_the_unmatched_is_asked() {
    let world = World::new().policy("\n[unmatched]\ntcp = \"ask\"\ndns = \"ask\"\n");
    assert_eq!(world.word("tcp connect example.com:1"), "ask");
    assert_eq!(world.word("tcp connect exa mple.com:1"), "deny");
    assert_eq!(world.word("dns lookup exa mple.com"), "deny");
}

#[test]
fn a_lookup_is_decided_by_its_name() {
    let world = World::new().policy("dns = [{ name = \"*.example.com\", allow = [\"lookup\"] }]\n");
    assert_eq!(world.word("dns lookup api.example.com"), "allow");
    assert_eq!(world.word("dns lookup example.com"), "deny");
    assert_eq!(world.word("dns lookup api.example.com.evil.net"), "deny");
}

/// A secret's use is one access: name, use and the request it travels in.
#[test]
fn a_secret_travels_only_where_its_rule_says() {
    let world = World::new().policy(
        "secrets = [{ name = \"token\", to = \"https://api.example.com/**\", allow = [\"use\"] }, { name = \"shown\", allow = [\"reveal\"] }]\n",
    );
    for (access, word) in [
        ("secrets use token https://api.example.com/x", "allow"),
        ("secrets use token https://evil.example.com/x", "deny"),
        ("secrets use token", "deny"),
        ("secrets use other https://api.example.com/x", "deny"),
        ("secrets reveal token", "deny"),
        ("secrets reveal shown", "allow"),
    ] {
        assert_eq!(world.word(access), word, "{access}");
    }
}

#[test]
fn a_secret_of_unknown_destination_is_held_by_every_deny() {
    let world = World::new().policy(
        "secrets = [{ name = \"token\", to = \"https://a.example/**\", ask = [\"use\"] }]\n\n[unmatched]\nsecrets = \"deny\"\n",
    );
    assert_eq!(world.word("secrets use token"), "ask");
    assert_eq!(world.word("secrets use token https://a.example/x"), "ask");
    assert_eq!(world.word("secrets use token https://b.example/x"), "deny");
}

#[test]
fn a_variable_is_decided_by_its_name() {
    let world = World::new()
        .policy("env = [{ name = \"LC_*\", allow = [\"read\"] }, { name = \"lc_secret\", deny = [\"read\"] }]\n");
    assert_eq!(world.word("env read LC_ALL"), "allow");
    assert_eq!(world.word("env read lc_all"), "deny");
    assert_eq!(world.word("env read LC_SECRET"), "deny");
    assert_eq!(world.word("env read PATH"), "deny");
}
