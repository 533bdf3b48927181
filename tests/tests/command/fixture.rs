//! Small tools, and a policy that lets them do what the test is about.
use toolward_tests::component::command;
use toolward_tests::installation::existing;
use toolward_tests::{Installation, guest};

/// One type of task, `work`: all of `/repo`, but `.env`; every tool.
pub(crate) const POLICY: &str = r#"schema = 1
development = true
agents.coder = { owner = "ana@example.com" }

[types.work]
agents = ["coder"]
ttl = "30m"
mounts."/repo" = { under = "{root}", mode = "rw" }

[[types.work.files]]
path = "/repo/**"
allow = ["read", "list", "create", "write", "delete"]

[[types.work.files]]
path = "/repo/**/.env"
deny = ["read", "write"]

[[types.work.tools]]
name = "*"
allow = ["call"]
"#;

/// [`POLICY`], with a second agent, `other`, who may do the same.
pub(crate) fn policy_with_two_agents() -> String {
    let policy = POLICY.replace("agents.coder =", "agents.other = { owner = \"bo@example.com\" }\nagents.coder =");
    policy.replace("agents = [\"coder\"]", "agents = [\"coder\", \"other\"]")
}

/// An installation with [`policy_with_two_agents`], both of them added, and a tool `good`.
pub(crate) fn two_agents() -> Installation {
    let installation = Installation::new().policy(&policy_with_two_agents()).tool("good", answering("i32.const 0"), "");
    for agent in ["coder", "other"] {
        installation.run(&["agent", "add", agent]).exits(0);
    }
    installation
}

/// Where `agent add` writes a credential.
pub(crate) fn credential(installation: &Installation, agent: &str) -> String {
    installation.path(&format!("home/agents/{agent}.credential")).to_str().unwrap().to_owned()
}

/// The private half of the key in a credential file.
pub(crate) fn private_half(installation: &Installation, agent: &str) -> String {
    let text = std::fs::read_to_string(credential(installation, agent)).unwrap();
    let key = text.lines().find_map(|line| line.strip_prefix("key = \"")).unwrap();
    key.trim_end_matches('"').to_owned()
}

/// [`POLICY`], with this in place of its rule for tools.
pub(crate) fn policy_with_tools(rules: &str) -> String {
    POLICY.replace("\n[[types.work.tools]]\nname = \"*\"\nallow = [\"call\"]\n", &format!("\n{rules}\n"))
}

/// A rule of a manifest that allows everything below `/repo`.
pub(crate) const EVERYTHING: &str = r#"
[[files]]
path = "/repo/**"
allow = ["read", "list", "create", "write", "delete"]
why = "it is under test"
"#;

/// A component that does this and then answers: 0 is success, 1 failure.
pub(crate) fn answering(body: &str) -> Vec<u8> {
    command(&format!(r#"(memory 1) (func (export "run") (result i32) {body})"#))
}

/// A component that never ends.
pub(crate) fn spinning() -> Vec<u8> {
    answering("(loop $l (br $l)) i32.const 0")
}

/// A component that takes memory until it gets no more, and then traps.
pub(crate) fn taking_memory() -> Vec<u8> {
    answering("(loop $l (br_if $l (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable")
}

/// An installation with [`POLICY`] and tools `good`, `bad` and `trapping`.
pub(crate) fn three_tools() -> Installation {
    let installation = Installation::new().policy(POLICY);
    let installation =
        installation.tool("good", answering("i32.const 0"), "").tool("bad", answering("i32.const 1"), "");
    installation.tool("trapping", answering("unreachable"), "")
}

/// An installation with [`POLICY`] and a tool `echo`, which answers with the bytes that it was given.
pub(crate) fn echo() -> Installation {
    with_echo(Installation::new().policy(POLICY), "")
}

/// The tool `echo` too: `sd`, unchanged, with nothing to replace. `more` goes to the head of its manifest.
pub(crate) fn with_echo(installation: Installation, more: &str) -> Installation {
    let mapping = "\n[command]\nstdin = \"input\"\nargs = [\"--fixed-strings\", \"--\", \"not to be found\", \"\"]\n";
    installation.tool("echo", existing("sd"), &format!("{more}{mapping}"))
}

/// The bytes of a hostile guest.
pub(crate) fn hostile(name: &str) -> Vec<u8> {
    std::fs::read(guest(name)).unwrap()
}

/// An installation with [`POLICY`] and the typed tool `typed`.
pub(crate) fn typed() -> Installation {
    with_typed(Installation::new().policy(POLICY))
}

/// The typed tool `typed` too, with the functions of its interfaces `echo` and `work`.
pub(crate) fn with_typed(installation: Installation) -> Installation {
    const ECHO: &str = "booleans u8s u16s u32s u64s s8s s16s s32s s64s f32s f64s chars strings bytes lists records tuples \
         variants enums options nested-options results bare-results flagged packed many";
    const WORK: &str = "nothing join divide read talk";
    let mut manifest = EVERYTHING.to_owned();
    for (interface, names) in [("echo", ECHO), ("work", WORK)] {
        for name in names.split_whitespace() {
            let export = format!("toolward:typed/{interface}#{name}");
            manifest.push_str(&format!(
                "\n[functions.{name}]\nexport = \"{export}\"\ndescription = \"The function {name}.\"\n"
            ));
        }
    }
    installation.tool("typed", std::fs::read(toolward_tests::typed_guest()).unwrap(), &manifest)
}
