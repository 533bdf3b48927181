//! Taint: sources that nobody vouches for, and what a task may still do once it has read from one.
use toolward_manifests::scope::{History, Taint};

use crate::world::{World, call};

/// Every kind: an access, and a rule on it with an `allow`, and with `tainted` and a word.
const KINDS: [[&str; 3]; 7] = [
    ["files read /r/x", "files = [{ path = \"/r/**\"", "\"read\""],
    ["http GET https://a.example/x", "http = [{ url = \"https://a.example/**\"", "\"GET\""],
    ["tcp connect a.example:443", "tcp = [{ host = \"a.example\", port = 443", "\"connect\""],
    ["dns lookup a.example", "dns = [{ name = \"a.example\"", "\"lookup\""],
    ["secrets use key https://a.example/", "secrets = [{ name = \"key\", to = \"https://a.example/**\"", "\"use\""],
    ["env read LANG", "env = [{ name = \"LANG\"", "\"read\""],
    ["tools call read", "tools = [{ name = \"read\"", "\"call\""],
];

const STATES: [Taint; 3] = [Taint::Clean, Taint::Tainted, Taint::Unknown];

#[test]
fn a_tainted_rule_of_every_kind_holds_once_the_task_is_tainted_or_nobody_knows() {
    for [access, rule, op] in KINDS {
        let (_, table) = rule.split_once("= [").unwrap();
        for word in ["ask", "deny"] {
            let rules = format!("{rule}, allow = [{op}] }}, {table}, {word} = [{op}], tainted = true }}]\n");
            let world = World::new().policy(&rules);
            let words = STATES.map(|taint| world.word_when(access, taint));
            assert_eq!(words, ["allow", word, word], "{rules}");
            assert_eq!(world.word(access), word, "where nothing is said of taint nobody knows");
            assert!(world.scope().asks_taint());
        }
        let plain = World::new().policy(&format!("{rule}, allow = [{op}] }}]\n"));
        assert!(STATES.iter().all(|taint| plain.word_when(access, *taint) == "allow"));
        assert!(!plain.scope().asks_taint());
    }
}

/// Taint takes leave away: what nothing else opens, an `ask` of the tainted does not either.
#[test]
fn a_tainted_ask_alone_opens_nothing() {
    for [access, rule, op] in KINDS {
        let (kind, _) = access.split_once(' ').unwrap();
        let alone = format!("{rule}, ask = [{op}], tainted = true }}]\n");
        let world = World::new().policy(&alone);
        assert_eq!(STATES.map(|taint| world.word_when(access, taint)), ["deny"; 3], "{alone}");
        assert_eq!(world.ask(access).reason().to_string(), "policy: no rule matches");
        let asks = World::new().policy(&format!("{alone}\n[unmatched]\n{kind} = \"ask\"\n"));
        assert_eq!(STATES.map(|taint| asks.word_when(access, taint)), ["ask"; 3], "{alone}");
    }
}

#[test]
fn a_tainted_rule_binds_in_every_layer() {
    let plain = "files = [{ path = \"/r/**\", allow = [\"read\"], why = \"w\" }]\n";
    let tainted = "files = [{ path = \"/r/**\", allow = [\"read\"], why = \"w\" }, { path = \"/r/**\", deny = [\"read\"], tainted = true, why = \"w\" }]\n";
    let manifest = |rules: &str| rules.replace("files = [{", "[[files]]\n").replace(" }, {", "\n\n[[files]]\n");
    let manifest = |rules: &str| manifest(rules).replace(" }]", "").replace(", ", "\n");
    let all = World::new().manifest(&manifest(plain)).policy(plain).grant(plain);
    for world in [
        all.clone().manifest(&manifest(tainted)),
        all.clone().policy(tainted),
        all.clone().grant(tainted),
        all.clone().narrowed(tainted),
        all.clone().old_policy(tainted),
    ] {
        let words = STATES.map(|taint| world.word_when("files read /r/x", taint));
        assert_eq!(words, ["allow", "deny", "deny"], "{world:?}");
    }
}

#[test]
fn a_verdict_says_that_its_rule_holds_once_tainted() {
    let world = World::new().policy(
        "files = [{ path = \"/r/**\", allow = [\"read\"] }, { path = \"/r/**\", deny = [\"read\"], tainted = true }]\n",
    );
    let expected = "policy.toml:7 `deny = [\"read\"]` on `/r/**`, once tainted";
    assert_eq!(world.ask("files read /r/x").reason().to_string(), expected);
}

fn untrusted() -> World {
    World::new().policy(
        "untrusted = { files = [\"/mail/{box}/**\"], http = [\"https://*.example/in/**\", \"https://10.1.2.3/**\"], tcp = [\"mail.example\", \"10.0.0.0/8\"], tools = [\"mail\", \"text.split\"] }\nparameters.box = { pattern = \".+\" }\n\n[untrusted]\nfiles = [\"/inbox/**\"]\n",
    )
    .set("box", "ana")
}

