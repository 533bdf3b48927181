//! `toolward agent rotate`: another key, without a moment in which none holds.
use std::fs;
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;
use toolward_tests::{Installation, Said};

use super::fixture::{credential, two_agents};

fn opens(installation: &Installation, file: &str) -> Said {
    installation.run(&["task", "open", "--agent", "coder", "--type", "work", "--credential", file])
}

/// A copy of the credential that is in the home, as another process of the framework holds it.
fn copy(installation: &Installation, name: &str) -> String {
    let to = installation.path("tmp").join(name);
    fs::copy(credential(installation, "coder"), &to).unwrap();
    to.to_str().unwrap().to_owned()
}

/// The credential in the home is the new one; the old one still proves the agent until its time is over.
#[test]
fn the_old_key_holds_for_the_overlap() {
    let installation = two_agents();
    let old = copy(&installation, "old");
    let said = installation.run(&["agent", "rotate", "coder", "--overlap", "3s"]);
    said.exits(0).says(&credential(&installation, "coder")).says("holds until");
    opens(&installation, &old).exits(0);
    opens(&installation, &credential(&installation, "coder")).exits(0);
    sleep(Duration::from_millis(3_100));
    opens(&installation, &old).fails(3, "replaced");
    opens(&installation, &credential(&installation, "coder")).exits(0);
}

#[test]
fn without_an_overlap_the_old_key_ends_at_once() {
    let installation = two_agents();
    let (first, task) = (copy(&installation, "first"), installation.open("work"));
    installation.run(&["agent", "rotate", "coder"]).exits(0);
    let second = copy(&installation, "second");
    opens(&installation, &first).exits(0);
    installation.run(&["agent", "rotate", "coder", "--overlap", "0s"]).exits(0);
    for old in [&first, &second] {
        opens(&installation, old).fails(3, "replaced");
    }
    opens(&installation, &credential(&installation, "coder")).exits(0);
    // A key opens tasks; what was opened goes on.
    task.call("good", &json!({})).answers("ok");
    let keys = installation.run(&["agent", "show", "coder", "--json"]).exits(0).json()["keys"].clone();
    let holds: Vec<_> = keys.as_array().unwrap().iter().map(|key| key["holds"].as_bool().unwrap()).collect();
    assert_eq!(holds, [false, false, true]);
}

/// One hour, where nothing else is said.
#[test]
fn as_json() {
    let installation = two_agents();
    let value = installation.run(&["agent", "rotate", "coder", "--json"]).exits(0).json();
    let shown = installation.run(&["agent", "show", "coder", "--json"]).exits(0).json();
    assert_eq!(value["credential"], credential(&installation, "coder"));
    assert_eq!((&shown["keys"][1]["key"], &shown["keys"][0]["until"]), (&value["key"], &value["before_holds_until"]));
    let hour = |time: &serde_json::Value| time.as_str().unwrap()[11..13].parse::<u32>().unwrap();
    assert_eq!((hour(&shown["keys"][1]["added"]) + 1) % 24, hour(&value["before_holds_until"]));
}

/// A credential elsewhere is replaced where it is this agent's; nothing else is.
#[test]
fn a_credential_elsewhere() {
    let installation = two_agents().file("tmp/mine", "mine");
    let held = copy(&installation, "held");
    let before = fs::read(&held).unwrap();
    installation.run(&["agent", "rotate", "coder", "--credential", &held, "--overlap", "0s"]).exits(0);
    assert_ne!(fs::read(&held).unwrap(), before);
    opens(&installation, &held).exits(0);
    opens(&installation, &credential(&installation, "coder")).fails(3, "replaced");
    for file in [installation.path("tmp/mine").to_str().unwrap(), &credential(&installation, "other")] {
        let before = fs::read(file).unwrap();
        installation.run(&["agent", "rotate", "coder", "--credential", file]).fails(2, "is there already");
        assert_eq!(fs::read(file).unwrap(), before);
    }
    opens(&installation, &held).exits(0);
}

/// A new key is none that an agent has or had.
#[test]
fn a_key_is_not_used_again() {
    let installation = two_agents();
    let key = |agent: &str| {
        let shown = installation.run(&["agent", "show", agent, "--json"]).exits(0).json();
        shown["keys"][0]["key"].as_str().unwrap().to_owned()
    };
    for used in [key("coder"), key("other")] {
        installation.run(&["agent", "rotate", "coder", "--key", &used]).fails(2, "has or had this key");
    }
    let fresh = installation.run(&["audit", "key"]).exits(0).result().to_owned();
    installation.run(&["agent", "rotate", "coder", "--key", &fresh]).exits(0).says(&fresh).does_not_say("credential");
    installation.run(&["agent", "rotate", "coder", "--key", &fresh]).fails(2, "has or had this key");
}

#[test]
fn what_cannot_be_rotated() {
    let installation = two_agents();
    installation.run(&["agent", "rotate", "codr"]).fails(2, "there is no agent `codr`");
    for wrong in ["", "1", "-1h", "soon"] {
        installation.run(&["agent", "rotate", "coder", "--overlap", wrong]).fails(2, "");
    }
    installation.run(&["agent", "revoke", "coder"]).exits(0);
    installation.run(&["agent", "rotate", "coder"]).fails(3, "was revoked");
    assert_eq!(fs::read_dir(installation.path("home/agents")).unwrap().count(), 2, "nothing temporary is left");
}

/// However many rotate it at once, the credential in the home has the key that holds.
#[test]
fn rotations_at_once() {
    let installation = two_agents();
    for _ in 0..20 {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| installation.run(&["agent", "rotate", "coder", "--overlap", "0s"]).exits(0).0.code);
            }
        });
        opens(&installation, &credential(&installation, "coder")).exits(0);
    }
    let keys = installation.run(&["agent", "show", "coder", "--json"]).exits(0).json()["keys"].clone();
    let keys = keys.as_array().unwrap();
    assert_eq!((keys.len(), keys.iter().filter(|key| key["holds"] == true).count()), (81, 1));
}

/// A framework that reads the credential anew each time opens its tasks while the key is rotated.
#[test]
fn there_is_no_gap() {
    let installation = two_agents();
    let file = credential(&installation, "coder");
    let framework = {
        let (installation, file) = (installation.clone(), file.clone());
        std::thread::spawn(move || {
            for _ in 0..40 {
                opens(&installation, &file).exits(0);
            }
        })
    };
    let mut rotations = 0;
    while !framework.is_finished() {
        installation.run(&["agent", "rotate", "coder"]).exits(0);
        rotations += 1;
    }
    framework.join().unwrap();
    assert!(rotations > 3, "{rotations}");
}
