//! A policy that is split in files: one layer, whose errors name the file and the line that they stand in.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use toolward_manifests::{Policy, Scope, ScopeTexts, Source};

const MAIN: &str = "schema = 1\ninclude = [\"agents.toml\", \"types/pay.toml\"]\nunmatched = { http = \"ask\" }\n\n[all]\nfiles = [{ path = \"/**/.ssh/**\", deny = [\"read\"] }]\n";
const AGENTS: &str = "schema = 1\nagents.clerk = { owner = \"ana@example.com\" }\n\n[sets.mine]\nfiles = [{ path = \"/home/{user}/**\", allow = [\"read\"] }]\n\n[untrusted]\nfiles = [\"/home/{user}/inbox/**\"]\n";
const PAY: &str = "schema = 1\n\n[types.pay]\nagents = [\"clerk\"]\nuse = [\"mine\"]\nparameters.user = { pattern = \"[a-z]+\" }\n\n[[example]]\ntype = \"pay\"\nset = { user = \"ana\" }\naccess = \"files read /home/ana/x\"\nverdict = \"allow\"\n";

fn source(name: &str, text: &str) -> Source {
    Source { name: name.to_owned(), text: text.to_owned() }
}

fn files(main: &str, agents: &str, pay: &str) -> Vec<Source> {
    vec![source("policy.toml", main), source("agents.toml", agents), source("types/pay.toml", pay)]
}

fn parsed(files: &[Source]) -> Result<Policy, Vec<String>> {
    let errors = |errors: Vec<toolward_manifests::Diagnostic>| errors.iter().map(ToString::to_string).collect();
    Policy::parse_split(&files[0], &files[1..]).map_err(errors)
}

/// What is wrong with a policy whose parts are these.
fn wrong(main: &str, agents: &str, pay: &str) -> Vec<String> {
    parsed(&files(main, agents, pay)).unwrap_err()
}

#[test]
fn types_draw_on_agents_sets_and_rules_of_every_part() {
    let policy = parsed(&files(MAIN, AGENTS, PAY)).unwrap();
    assert_eq!((policy.agents().collect::<Vec<_>>(), policy.owner("clerk")), (vec!["clerk"], Some("ana@example.com")));
    assert_eq!(Policy::includes(&source("policy.toml", MAIN)).unwrap(), ["agents.toml", "types/pay.toml"]);
    assert_eq!(policy.files().len(), 3);
    let texts = ScopeTexts {
        policies: vec![(files(MAIN, AGENTS, PAY), "pay".to_owned())],
        parameters: [("user".to_owned(), "ana".to_owned())].into(),
        ..ScopeTexts::default()
    };
    let scope = Scope::build(&texts).unwrap();
    let said = |access: &str| scope.decide(&access.parse().unwrap()).reason().to_string();
    assert_eq!(said("files read /home/ana/x"), "agents.toml:5 `allow = [\"read\"]` on `/home/{user}/**`");
    assert_eq!(said("files read /home/ana/.ssh/id"), "policy.toml:6 `deny = [\"read\"]` on `/**/.ssh/**`");
    assert_eq!(said("http GET https://a.example/"), "policy.toml:3 `unmatched.http = \"ask\"` (no rule matches)");
    let marked = scope.untrusted(&"files read /home/ana/inbox/1".parse().unwrap()).unwrap();
    assert_eq!((marked.file.as_ref(), marked.line), ("agents.toml", 8));
}

#[test]
fn an_error_names_its_own_part_and_line() {
    let misspelt = AGENTS.replace("\"/home/{user}/**\", allow", "\"home\", allow");
    assert!(wrong(MAIN, &misspelt, PAY)[0].starts_with("agents.toml:5:20: "), "{:?}", wrong(MAIN, &misspelt, PAY));
    // A parameter that the type lacks stands in the set's file, and in that of the untrusted sources.
    let without = PAY.replace("parameters.user = { pattern = \"[a-z]+\" }\n", "");
    let errors = wrong(MAIN, AGENTS, &without);
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].starts_with("agents.toml:5:26: the type `pay` has no parameter `user`"), "{errors:?}");
    assert!(errors[1].starts_with("agents.toml:8:17: the type `pay` has no parameter `user`"), "{errors:?}");
    let unknown = PAY.replace("\"clerk\"", "\"clark\"");
    assert_eq!(wrong(MAIN, AGENTS, &unknown), ["types/pay.toml:4:11: unknown agent `clark`"]);
    let example = PAY.replace("verdict = \"allow\"", "verdict = \"deny\"");
    assert_eq!(wrong(MAIN, AGENTS, &example), ["types/pay.toml:12:11: the verdict is `allow`, not `deny`"]);
    assert_eq!(wrong(MAIN, "schema = 1\n[", PAY).len(), 1);
    assert!(wrong(MAIN, "schema = 2\n", PAY).iter().any(|error| error.starts_with("agents.toml:1:10: `schema = 2`")));
}

