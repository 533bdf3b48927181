//! As commands: what they read is decided and recorded as it is for any tool.
use serde_json::json;

use super::fixture::{LANGUAGES, with_command};

/// Its answer is its own.
#[test]
fn javascript_and_python_count_the_words_of_a_file() {
    for language in LANGUAGES {
        let task = with_command(language).open("work");
        let answer = task.call(language, &json!({"path": "/repo/text.txt"})).answers("ok");
        let top = json!([{"word": "the", "times": 3}, {"word": "and", "times": 2}, {"word": "bird", "times": 1}]);
        let summary = json!([{"path": "/repo/text.txt", "lines": 2, "words": 9, "top": top}]);
        assert_eq!(answer["output"], summary, "{language}");
        assert_eq!(answer["denied"], json!([]), "{language}: {answer}");
    }
}

/// A file that may not be read is an error of the language's own, and the refusal is recorded.
#[test]
fn what_they_may_not_read_is_refused_and_recorded() {
    for language in LANGUAGES {
        let installation = with_command(language);
        let task = installation.open("work");
        let answer = task.call(language, &json!({"path": "/repo/.env"})).answers("denied");
        assert_eq!(answer["denied"][0]["access"], "files read /repo/.env", "{language}: {answer}");
        assert!(answer["stderr"].as_str().unwrap().starts_with("words: /repo/.env: "), "{language}: {answer}");
        let id = answer["denied"][0]["id"].as_str().unwrap();
        installation.run(&["audit", "show", id]).exits(0).says("policy.toml:");
    }
}

/// A guest path has one name: a relative one is put behind the first mount before they see it, and an absolute one outside
/// every mount is nothing, also where the first mount has a file of that name.
#[test]
fn a_path_has_one_name_for_them() {
    for language in LANGUAGES {
        let task = with_command(language).open("work");
        for path in ["text.txt", "./text.txt"] {
            let answer = task.call(language, &json!({"path": path})).answers("ok");
            assert_eq!(answer["output"][0]["path"], "/repo/text.txt", "{language}: {answer}");
        }
        for path in ["/text.txt", "//text.txt", "/./text.txt", "repo/text.txt"] {
            let answer = task.call(language, &json!({"path": path})).answers("failed");
            assert_eq!(answer["output"], json!([]), "{language} {path}: {answer}");
        }
    }
}

/// A file outside every mount does not exist for them.
#[test]
fn what_is_not_mounted_is_not_there() {
    for language in LANGUAGES {
        let task = with_command(language).open("work");
        let answer = task.call(language, &json!({"path": "/etc/passwd"})).answers("failed");
        assert_eq!(answer["output"], json!([]), "{language}: {answer}");
        assert!(!answer["stderr"].as_str().unwrap().contains("root:"), "{language}: {answer}");
    }
}

/// `toolward run` shows a tool's author what was refused, and passes on what the tool says.
#[test]
fn their_authors_run_them_by_hand() {
    for language in LANGUAGES {
        let installation = with_command(language);
        let component = installation.path(&format!("toolward/manifests/{language}.wasm"));
        let manifest = component.with_extension("toml");
        let mount = installation.mount("/repo", "repo");
        let run = ["run", component.to_str().unwrap(), "--manifest", manifest.to_str().unwrap(), "--mount", &mount];
        let said = installation.run(&[&run[..], &["--", "/repo/src/main.rs"]].concat());
        assert_eq!(said.exits(0).json()["words"], 3, "{language}: {said}");
    }
}
