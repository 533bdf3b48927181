//! Memories, tables and instances by the thousand: what no compiler writes.
use toolward_tests::World;
use toolward_tests::component::{command, command_of, command_with_instances};

/// A function that grows something by steps until it is refused, and answers 0 where that was at or below `most`.
fn growing(grow: &str, size: &str, step: u32, most: u32) -> String {
    format!(
        r#"(func (export "run") (result i32)
            (loop $more
                (if (i32.gt_u ({size}) (i32.const {most})) (then (return (i32.const 1))))
                (br_if $more (i32.ne ({grow} (i32.const {step})) (i32.const -1))))
            (i32.const 0))"#
    )
}

/// Tables are limited.
#[test]
pub(crate) fn a_table_grows_up_to_its_limit() {
    let grow = growing("table.grow $t (ref.null func)", "table.size $t", 1_000, 100_000);
    let outcome =
        World::new().limits("table_elements = 100_000\n").run_bytes(&command(&format!("(table $t 1 funcref) {grow}")));
    outcome.exits(0).changed_nothing();
}

/// A component that declares more table than it may have does not start.
#[test]
fn a_table_is_not_declared_beyond_its_limit() {
    let module = r#"(table 5000000 funcref) (func (export "run") (result i32) i32.const 0)"#;
    World::new().limits("table_elements = 100_000\n").run_bytes(&command(module)).exits(124).changed_nothing();
}

/// One memory is limited.
#[test]
fn a_memory_grows_up_to_its_limit() {
    let module = format!("(memory 1) {}", growing("memory.grow", "memory.size", 16, 1_024));
    World::new().limits("memory = \"64MiB\"\n").run_bytes(&command(&module)).exits(0).changed_nothing();
}

/// Many memories share one limit.
#[test]
pub(crate) fn many_memories_share_one_limit() {
    let outcome = World::new().limits("memory = \"32MiB\"\n").run_bytes(&command_with_instances(20, 64));
    outcome.exits(124).changed_nothing();
}

/// Memories that grow later share it too.
#[test]
fn memories_grow_within_one_limit() {
    let one = r#"(core module $one (memory 1) (func (export "grow") (result i32) (i32.ne (memory.grow (i32.const 256)) (i32.const -1))))"#;
    let instances: String = (0..8).map(|n| format!("(core instance $i{n} (instantiate $one))\n")).collect();
    let arguments: String = (0..8).map(|n| format!("(with \"{n}\" (instance $i{n}))")).collect();
    let imports: String = (0..8).map(|n| format!("(import \"{n}\" \"grow\" (func $g{n} (result i32)))")).collect();
    let sum = (1..8).fold("(call $g0)".to_owned(), |sum, n| format!("(i32.add {sum} (call $g{n}))"));
    // Each grows by 16 MiB: two fit into 40 MiB, the third does not.
    let main =
        format!(r#"(core module $m {imports} (func (export "run") (result i32) (i32.gt_u {sum} (i32.const 2))))"#);
    let component =
        command_of(&format!("{one}\n{instances}{main}\n(core instance $main (instantiate $m {arguments}))"));
    World::new().limits("memory = \"40MiB\"\n").run_bytes(&component).exits(0).changed_nothing();
}

/// Instances are limited.
#[test]
pub(crate) fn many_instances() {
    World::new().limits("instances = 32\n").run_bytes(&command_with_instances(500, 0)).exits(124).changed_nothing();
}

/// Below the limit they run: the limit above is what stopped them.
#[test]
fn few_instances() {
    World::new().limits("instances = 32\n").run_bytes(&command_with_instances(20, 0)).exits(0).changed_nothing();
}
