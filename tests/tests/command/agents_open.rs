//! An agent proves that it is the agent when it opens a task: by its credential, never by the operator's authority.
use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::json;
use toolward_tests::{Installation, Said};

use super::fixture::{credential, private_half, two_agents};

fn opens(installation: &Installation, agent: &str, file: &str) -> Said {
    installation.run(&["task", "open", "--agent", agent, "--type", "work", "--credential", file])
}

/// A credential with this text, which only its owner may read.
fn forged(installation: &Installation, text: &str) -> String {
    let path = installation.path("tmp/forged");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn by_its_credential() {
    let installation = two_agents();
    let task = installation.open_for("coder", "work", &["--credential", &credential(&installation, "coder")]);
    task.call("good", &json!({})).answers("ok");
    let mut by_variable = installation.command(&["task", "open", "--agent", "coder", "--type", "work"]);
    Said::by(by_variable.env("TOOLWARD_CREDENTIAL", credential(&installation, "coder"))).exits(0).says("tw_");
    // The policy still says what the agent may open.
    let other = ["task", "open", "--agent", "coder", "--type", "other", "--credential"];
    installation
        .run(&[&other[..], &[&credential(&installation, "coder")]].concat())
        .fails(3, "may not open a task of this type");
}

/// A tool that could read it would be as good as the agent.
#[test]
fn a_credential_that_a_mount_shows() {
    let installation = two_agents();
    std::fs::create_dir(installation.path("repo/deep")).unwrap();
    std::fs::rename(credential(&installation, "coder"), installation.path("repo/deep/credential")).unwrap();
    std::os::unix::fs::symlink("../repo/deep/credential", installation.path("tmp/link")).unwrap();
    let mount = installation.mount("/repo", "repo");
    for file in ["../repo/deep/credential", "link"] {
        let options = ["--mount", mount.as_str(), "--credential", file];
        let said = installation.run(&[&["task", "open", "--agent", "coder", "--type", "work"], &options[..]].concat());
        said.fails(2, "mounted at `/repo`");
        opens(&installation, "coder", file).exits(0);
    }
}

/// In single-user mode whoever may use the home opens tasks by the operator's authority.
#[test]
fn without_a_credential_it_is_the_operator() {
    two_agents().open("work").call("good", &json!({})).answers("ok");
}

#[test]
fn another_agents_credential() {
    let installation = two_agents();
    opens(&installation, "coder", &credential(&installation, "other")).fails(3, "is of `other`, not of `coder`");
}

/// Another agent's key under this agent's name.
#[test]
fn another_agents_key() {
    let installation = two_agents();
    let text = format!("agent = \"coder\"\nkey = \"{}\"\n", private_half(&installation, "other"));
    opens(&installation, "coder", &forged(&installation, &text)).fails(3, "the key is not the agent's");
}

#[test]
fn a_key_that_nobody_gave() {
    let installation = two_agents();
    let text = format!("agent = \"coder\"\nkey = \"{}\"\n", "7f".repeat(32));
    opens(&installation, "coder", &forged(&installation, &text)).fails(3, "the key is not the agent's");
}

/// The credential of an agent of another installation.
#[test]
fn an_agent_of_the_same_name_elsewhere() {
    let (here, elsewhere) = (two_agents(), two_agents());
    opens(&here, "coder", &credential(&elsewhere, "coder")).fails(3, "the key is not the agent's");
}

#[test]
fn an_agent_that_was_never_added() {
    let installation = two_agents();
    let policy = super::fixture::POLICY.replace("coder", "third");
    let installation = installation.policy(&policy);
    let text = format!("agent = \"third\"\nkey = \"{}\"\n", private_half(&installation, "coder"));
    opens(&installation, "third", &forged(&installation, &text)).fails(3, "`third` was never added");
}

/// It is not loaded where others may have read it, or it is not whole; what stands in it is not repeated.
#[test]
fn a_credential_that_does_not_load() {
    let installation = two_agents();
    let (file, secret) = (credential(&installation, "coder"), private_half(&installation, "coder"));
    let whole = fs::read_to_string(&file).unwrap();
    let refused = |file: &str, because: &str| {
        let said = opens(&installation, "coder", file);
        said.fails(2, because);
        assert!(!said.0.stderr.contains(&secret[..8]), "{said}");
    };
    for text in [
        "",
        &whole[..whole.len() - 10],
        &whole.replace("key", "clef"),
        &format!("{whole}more = 1\n"),
        &whole.replace(&secret, &secret[..62]),
        &whole.replace(&format!("\"{secret}\""), &secret),
    ] {
        refused(&forged(&installation, text), "is no credential");
    }
    for mode in [0o640, 0o604, 0o620] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        refused(&file, "others");
    }
    refused("missing", "missing");
    refused(installation.path("tmp").to_str().unwrap(), "is no file");
}
