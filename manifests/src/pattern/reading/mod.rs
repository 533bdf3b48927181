//! Readings of a URL's path: the paths that a server may take it for.
//!
//! Servers, proxies and frameworks change a path before they use it: they decode it again, drop path parameters, resolve
//! dot segments. Which of these steps a server takes, and in which order, is not known here. So a reading is what any
//! sequence of [`steps::STEPS`] makes of the path, and `ask` and `deny` match if any reading does.
mod bytes;
mod characters;
mod plain;
mod steps;

use super::escape;
pub(crate) use plain::{decoded_text, is_plain};

/// The largest number of readings of one path. A path with more is not read: every `ask` and `deny` matches it.
pub(crate) const MAX_PATH_READINGS: usize = 64;

/// The largest number of readings of one segment. No wildcard of an `allow` matches a segment with more.
pub(crate) const MAX_SEGMENT_READINGS: usize = 16;

/// The largest sum of the readings' lengths, in bytes: eight times the longest URL.
const MAX_BYTES: usize = 256 << 10;

/// Every reading of a text, the text itself first; `None` where there are more than `max`, or longer ones than are kept.
///
/// The text has its escapes as single characters (`pattern/escape.rs`) and its segments separated by `/`.
pub(crate) fn readings(text: String, max: usize) -> Option<Vec<String>> {
    let mut bytes = text.len();
    let mut known = vec![text];
    let mut at = 0;
    while let Some(text) = known.get(at) {
        let read: Vec<String> = steps::STEPS.iter().filter_map(|step| step(text)).collect();
        for reading in read {
            let reading = escape::decode_later(&reading).into_owned(); // a step may have put a `%` in front of two digits
            if known.contains(&reading) {
                continue;
            }
            bytes += reading.len();
            if known.len() == max || bytes > MAX_BYTES {
                return None;
            }
            known.push(reading);
        }
        at += 1;
    }
    Some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(path: &str) -> Vec<String> {
        readings(escape::decode(path).into_owned(), MAX_PATH_READINGS).unwrap_or_default()
    }

    /// What each kind of server makes of a path that it reads in its own way.
    #[test]
    fn every_known_way_to_read_a_path_is_a_reading() {
        for (path, read) in [
            ("/v1/..;/admin", "/admin"),                                     // Tomcat, Jetty, Spring
            ("/v1/admin;a=b/x", "/v1/admin/x"),                              // Tomcat, Jetty, Spring
            ("/v1/.;x=y/admin", "/v1/admin"),                                // Tomcat
            ("/v1/admin%3b/x", "/v1/admin/x"),                               // decoded, then parameters dropped
            ("/v1/x;a=%2F../admin", "/v1/x/../admin"),                       // parameters dropped, then decoded
            ("/v1/%2e%2e%3b/admin", "/admin"),                               // both
            ("/v1/x%2f..%2fadmin", "/v1/admin"),                             // decoded, then resolved
            ("/v1/x%5c..%5cadmin", "/v1/admin"),                             // IIS
            ("/v1/%c0%ae%c0%ae/admin", "/admin"),                            // old decoders of UTF-8
            ("/v1/%e0%80%ae%e0%80%ae/admin", "/admin"),                      // …
            ("/v1/%f8%80%80%80%ae./admin", "/admin"),                        // …
            ("/v1/%c0.%c0./admin", "/admin"),                                // … that do not look at the second byte
            ("/v1/x%c0%af..%c1%9cadmin", "/v1/admin"),                       // …
            ("/v1/%252e%252e/admin", "/admin"),                              // decoded twice
            ("/v1/%25252e%25252e/admin", "/admin"),                          // … and three times
            ("/v1/%25%32%65%25%32%65/admin", "/admin"),                      // …
            ("/v1/%25u002e%25u002e/admin", "/admin"),                        // IIS
            ("/v1/%25u2025/admin", "/admin"),                                // … by compatibility
            ("/v1/admin./x", "/v1/admin/x"),                                 // Windows
            ("/v1/admin%20/x", "/v1/admin/x"),                               // Windows
            ("/v1/admin%20.%20./x", "/v1/admin/x"),                          // Windows
            ("/v1/admin::$DATA", "/v1/admin"),                               // NTFS
            ("/v1/admin:$i30:$INDEX_ALLOCATION/x", "/v1/admin/x"),           // NTFS
            ("/v1/(S(abc))/admin", "/v1//admin"),                            // ASP.NET
            ("/v1/ad(A(1)S(2))min", "/v1/admin"),                            // ASP.NET
            ("/v1/admin%00.txt", "/v1/admin"),                               // C
            ("/v1/adm%00in", "/v1/admin"),                                   // …
            ("/v1/..%00/admin", "/admin"),                                   // Jetty
            ("/v1/admin%0a", "/v1/admin"),                                   // Spring, by regular expressions
            ("/v1/admin%09/x", "/v1/admin/x"),                               // …
            ("/v1/admin%C2%A0/x", "/v1/admin/x"),                            // Express
            ("/v1/admin%C2%85", "/v1/admin"),                                // Flask
            ("/v1/admin%3fx", "/v1/admin"),                                  // decoded and forwarded
            ("/v1/admin%23x", "/v1/admin"),                                  // …
            ("/v1/caf%E9", "/v1/café"),                                      // Latin-1
            ("/v1/adm%FFin", "/v1/admin"),                                   // iconv
            ("/v1/%EF%BD%81dmin", "/v1/admin"),                              // full-width letters
            ("/v1/x%EF%BC%8F%EF%BC%8E%EF%BC%8E%EF%BC%8Fadmin", "/v1/admin"), // … and dots and slashes
            ("/v1/%EF%BC%85%EF%BC%92e%252e/admin", "/admin"),                // … and percent signs
            ("/v1/x%E2%88%95..%E2%88%95admin", "/v1/admin"),                 // the division slash
            ("/v1/ad%E2%80%8Cmin", "/v1/admin"),                             // HFS+
            ("/v1/x%2f..%2fadmin%2f..;/y", "/v1/admin/..;/y"),               // only some dots
        ] {
            let all = all(path);
            assert!(all.iter().any(|reading| reading == read), "{path}: {all:?}");
        }
    }

    #[test]
    fn an_ordinary_path_has_one_reading() {
        for path in
            ["/", "/v1/a-b_c~d", "/v1/x:predict", "/a/b/", "/wiki/Foo_(bar)", "/a.b/c.tar.gz", "/caf%C3%A9", "/日本"]
        {
            assert_eq!(all(path).len(), 1, "{path}: {:?}", all(path));
            assert!(path.split('/').all(|segment| is_plain(&escape::decode(segment))), "{path}");
        }
    }

    /// What is plain needs no reading: every step leaves it, but for the spelling of its escapes.
    #[test]
    fn a_plain_segment_has_no_other_reading() {
        let alphabet = escape::decode("a.;:$(S)~ \u{E9}\u{FF0E}\u{2044}\u{200C}%20%28%29%3A%24%3B").into_owned();
        let all = alphabet.chars().flat_map(|a| alphabet.chars().map(move |b| [a, b]));
        let texts = all.flat_map(|[a, b]| alphabet.chars().map(move |c| format!("x{a}{b}{c}")));
        for text in texts.filter(|text| is_plain(text)) {
            let all = readings(text.clone(), MAX_SEGMENT_READINGS).unwrap_or_default();
            assert!(all.iter().all(|read| decoded_text(read) == decoded_text(&text)), "{text}: {all:?}");
        }
    }

    #[test]
    fn too_many_readings_are_none() {
        let odd = "/a;x/%2e%252e%25252e%5c%00%3f::$DATA%c0%ae.%20/(S(x))/%EF%BC%8F.%FF/".repeat(4);
        assert_eq!(readings(escape::decode(&odd).into_owned(), MAX_PATH_READINGS), None);
        let long = format!("/{}", ";/".repeat(100_000));
        assert_eq!(readings(long, MAX_PATH_READINGS), None);
    }
}
