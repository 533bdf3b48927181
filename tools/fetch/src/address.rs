//! URLs that can be fetched.

use guest::{Failure, text};
use url::Url;

/// Bytes of a text that an error shows of what is no URL.
const SHOWN: usize = 200;

/// The URL that an agent asks for.
pub(crate) fn parse(text: &str) -> Result<Url, Failure> {
    let shown = text::head(text, SHOWN).escape_debug();
    let url = Url::parse(text).map_err(|error| Failure::new(format!("`{shown}` is no URL: {error}")))?;
    fetchable(&url).map_err(|why| Failure::new(format!("cannot fetch `{shown}`: {why}")))?;
    Ok(url)
}

/// Where a redirect from `url` leads, by its `Location`.
pub(crate) fn redirected(url: &Url, location: &str) -> Result<Url, Failure> {
    let shown = text::head(location, SHOWN).escape_debug();
    let refuse = |why: &str| Failure::new(format!("`{url}` redirects to `{shown}`: {why}"));
    let mut next = url.join(location).map_err(|error| refuse(&error.to_string()))?;
    fetchable(&next).map_err(refuse)?;
    if url.scheme() == "https" && next.scheme() == "http" {
        return Err(refuse("it leads from https to http"));
    }
    // Fetch Standard, HTTP-redirect fetch: the fragment stays where the new URL has none.
    if next.fragment().is_none() {
        next.set_fragment(url.fragment());
    }
    Ok(next)
}

fn fetchable(url: &Url) -> Result<(), &'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https can be fetched");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a URL with a user name or a password is not fetched");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{parse, redirected};

    fn leads(from: &str, location: &str) -> Result<String, String> {
        redirected(&parse(from).unwrap(), location).map(String::from).map_err(|e| e.to_string())
    }

    #[test]
    fn locations_are_resolved_as_a_browser_does() {
        let from = "https://a.example/x/y?q=1#frag";
        for (location, to) in [
            ("/z", "https://a.example/z#frag"),
            ("z", "https://a.example/x/z#frag"),
            ("../z?p#other", "https://a.example/z?p#other"),
            ("//b.example", "https://b.example/#frag"),
            ("?p", "https://a.example/x/y?p#frag"),
            ("", "https://a.example/x/y?q=1#frag"),
            ("\\\\b.example\\z", "https://b.example/z#frag"),
            (" HTTPS://B.example:443/%7e/./ü ", "https://b.example/%7e/%C3%BC#frag"),
        ] {
            assert_eq!(leads(from, location).as_deref(), Ok(to), "{location}");
        }
        assert_eq!(leads("http://a.example/", "https://a.example/").as_deref(), Ok("https://a.example/"));
    }

    #[test]
    fn some_redirects_are_not_followed() {
        let error = |location| leads("https://a.example/", location).unwrap_err();
        assert_eq!(
            error("http://a.example/"),
            "`https://a.example/` redirects to `http://a.example/`: it leads from https to http"
        );
        assert_eq!(
            error("file:///etc/passwd"),
            "`https://a.example/` redirects to `file:///etc/passwd`: only http and https can be fetched"
        );
        assert!(error("https://me:secret@a.example/").ends_with("a URL with a user name or a password is not fetched"));
        assert!(error("https://[::1").ends_with("invalid IPv6 address"));
    }

    #[test]
    fn not_everything_is_a_url_to_fetch() {
        let error = |text| parse(text).unwrap_err().to_string();
        assert_eq!(error("example.com"), "`example.com` is no URL: relative URL without a base");
        assert_eq!(
            error("ftp://example.com/"),
            "cannot fetch `ftp://example.com/`: only http and https can be fetched"
        );
        assert_eq!(error("https://"), "`https://` is no URL: empty host");
        assert!(error("https://a@example.com/").ends_with("a URL with a user name or a password is not fetched"));
        assert!(error("x\n\u{1b}").starts_with("`x\\n\\u{1b}` is no URL"));
    }
}