#[test]
fn a_name_stands_in_one_part_only() {
    for (more, error) in [
        ("agents.clerk = {}\n", "types/pay.toml:2:8: the agent `clerk` stands in two files"),
        ("sets.mine.files = []\n", "types/pay.toml:2:6: the set `mine` stands in two files"),
    ] {
        assert_eq!(wrong(MAIN, AGENTS, &PAY.replace("schema = 1\n", &format!("schema = 1\n{more}"))), [error]);
    }
    let twice = format!("{AGENTS}\n[types.pay]\nagents = [\"clerk\"]\nparameters.user = {{ one_of = [\"ana\"] }}\n");
    assert_eq!(wrong(MAIN, &twice, PAY), ["types/pay.toml:3:8: the type `pay` stands in two files"]);
}

#[test]
fn some_keys_stand_in_the_main_file_only() {
    for (key, error) in [
        ("include = [\"x.toml\"]", "2:12: `include` stands in the main file only"),
        ("unmatched.http = \"ask\"", "2:11: `unmatched` stands in the main file only"),
        ("taint_lasts = \"1d\"", "2:15: `taint_lasts` stands in the main file only"),
        ("development = true", "1:10: `development` stands in the main file only"),
    ] {
        let agents = AGENTS.replace("schema = 1\n", &format!("schema = 1\n{key}\n"));
        assert_eq!(wrong(MAIN, &agents, PAY), [format!("agents.toml:{error}")]);
    }
}

#[test]
fn every_part_that_is_named_is_at_hand_and_no_other() {
    let all = files(MAIN, AGENTS, PAY);
    assert!(parsed(&all[..2]).unwrap_err()[0].contains("the part `types/pay.toml` is not at hand"));
    assert!(parsed(&all[..1]).is_err());
    let none = MAIN.replace("include = [\"agents.toml\", \"types/pay.toml\"]\n", "");
    assert!(wrong(&none, AGENTS, PAY)[0].contains("`include` names 0 parts, and 2 are at hand"));
}

#[test]
fn a_part_lies_in_the_policys_folder_or_below() {
    for name in ["../x.toml", "/etc/x.toml", "a/../../x.toml", "./x.toml", "a//x.toml", "", "x\\n.toml", "x\\u0000"] {
        let main = source("policy.toml", &format!("schema = 1\ninclude = [\"{name}\"]\n"));
        let errors = Policy::includes(&main).unwrap_err();
        assert!(errors[0].message.ends_with("is no part of a policy"), "{name}: {errors:?}");
    }
    assert!(Policy::includes(&source("policy.toml", "schema = 1\ninclude = [\"a/..b.toml\", \"c.toml\"]\n")).is_ok());
}

/// The same rules, in one file or in three.
#[test]
fn a_split_changes_no_verdict() {
    let whole = format!("{MAIN}{}{}", AGENTS.replace("schema = 1", ""), PAY.replace("schema = 1", ""));
    let whole = whole
        .replace("include = [\"agents.toml\", \"types/pay.toml\"]\n", "")
        .replace("agents.clerk = { owner = \"ana@example.com\" }\n", "\n[agents.clerk]\nowner = \"ana@example.com\"\n");
    let scope = |sources: Vec<Source>| {
        let policies = vec![(sources, "pay".to_owned())];
        let parameters = [("user".to_owned(), "ana".to_owned())].into();
        Scope::build(&ScopeTexts { policies, parameters, ..ScopeTexts::default() }).unwrap()
    };
    let [one, three] = [vec![source("policy.toml", &whole)], files(MAIN, AGENTS, PAY)].map(scope);
    for access in
        ["files read /home/ana/x", "files read /home/eve/x", "files read /a/.ssh/x", "http GET https://x.example/"]
    {
        let access = access.parse().unwrap();
        assert_eq!(one.decide(&access).word(), three.decide(&access).word());
        assert_eq!(one.untrusted(&access).is_some(), three.untrusted(&access).is_some());
    }
}
