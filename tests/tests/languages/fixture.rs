//! A tool that counts words, in each language; a policy that lets it read all but `.env`.
use toolward_tests::{Installation, languages};

pub(crate) const LANGUAGES: [&str; 2] = ["javascript", "python"];

const POLICY: &str = r#"schema = 1
development = true
agents.coder = { owner = "ana@example.com" }

[types.work]
agents = ["coder"]
ttl = "30m"
mounts."/repo" = { under = "{root}", mode = "rw" }

[[types.work.files]]
path = "/repo/**"
allow = ["read", "list"]

[[types.work.files]]
path = "/repo/**/.env"
deny = ["read", "list"]

[[types.work.tools]]
name = "*"
allow = ["call"]
"#;

/// Its engine and library take more than the default of memory, and it reads what the policy lets it.
const COMMAND: &str = r#"
[command]
args = [{ field = "path" }]
output = "json-lines"

[limits]
memory = "256MiB"

[[files]]
path = "/repo/**"
allow = ["read", "list"]
why = "it counts the words of any file"
"#;

/// An installation with the tool as a command that takes a path. `repo/text.txt` is there to be counted.
pub(crate) fn with_command(language: &str) -> Installation {
    let installation =
        Installation::new().policy(POLICY).file("repo/text.txt", "The cat and the dog\nand the bird é\n");
    languages::with(language, installation, COMMAND)
}
