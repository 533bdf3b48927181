//! `toolward manifest schema`: the JSON Schemas of the files.
use toolward_tests::Installation;

#[test]
fn of_manifest_policy_and_grant() {
    let installation = Installation::bare();
    let by_default = installation.run(&["manifest", "schema"]).exits(0).json();
    for (of, keys) in [
        ("manifest", &["tool", "files", "limits", "command"][..]),
        ("policy", &["agents", "types", "all", "example", "unmatched"]),
        ("grant", &["files", "tools"]),
    ] {
        let schema = installation.run(&["manifest", "schema", of]).exits(0).json();
        assert_eq!(schema["additionalProperties"], false, "{of}");
        for key in keys {
            assert!(schema["properties"].get(key).is_some(), "{of}: {key}");
        }
        assert_eq!(schema == by_default, of == "manifest");
        assert_eq!(installation.run(&["manifest", "schema", of, "--json"]).json(), schema);
    }
    installation.run(&["manifest", "schema", "tool"]).fails(2, "tool");
    assert!(!installation.path("home").exists(), "it needs no home");
}
