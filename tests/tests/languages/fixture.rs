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

/// It reads what the policy lets it.
const COMMAND: &str = r#"
[command]
args = [{ field = "path", path = true }]
output = "json-lines"

[[files]]
path = "/repo/**"
allow = ["read", "list"]
why = "it counts the words of any file"
"#;

const FUNCTIONS: &str = r#"
[functions.summarise]
description = "Counts a text's words."

[functions.join]
export = "toolward:languages/words#join"
description = "One text of several."
"#;

/// Their engines and libraries take more than the default.
const LIMITS: &str = "\n[limits]\nmemory = \"256MiB\"\n";

/// An installation with the tool as a command that takes a path. `repo/text.txt` is there to be counted.
pub(crate) fn with_command(language: &str) -> Installation {
    let installation =
        Installation::new().policy(POLICY).file("repo/text.txt", "The cat and the dog\nand the bird é\n");
    languages::with(language, installation, &format!("{COMMAND}{LIMITS}"))
}

/// An installation with the tool's functions `summarise` and `join`.
pub(crate) fn with_functions(language: &str) -> Installation {
    languages::with(language, Installation::new().policy(POLICY), &format!("{FUNCTIONS}{LIMITS}"))
}
