//! What holds of every file that is parsed.
use toolward_manifests::{Access, Diagnostic, Scope, Source};

/// Accesses of every kind.
const ASKED: [&str; 12] = [
    "files read /",
    "files write /repo/.ENV",
    "files create /a/b",
    "http GET https://a.example/x",
    "http POST http://b.example:8080/",
    "tcp connect a.example:443",
    "tcp connect 10.0.0.1:80",
    "dns lookup a.example",
    "secrets use key https://a.example/x",
    "secrets reveal key",
    "env read HOME",
    "tools call search",
];

/// There is an error, each lies within the text, and each can be shown.
pub fn check_errors(source: &Source, errors: &[Diagnostic]) {
    assert!(!errors.is_empty());
    assert!(errors.is_sorted_by_key(|error| error.span.start));
    for error in errors {
        assert!(source.text.get(error.span.clone()).is_some(), "{error:?}");
        assert!(!error.message.is_empty());
        let shown = error.render(&source.text);
        assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
    }
}

/// What was parsed can be printed.
pub fn print(text: Result<String, toml::ser::Error>) -> Source {
    Source { name: "print.toml".into(), text: text.expect("what was parsed can be printed") }
}

/// Two texts make the same scope, or neither makes one.
pub fn check_same(first: Result<Scope, Vec<Diagnostic>>, second: Result<Scope, Vec<Diagnostic>>) {
    let (first, second) = match (first, second) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(_), Err(_)) => return,
        (Ok(_), Err(errors)) | (Err(errors), Ok(_)) => panic!("one of two is no scope: {errors:?}"),
    };
    assert_eq!(first.limits(), second.limits());
    assert_eq!(first.environment(), second.environment());
    for asked in ASKED.map(|text| text.parse::<Access>().expect(text)) {
        assert_eq!(first.decide(&asked).word(), second.decide(&asked).word(), "{asked}");
    }
}
