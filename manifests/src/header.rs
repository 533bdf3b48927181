//! Request headers that a guest may send: the usual ones, those that a rule has to name, and those that none can open.
//!
//! Usual is what asks for the same thing in another form (content negotiation, ranges, conditions, caching) and gives the
//! request no other meaning, destination or origin. `Origin` and `Referer` are not: servers take them as a reason to trust.
//! Nor is `From`, which names a person, nor `traceparent`, which joins the request to somebody else's trace.
//!
//! Names are compared in any case. For what is refused or needs a rule, every character that is neither a letter nor a
//! digit counts as `-`: CGI and all that came after it fold `X_Forwarded_For` and `X-Forwarded-For` into one variable
//! (RFC 3875, section 4.1.18).

/// What becomes of a request header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Every rule lets it through.
    Usual,
    /// It says who asks: only where a rule says `guest_credentials = true`.
    Credential,
    /// Only where a rule's `headers` names it.
    Other,
    /// No rule can open it: it belongs to the host, or makes a server do something else than what was decided.
    Forbidden,
}

/// RFC 9110 (negotiation, conditions, ranges, content), RFC 9111 (caching), RFC 7240 (`Prefer`), RFC 9218 (`Priority`).
const USUAL: [&str; 20] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "content-encoding",
    "content-language",
    "content-type",
    "date",
    "dnt",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "pragma",
    "prefer",
    "priority",
    "range",
    "user-agent",
];

/// Framing and the connection (RFC 9110, sections 7.6 and 10.1.1; RFC 9113, section 8.2.2), routing, and what only a proxy
/// in front of a server says truly: who the client is, and that it sent the request early (RFC 8470).
const FORBIDDEN: [&str; 33] = [
    "alt-used",
    "cdn-loop",
    "cf-connecting-ip",
    "client-cert",
    "client-cert-chain",
    "client-ip",
    "connection",
    "content-length",
    "cookie2",
    "early-data",
    "expect",
    "fastly-client-ip",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "max-forwards",
    "proxy", // it becomes the variable `HTTP_PROXY`: CVE-2016-5385
    "te",
    "trailer",
    "transfer-encoding",
    "true-client-ip",
    "upgrade",
    "via",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-host",
    "x-http-destinationurl",
    "x-method",
    "x-originating-ip",
    "x-real-ip",
    "x-remote-addr",
    "x-remote-ip",
];

/// Families of the same: of a proxy, of a browser's own statements (Fetch, section 2.2.2), of another client, path or
/// method than the request has.
const FORBIDDEN_BEGINNINGS: [&str; 6] = ["proxy-", "sec-", "x-forwarded", "x-http-method", "x-original-", "x-rewrite-"];

/// A word of a header's name, or the beginning or end of one, that says that its value is a credential or stands for one.
const CREDENTIAL: [&str; 17] = [
    "accesskey",
    "apikey",
    "assertion",
    "auth",
    "cookie",
    "credential",
    "credentials",
    "csrf",
    "impersonate",
    "jwt",
    "passwd",
    "password",
    "secret",
    "session",
    "signature",
    "token",
    "xsrf",
];

/// Credentials that no word gives away: RFC 9449 (`DPoP`), and who a proxy says the user is.
const CREDENTIAL_NAMES: [&str; 3] = ["dpop", "remote-user", "x-remote-user"];

/// Names that end like a credential and are none: they make a request happen once.
const NO_CREDENTIAL: [&str; 2] = ["idempotency-key", "x-idempotency-key"];

/// What a client library adds by itself and no server needs: where a request comes from, and which trace it belongs to
/// (W3C Trace Context, Baggage, B3; RFC 9110, section 10.1). A request means the same without them.
const OPTIONAL: [&str; 22] = [
    "b3",
    "baggage",
    "correlation-id",
    "from",
    "origin",
    "referer",
    "request-id",
    "save-data",
    "sentry-trace",
    "traceparent",
    "tracestate",
    "uber-trace-id",
    "upgrade-insecure-requests",
    "x-amzn-trace-id",
    "x-client-request-id",
    "x-cloud-trace-context",
    "x-correlation-id",
    "x-ms-client-request-id",
    "x-request-id",
    "x-request-start",
    "x-requested-with",
    "x-trace-id",
];

/// Families of such headers.
const OPTIONAL_BEGINNINGS: [&str; 3] = ["x-b3-", "x-datadog-", "x-stainless-"];

/// Whether a header may be left out of a request that no rule would let it travel with. True only for headers of
/// [`Class::Other`].
#[must_use]
pub fn is_optional(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let known =
        OPTIONAL.contains(&lower.as_str()) || OPTIONAL_BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning));
    known && class(name) == Class::Other
}

