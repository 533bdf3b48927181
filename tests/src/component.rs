//! Components for what no compiler would write: tables, instances and memories by the thousand, and worlds of other kinds.
use std::fmt::Write;

/// A command (`wasi:cli/run`) whose core module has this text; its function `run` answers 0 for success and 1 for failure.
///
/// # Panics
/// Where the text is no WebAssembly.
#[must_use]
pub fn command(module: &str) -> Vec<u8> {
    command_of(&format!("(core module $m {module})\n(core instance $main (instantiate $m))"))
}

/// A command made of these core definitions, among them an instance `$main` that exports `run`.
///
/// # Panics
/// Where the text is no WebAssembly.
#[must_use]
pub fn command_of(definitions: &str) -> Vec<u8> {
    assemble(&format!(
        r#"(component
            {definitions}
            (func $run (result (result)) (canon lift (core func $main "run")))
            (instance (export "wasi:cli/run@0.2.0") (export "run" (func $run))))"#
    ))
}

/// A command that has `count` further core instances, each with a memory of `pages` pages.
///
/// # Panics
/// Where the text is no WebAssembly.
#[must_use]
pub fn command_with_instances(count: usize, pages: usize) -> Vec<u8> {
    let mut text = format!("(core module $one (memory {pages}))\n");
    for _ in 0..count {
        text.push_str("(core instance (instantiate $one))\n");
    }
    let main =
        r#"(core module $m (func (export "run") (result i32) i32.const 0)) (core instance $main (instantiate $m))"#;
    write!(text, "{main}").unwrap();
    command_of(&text)
}

/// WebAssembly text as bytes.
///
/// # Panics
/// Where the text is no WebAssembly.
#[must_use]
pub fn assemble(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"))
}

/// A component that exports one function `f` of this type (`(param "x" u8) (result string)`), lifted from the function `f`
/// of a core module that has this text besides a memory and a `realloc` that always gives 1024. `options` are further
/// ones of the lifting.
///
/// # Panics
/// Where the text is no WebAssembly.
#[must_use]
pub fn function(ty: &str, module: &str, options: &str) -> Vec<u8> {
    assemble(&format!(
        r#"(component
            (core module $m
                (memory (export "memory") 1)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
                {module})
            (core instance $i (instantiate $m))
            (func (export "f") {ty} (canon lift (core func $i "f")
                (memory (core memory $i "memory")) (realloc (core func $i "realloc")) {options})))"#
    ))
}