#[test]
fn a_task_is_tainted_by_what_it_reads_in_any_case() {
    let scope = untrusted().scope();
    for (access, taints) in [
        ("files read /mail/ana/1", true),
        ("files read /MAIL/Ana/1", true),
        ("files read /mail/ana", true),
        ("files read /inbox/x", true),
        ("files read /mail/eve/1", false),
        // Names and metadata in the place; the name of the place itself is the policy's.
        ("files list /mail/ana/1", true),
        ("files list /MAIL/Ana/x/y", true),
        ("files list /mail/ana", false),
        ("files list /inbox", false),
        ("files list /inbox/x", true),
        ("files create /inbox/x", false),
        ("files write /mail/ana/1", false),
        ("http GET https://a.example/in/x", true),
        ("http POST https://A.EXAMPLE/IN/x", true),
        ("http HEAD https://a.example/in", true),
        ("http GET https://a.example/out", false),
        ("http GET https://10.1.2.3/x", true),
        ("tcp connect mail.example:25", true),
        ("tcp connect MAIL.example:443", true),
        ("tcp connect 10.9.9.9:80", true),
        // The host of an untrusted URL.
        ("tcp connect other.example:25", true),
        ("tcp connect other.test:25", false),
        ("dns lookup mail.example", true),
        ("dns lookup OTHER.example", true),
        ("dns lookup other.test", false),
        ("env read MAIL", false),
        ("secrets use mail https://a.example/in/x", false),
        ("tools call mail", true),
        ("tools call mail.read", true),
        ("tools call MAIL.read", true),
        ("tools call text.split", true),
        ("tools call text", false),
        ("tools call text.join", false),
        ("tools call mailer", false),
    ] {
        assert_eq!(scope.untrusted(&access.parse().unwrap()).is_some(), taints, "{access}");
    }
    let by = scope.untrusted(&"files read /inbox/x".parse().unwrap()).unwrap();
    assert_eq!(format!("{by} {}", by.text), "policy.toml:11 `untrusted.files` on `/inbox/**`");
}

/// A name that a wildcard matches was chosen by somebody else: to see it taints.
#[test]
fn names_that_a_wildcard_matches_taint() {
    let scope = World::new().policy("untrusted = { files = [\"/drop/*.eml\", \"/in-*/**\", \"/a\"] }\n").scope();
    for (path, taints) in
        [("/drop/x.eml", true), ("/drop/x", false), ("/drop", false), ("/in-1", true), ("/in-1/x", true), ("/a", false)]
    {
        let list = format!("files list {path}").parse().unwrap();
        assert_eq!(scope.untrusted(&list).is_some(), taints, "{path}");
    }
}

/// A directory that moves takes what lies in it along: to where no line marks it.
#[test]
fn moving_a_directory_with_an_untrusted_place_taints() {
    let policy = "untrusted = { files = [\"/r/a/mail/**\", \"/r/**/spam/**\", \"/r/both-?/x\"] }\n";
    let scope = World::new().policy(policy).scope();
    for (from, to, taints) in [
        ("/r/a", "/r/b", true),
        ("/r/A", "/r/b", true),
        ("/r", "/s", true),
        ("/r/b", "/r/a", false),
        ("/r/b", "/r/c", false),
        ("/r/b", "/s/b", true),
        ("/s", "/t", false),
        ("/r/both-1", "/r/both-2", false),
        ("/r/both-1", "/r/other", true),
    ] {
        let [from, to] = [from, to].map(|path| toolward_manifests::GuestPath::parse(path).unwrap());
        assert_eq!(scope.untrusted_by_moving(&from, &to).is_some(), taints, "{from} to {to}");
    }
}

#[test]
fn a_name_that_leads_to_an_untrusted_address_taints() {
    use toolward_manifests::Access;
    let scope = untrusted().scope();
    let asked = |address: Option<&str>| {
        let address = address.map(|ip| ip.parse().unwrap());
        let url = toolward_manifests::url::HttpUrl::parse("https://inside.test/x").unwrap();
        let http = Access::Http { method: "GET".to_owned(), url, carries: Default::default(), address };
        let tcp = Access::Tcp { host: "inside.test".to_owned(), port: 25, address };
        [http, tcp].map(|access| scope.untrusted(&access).is_some())
    };
    assert_eq!((asked(None), asked(Some("10.1.2.3")), asked(Some("8.8.8.8"))), ([false; 2], [true; 2], [false; 2]));
    assert_eq!(asked(Some("::ffff:10.1.2.3")), [true; 2]);
}

#[test]
fn sources_of_the_old_policy_taint_too() {
    let world = World::new().policy("").old_policy("untrusted = { files = [\"/mail/**\"] }\n");
    assert!(world.scope().untrusted(&"files read /mail/x".parse().unwrap()).is_some());
    assert!(world.scope().asks_taint());
}

/// A clean task may be tainted when it comes back to the file, and the other way round.
#[test]
fn a_rename_is_weaker_if_it_is_in_either_state() {
    let rules = "files = [{ path = \"/r/**\", allow = [\"read\"] }, { path = \"/r/a/**\", deny = [\"read\"], tainted = true }]\n";
    let scope = World::new().policy(rules).scope();
    let [inside, outside] = ["/r/a/x", "/r/x"].map(|path| toolward_manifests::GuestPath::parse(path).unwrap());
    assert!(scope.weaker_at(&inside, &outside));
    assert!(!scope.weaker_at(&outside, &inside));
    assert!(!scope.same_below(&inside, &outside));
}

/// `seen_in` says which source, and taint whether anybody vouches for it: a policy can demand both.
#[test]
fn a_call_may_have_to_be_clean_too() {
    let world = World::new().policy(
        "tools = [{ name = \"pay\", allow = [\"call\"] }, { name = \"pay\", ask = [\"call\"], input = { amount = { min = 100 } }, tainted = true }]\n",
    );
    let word = |input: &str, taint| world.scope().decide_when(&call("pay", input, Some(History::new())), taint).word();
    assert_eq!(word("{\"amount\":500}", Taint::Clean), "allow");
    assert_eq!(word("{\"amount\":500}", Taint::Tainted), "ask");
    assert_eq!(word("{\"amount\":5}", Taint::Tainted), "allow");
    assert_eq!(word("{}", Taint::Tainted), "ask");
}