/// What a header is, by its name in any case. A name that is no token (RFC 9110, section 5.6.2) is forbidden, HTTP/2's
/// `:path` and its like among them.
#[must_use]
pub fn class(name: &str) -> Class {
    if name.is_empty() || !name.bytes().all(crate::pattern::is_token_byte) {
        return Class::Forbidden;
    }
    let lower = name.to_ascii_lowercase();
    if USUAL.contains(&lower.as_str()) {
        return Class::Usual;
    }
    let folded = lower.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    match folded.trim_matches('-') {
        name if is_forbidden(name) => Class::Forbidden,
        name if is_credential(name) => Class::Credential,
        _ => Class::Other,
    }
}

fn is_forbidden(name: &str) -> bool {
    FORBIDDEN.contains(&name)
        || FORBIDDEN_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || name.contains("override")
}

fn is_credential(name: &str) -> bool {
    let says = |word: &str| CREDENTIAL.iter().any(|stem| word.starts_with(stem) || word.ends_with(stem));
    let mut words = name.split('-').filter(|word| !is_author(word));
    let is_key = matches!(name.rsplit('-').next(), Some("key" | "keys"));
    CREDENTIAL_NAMES.contains(&name) || (is_key && !NO_CREDENTIAL.contains(&name)) || words.any(says)
}

/// Who wrote something is no credential.
fn is_author(word: &str) -> bool {
    matches!(word, "author" | "authors" | "coauthor")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(expected: Class, names: &[&str]) {
        names.iter().for_each(|name| assert_eq!(class(name), expected, "{name:?}"));
    }

    #[test]
    fn what_asks_for_the_same_in_another_form_is_usual() {
        all(Class::Usual, &["Accept", "CONTENT-TYPE", "if-none-match", "User-Agent", "Range", "Prefer", "DNT"]);
        USUAL.iter().for_each(|name| all(Class::Usual, &[name]));
    }

    #[test]
    fn what_says_who_asks_is_a_credential() {
        let names =
            "Authorization Cookie Cookie_ Set-Cookie X-Api-Key Api-Key apikey X-ApiKey X-Auth-Token X-Access-Token
            X-CSRF-Token X-XSRF-TOKEN Private-Token X-Amz-Security-Token X-Goog-Api-Key X-GitLab-Token Job-Token
            X-Vault-Token X-Auth-Key X-Client-Secret Ocp-Apim-Subscription-Key X-Session-Id DPoP Signature
            Signature-Input X-Hub-Signature-256 Authentication X-Authenticated-User WWW-Authenticate X_API_KEY
            X.Auth.Token x-goog-iap-jwt-assertion Impersonate-User X-Credentials X-OAuth-Scopes X-Password Remote-User";
        names.split_whitespace().for_each(|name| all(Class::Credential, &[name]));
    }

    #[test]
    fn what_frames_routes_or_overrides_is_forbidden() {
        let names = "Host Connection Keep-Alive Proxy Proxy-Authorization Proxy-Connection TE Trailer Transfer-Encoding
            Upgrade Content-Length Expect HTTP2-Settings Forwarded X-Forwarded-For X-Forwarded-Host X-Forwarded X-Real-IP
            X-HTTP-Method-Override X-HTTP-Method X-Method-Override Method-Override X-Original-URL X-Rewrite-URL
            X-Original-Host X-Host Via Max-Forwards Sec-Fetch-Site Sec-WebSocket-Key Cookie2 True-Client-IP Client-Cert
            X_Forwarded_For X_HTTP_Method_Override Content_Length TRANSFER_ENCODING transfer.encoding _Host_ Alt-Used";
        names.split_whitespace().for_each(|name| all(Class::Forbidden, &[name]));
        all(
            Class::Forbidden,
            &[":path", ":authority", "", " Host", "Host ", "Ho st", "X:", "x\r\n", "\0", "é", "x\u{130}"],
        );
    }

    /// Nothing that says who asks, frames a request or makes it another one is left out in silence.
    #[test]
    fn only_what_changes_nothing_is_optional() {
        for name in OPTIONAL {
            assert!(is_optional(name), "{name}");
        }
        for name in ["X-B3-TraceId", "X-Request-ID", "TRACEPARENT", "Origin", "x-datadog-trace-id"] {
            assert!(is_optional(name), "{name}");
        }
        for name in [
            "Authorization",
            "Host",
            "X-Forwarded-For",
            "Cookie",
            "Accept",
            "X-Api-Version",
            "If",
            "Depth",
            "Idempotency-Key",
            "x-datadog-api-key",
            "x-b3-token",
            "X-HTTP-Method-Override",
            "Destination",
            "",
        ] {
            assert!(!is_optional(name), "{name}");
        }
    }

    #[test]
    fn all_else_is_for_a_rule_to_name() {
        let names = "X-GitHub-Api-Version Origin Referer From traceparent Idempotency-Key Link Destination X-Author
            Content_Type Anthropic-Version X-Requested-With Content-Disposition If Depth";
        names.split_whitespace().for_each(|name| all(Class::Other, &[name]));
    }
}
