//! What a rule for HTTP or TCP says of an `allow`: the headers, and the addresses, beyond the usual ones.
use super::Lowering;
use crate::file::{AddressFile, At, HttpRule, RuleFile};
use crate::header::{Class, class};
use crate::pattern::Network;
use crate::rule::{Addresses, Headers};

impl Lowering<'_> {
    /// Keys that only an `allow` looks at, of a rule that has none.
    pub(super) fn of_allow_only(
        &mut self,
        rule: &impl RuleFile,
        keys: &[(&str, Option<&std::ops::Range<usize>>)],
        help: &str,
    ) {
        let keys = keys.iter().filter(|_| rule.lists().allow.is_none());
        for (key, span) in keys.filter_map(|(key, span)| Some((key, (*span)?))) {
            self.error_with_help(span, format!("`{key}` says something of an `allow` only"), help.to_owned());
        }
    }

    /// A method that is ever sent: not one that makes a tunnel of a connection, or that sends a request's headers back.
    pub(super) fn sendable(&mut self, method: &At<String>) {
        if matches!(method.as_str(), "CONNECT" | "TRACE") {
            let help = "it is refused whatever the rules say: leave it out".to_owned();
            self.error_with_help(&method.span, format!("no rule can open the method `{}`", method.value), help);
        }
    }

    /// The headers that an `allow` admits.
    pub(super) fn headers(&mut self, rule: &HttpRule) -> Headers {
        let mut headers =
            Headers { credentials: rule.guest_credentials.as_ref().is_some_and(|own| own.value), ..Headers::default() };
        let Some(written) = &rule.headers else { return headers };
        if written.is_empty() {
            let help = "leave the list out, or name a header".to_owned();
            self.error_with_help(&written.span, "`headers` is empty", help);
        }
        for name in written.iter() {
            self.header(name);
            if !headers.named.insert(name.to_ascii_lowercase()) {
                self.error(&name.span, format!("the header `{}` stands twice", name.escape_debug()));
            }
        }
        headers
    }

    fn header(&mut self, name: &At<String>) {
        let shown = name.escape_debug();
        let (message, help) = match class(name) {
            Class::Other => return,
            Class::Usual => (format!("every rule lets the header `{shown}` through"), "leave it out"),
            Class::Credential => (
                format!("the header `{shown}` is a credential"),
                "write `guest_credentials = true`: then the guest may send credentials of its own",
            ),
            Class::Forbidden => (
                format!("no rule can open the header `{shown}`"),
                "it belongs to the host, or makes a server do something else than what was decided",
            ),
        };
        self.error_with_help(&name.span, message, help.to_owned());
    }

    /// The addresses that an `allow` reaches.
    pub(super) fn addresses(&mut self, written: Option<&At<AddressFile>>) -> Addresses {
        let Some(written) = written else { return Addresses::Public };
        let mut networks = Vec::new();
        for (text, span) in written.each() {
            let address = At { value: text.to_owned(), span };
            let Some(network) = self.pattern(&address.span, Network::parse(&address)) else { continue };
            if networks.contains(&network) {
                self.error(&address.span, format!("the address `{text}` stands twice"));
            }
            networks.push(network);
        }
        if written.each().is_empty() {
            let help = "leave the list out, or name a network".to_owned();
            self.error_with_help(&written.span, "`address` is empty", help);
        }
        networks.sort_unstable();
        Addresses::Within(networks)
    }
}
