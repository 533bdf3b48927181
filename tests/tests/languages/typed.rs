//! As typed tools: their exported functions, with records, lists, options and results.
use serde_json::json;
use toolward_tests::OpenTask;

use super::fixture::{LANGUAGES, with_functions};

fn each(test: impl Fn(&str, &OpenTask)) {
    for language in LANGUAGES {
        test(language, &with_functions(language).open("work"));
    }
}

/// A record with a list of records, as JSON.
#[test]
fn a_record_comes_back() {
    each(|language, task| {
        let input = json!({"text": "a b a\nb a\n", "most": 1});
        let answer = task.call(&format!("{language}.summarise"), &input).answers("ok");
        assert_eq!(answer["output"], json!({"lines": 2, "words": 5, "top": [{"word": "a", "times": 3}]}), "{language}");
    });
}

/// What a function gives as its error is its output, and the call has failed.
#[test]
fn an_error_of_its_own_comes_back() {
    each(|language, task| {
        let answer = task.call(&format!("{language}.summarise"), &json!({"text": "", "most": 0})).answers("failed");
        assert_eq!(answer["output"], json!("most is 0"), "{language}: {answer}");
    });
}

/// An option may be left out.
#[test]
fn an_option_is_given_or_not() {
    each(|language, task| {
        let joined = |input| task.call(&format!("{language}.join"), &input).answers("ok")["output"].clone();
        assert_eq!(joined(json!({"parts": ["ä", "b"], "between": ", "})), json!("ä, b"), "{language}");
        assert_eq!(joined(json!({"parts": ["ä", "b"]})), json!("äb"), "{language}");
    });
}

/// An input that does not fit never reaches them.
#[test]
fn an_input_of_another_type_is_refused() {
    each(|language, task| {
        task.call(&format!("{language}.summarise"), &json!({"text": "a", "most": -1})).fails(2, "most");
    });
}
