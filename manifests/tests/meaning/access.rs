//! An access as text.
use toolward_manifests::Access;

#[test]
fn an_access_reads_as_it_is_shown() {
    for text in [
        "files read /repo/a b",
        "files list /",
        "http GET https://example.com/a?b=c",
        "http PROPFIND http://example.com:8080/",
        "tcp connect example.com:443",
        "dns lookup example.com",
        "secrets use token https://example.com/",
        "secrets reveal token",
        "env read LANG",
        "tools call read",
    ] {
        assert_eq!(text.parse::<Access>().unwrap().to_string(), text);
    }
    assert_eq!("tcp connect [::1]:80".parse::<Access>(), "tcp connect ::1:80".parse());
}

#[test]
fn what_is_no_access_says_why() {
    for (text, why) in [
        ("", "three parts"),
        ("files read", "three parts"),
        ("files read ", "three parts"),
        ("file read /x", "unknown kind `file` (did you mean `files`?)"),
        ("files raed /x", "unknown operation `raed` (did you mean `read`?)"),
        ("files read x", "begins with `/`"),
        ("files read /a/../b", "`..`"),
        ("http get https://example.com/", "no request method"),
        ("http * https://example.com/", "no request method"),
        ("http GET example.com", "http"),
        ("tcp connect example.com", "HOST:PORT"),
        ("tcp connect example.com:0", "HOST:PORT"),
        ("tcp listen example.com:1", "unknown operation `listen`"),
        ("secrets reveal token https://example.com/", "travels nowhere"),
    ] {
        let error = text.parse::<Access>().unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
}
