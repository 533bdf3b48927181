//! `toolward completions` and `toolward man`, and help for every command.
use toolward_tests::Installation;

#[test]
fn completions() {
    let installation = Installation::bare();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        installation.run(&["completions", shell]).exits(0).says("toolward").says("explain");
    }
    installation.run(&["completions", "cmd.exe"]).fails(2, "cmd.exe");
}

/// Where nobody reads them to their end that is no crash.
#[test]
fn completions_that_nobody_reads() {
    let installation = Installation::bare();
    let mut command = installation.command(&["completions", "bash"]);
    command.stdout(std::fs::File::options().write(true).open("/dev/full").unwrap());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(6), "{output:?}");
}

/// Bash takes them.
#[test]
fn completions_are_a_script() {
    let installation = Installation::bare();
    let script = installation.run(&["completions", "bash"]).exits(0).0.stdout.clone();
    installation.write("tmp/completions", script);
    let checked =
        std::process::Command::new("bash").arg("-n").arg(installation.path("tmp/completions")).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

/// One page a subcommand.
#[test]
fn manual_pages() {
    let installation = Installation::bare();
    installation.run(&["man", "pages"]).exits(0);
    for page in ["toolward.1", "toolward-call.1", "toolward-task-open.1", "toolward-audit-verify.1"] {
        assert!(installation.text(&format!("tmp/pages/{page}")).starts_with(".ie"), "{page}");
    }
}

/// Every command has help, and help is no error. The exit codes stand in it.
#[test]
fn help() {
    let installation = Installation::bare();
    let said = installation.run(&["help"]);
    said.exits(0).says("Exit codes:").says("124");
    for command in
        ["init", "run", "agent", "task", "call", "explain", "tool", "manifest", "audit", "doctor", "completions", "man"]
    {
        said.says(command);
        let by_command = installation.run(&["help", command]);
        let by_option = installation.run(&[command, "--help"]);
        by_command.exits(0).says("Usage:");
        by_option.exits(0).says("Usage:");
    }
    installation.run(&["--version"]).exits(0).says("toolward ");
}
