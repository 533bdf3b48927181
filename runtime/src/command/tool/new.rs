//! `toolward tool new NAME`: a crate that builds, a manifest, a schema, and a test that passes.
use std::path::PathBuf;

use serde_json::json;

use crate::command::Context;
use crate::failure::{Exit, Failure};

/// Where each file of the template goes, and what is in it. `{{name}}` stands for the tool's name.
const TEMPLATE: [(&str, &str); 8] = [
    ("Cargo.toml", include_str!("../../../../tools/template/Cargo.toml")),
    ("README.md", include_str!("../../../../tools/template/README.md")),
    (".gitignore", include_str!("../../../../tools/template/gitignore")),
    ("src/lib.rs", include_str!("../../../../tools/template/src/lib.rs")),
    ("src/main.rs", include_str!("../../../../tools/template/src/main.rs")),
    ("tests/tool.rs", include_str!("../../../../tools/template/tests/tool.rs")),
    ("{{name}}.toml", include_str!("../../../../tools/template/manifest.toml")),
    ("{{name}}.input.json", include_str!("../../../../tools/template/input.json")),
];

/// Names that cargo gives no package or program: Rust's keywords, the standard crates, its own folders in `target/`, and what
/// the template itself has (`cargo new` checks the same, in `restricted_names.rs`).
const NOT_A_CRATE: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "build",
    "const",
    "continue",
    "core",
    "crate",
    "deps",
    "do",
    "dyn",
    "else",
    "enum",
    "examples",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "incremental",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc-macro",
    "pub",
    "ref",
    "return",
    "self",
    "serde",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "tool",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Its name: a lower-case letter, then letters, digits and `-`.
    name: String,
    /// Where its folder is made.
    #[arg(long, value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

pub(super) fn run(args: &Args, cx: &Context) -> Result<Exit, Failure> {
    let name = &args.name;
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !plain || !name.starts_with(|first: char| first.is_ascii_lowercase()) || name.len() > 64 {
        return Err(Failure::usage(format!("`{}` is no name for a tool", name.escape_debug()))
            .help("a lower-case letter, then lower-case letters, digits and `-`, 64 in all"));
    }
    if NOT_A_CRATE.contains(&name.as_str()) {
        return Err(Failure::usage(format!("`{name}` cannot be the name of a crate: Rust or cargo has it reserved"))
            .help(format!("choose another, such as `{name}-tool`")));
    }
    let folder = args.folder.join(name);
    std::fs::create_dir(&folder).map_err(Failure::at(&folder))?;
    for (file, text) in TEMPLATE {
        let path = folder.join(file.replace("{{name}}", name));
        let parent = path.parent().unwrap_or(&folder);
        std::fs::create_dir_all(parent).map_err(Failure::at(parent))?;
        std::fs::write(&path, text.replace("{{name}}", name)).map_err(Failure::at(&path))?;
    }
    let shown = folder.display();
    let people = format!("{shown}: try `cargo test` there, then `cargo build --release --target wasm32-wasip2`");
    cx.print(&json!({ "tool": name, "folder": folder }), people)?;
    Ok(Exit::Done)
}
