//! Components that are none, or of another world.
use std::fs;

use toolward_tests::component::assemble;
use toolward_tests::{World, guest};

/// What cannot be loaded is one clear line about the component, and leaves nothing behind.
fn is_refused(component: &[u8]) {
    World::new().run_bytes(component).could_not_run("guest.wasm").changed_nothing();
}

#[test]
fn an_empty_file() {
    is_refused(b"");
}

#[test]
fn text_that_is_no_component() {
    is_refused(b"#!/bin/sh\necho no component\n");
}

#[test]
fn a_header_and_nothing_more() {
    is_refused(b"\0asm\x0d\0\x01\0garbage that is no section");
}

/// Cut off at many places, a component is never run.
#[test]
fn a_truncated_component() {
    let whole = fs::read(guest("every_import")).unwrap();
    for part in [4, 9, 100, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        is_refused(whole.get(..part).unwrap());
    }
}

/// With one byte changed, it is refused or runs within its walls; it never ends Toolward.
#[test]
fn a_damaged_component() {
    let whole = fs::read(guest("denied_in_all_spellings")).unwrap();
    for at in (8..whole.len()).step_by(whole.len() / 24) {
        let mut damaged = whole.clone();
        damaged.get_mut(at).map(|byte| *byte ^= 0x41).unwrap();
        let outcome = World::new().limits("time = \"2s\"\n").run_bytes(&damaged);
        assert!(matches!(outcome.ended.code, Some(0 | 1 | 124 | 125 | 134)), "byte {at}: {outcome}");
        outcome.changed_nothing();
    }
}

#[test]
fn a_core_module() {
    is_refused(&assemble("(module (func (export \"_start\")))"));
}

#[test]
fn a_component_without_the_command_world() {
    is_refused(&assemble("(component)"));
}

#[test]
fn a_component_with_run_of_another_type() {
    is_refused(&assemble(
        r#"(component
            (core module $m (func (export "run") (param i32)))
            (core instance $i (instantiate $m))
            (func $run (param "n" u32) (canon lift (core func $i "run")))
            (instance (export "wasi:cli/run@0.2.0") (export "run" (func $run))))"#,
    ));
}

/// What is not listed does not exist for a guest: an import that nobody provides is named.
#[test]
fn an_import_that_nobody_provides() {
    let component = assemble(
        r#"(component
            (import "acme:vault/keys@1.0.0" (instance (export "all" (func (result (list string))))))
            (core module $m (func (export "run") (result i32) i32.const 0))
            (core instance $i (instantiate $m))
            (func $run (result (result)) (canon lift (core func $i "run")))
            (instance (export "wasi:cli/run@0.2.0") (export "run" (func $run))))"#,
    );
    World::new().run_bytes(&component).could_not_run("acme:vault/keys").changed_nothing();
}

#[test]
fn a_missing_component() {
    let world = World::new();
    let outcome = world.run_as_it_is();
    outcome.exits(125).changed_nothing();
    assert!(outcome.ended.stderr.starts_with("error: "), "{outcome}");
}

#[test]
fn a_folder_instead_of_a_component() {
    let world = World::new().folder("tool/guest.wasm");
    fs::write(world.path("tool/manifest.toml"), world.manifest()).unwrap();
    world.run_as_it_is().could_not_run("guest.wasm").changed_nothing();
}

/// A component is read, not waited for.
#[test]
fn a_fifo_instead_of_a_component() {
    let world = World::new();
    fs::write(world.path("tool/manifest.toml"), world.manifest()).unwrap();
    let fifo = world.path("tool/guest.wasm");
    rustix::fs::mknodat(rustix::fs::CWD, fifo, rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0)
        .unwrap();
    world.run_as_it_is().could_not_run("guest.wasm").ended_within(std::time::Duration::from_secs(5));
}
