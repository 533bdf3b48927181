//! Looks at its environment, its arguments, its working directory and its input for what belongs to the host.
use std::io::Read;
use std::process::ExitCode;

use toolward_guests::Attack;

fn main() -> ExitCode {
    let mut attack = Attack::begin();
    println!("arguments {:?}", std::env::args().collect::<Vec<_>>());
    for (name, value) in std::env::vars() {
        println!("variable {name}={value}");
    }
    for name in ["PATH", "HOME", "USER", "TOOLWARD_HOME", "TOOLWARD_TASK", "PROBE_SECRET"] {
        attack.must_fail(name, std::env::var(name));
    }
    println!("directory {:?}", std::env::current_dir());
    let mut input = String::new();
    let _read = std::io::stdin().read_to_string(&mut input);
    println!("input {input:?}");
    attack.must_not_be("a terminal", std::io::IsTerminal::is_terminal(&std::io::stdin()));
    attack.must_not_be("a terminal", std::io::IsTerminal::is_terminal(&std::io::stdout()));
    attack.end()
}
