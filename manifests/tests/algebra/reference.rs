//! The slow decision, written from the design: every rule by itself, over the texts of resource and access.
#[path = "../reference/glob.rs"]
mod glob;
#[expect(dead_code, reason = "how addresses are changed is of no interest to the algebra")]
#[path = "../reference/host.rs"]
pub(crate) mod host;
#[path = "../reference/url.rs"]
mod url;

use serde_json::{Map, Value};
use toolward_manifests::{Access, Call, GuestPath, Kind, Layer, SecretOp};

use super::rule::{Input, On, Rule, Word};
use super::terms;

/// What is known of a condition: `None` where neither is proved.
type Proof = Option<bool>;

/// What a rule says of an access, if anything.
pub(crate) fn says(rule: &Rule, access: &Access) -> Option<Word> {
    let folded = rule.word != Word::Allow;
    (names(rule, &access.op(), folded) && is_on(&rule.on, access, folded)).then_some(rule.word)
}

/// How much keeps an `allow` from matching that names the access: what it carries, where it leads, what a call's input is.
pub(crate) fn obstacles(rule: &Rule, access: &Access) -> usize {
    if rule.word != Word::Allow || !names(rule, &access.op(), false) {
        return 0;
    }
    let count = |what: &[bool]| what.iter().filter(|is_there| **is_there).count();
    match (&rule.on, access) {
        (On::Http(own, terms), Access::Http { url, carries, address: ip, .. }) => {
            let named = address(own, url.as_str(), &terms::names) && terms.query.holds(url.query(), false);
            let elsewhere = !terms::reaches(host_of(own), &terms.address, host_of(url.as_str()), *ip);
            if named { count(&[elsewhere]) + terms.unadmitted(carries) } else { 0 }
        }
        (On::Tcp(own, own_port, networks), Access::Tcp { host, port, address }) => {
            let named = own_port == port && terms::names(own, host);
            count(&[named && !terms::reaches(own, networks, host, *address)])
        }
        (On::Tools(own, input), Access::Tools(call)) if glob::text(own, &call.tool) => {
            let (proof, closed) = condition(input, call);
            count(&[proof != Some(true), !closed])
        }
        _ => 0,
    }
}

/// What a layer says by all that its rules say: `deny` beats `ask` beats `allow`, and nothing matching is `unmatched`.
pub(crate) fn layer(said: impl IntoIterator<Item = Option<Word>>, unmatched: Word) -> Word {
    said.into_iter().flatten().max().unwrap_or(unmatched)
}

/// Across layers the strictest wins; with no layer at all everything is denied.
pub(crate) fn scope(layers: impl IntoIterator<Item = Word>) -> Word {
    layers.into_iter().max().unwrap_or(Word::Deny)
}

/// Whether a layer that was given decides a kind.
pub(crate) fn decides(layer: Layer, kind: Kind, has_rules: bool) -> bool {
    kind != Kind::Tools || layer == Layer::Policy || layer == Layer::Grant && has_rules
}

/// A `deny` or `ask` of `write` covers `create` and `delete`; methods in any case too.
fn names(rule: &Rule, asked: &str, folded: bool) -> bool {
    let covered =
        |op: &str| folded && op == "write" && rule.on.kind() == Kind::Files && ["create", "delete"].contains(&asked);
    rule.ops.iter().any(|&op| op == asked || op == "*" || covered(op) || folded && op.eq_ignore_ascii_case(asked))
}

fn is_on(on: &On, access: &Access, folded: bool) -> bool {
    let text = |own: &str, asked: &str| glob::text(&case(own, folded), &case(asked, folded));
    let to = |own: &str, asked: &str| address(&case(own, folded), &case(asked, folded), &terms::names);
    match (on, access) {
        (On::Files(own), Access::Files { path: asked, .. }) => path(own, asked.as_str(), folded),
        (On::Http(own, own_terms), Access::Http { url, carries, address: ip, .. }) => {
            let leads = |own: &str, _: &str| terms::leads_to(own, *ip);
            let reaches = || terms::reaches(host_of(own), &own_terms.address, host_of(url.as_str()), *ip);
            let there =
                to(own, url.as_str()) || folded && address(&case(own, folded), &case(url.as_str(), folded), &leads);
            there && own_terms.query.holds(url.query(), folded) && (folded || own_terms.admit(carries) && reaches())
        }
        (On::Tcp(own, own_port, networks), Access::Tcp { host, port, address: ip }) => {
            let there = terms::names(own, host) || folded && terms::leads_to(own, *ip);
            own_port == port && there && (folded || terms::reaches(own, networks, host, *ip))
        }
        (On::Dns(own), Access::Dns { name }) => host::name(own, name),
        // What is shown to the guest travels anywhere. Where a use would travel may not be known: that opens nothing.
        (On::Secrets(own, _), Access::Secrets { op: SecretOp::Reveal, name, .. }) => text(own, name),
        (On::Secrets(own, own_to), Access::Secrets { name, to: asked, .. }) => {
            text(own, name) && asked.as_ref().map_or(folded, |asked| to(own_to, asked.as_str()))
        }
        (On::Env(own), Access::Env { name }) => text(own, name),
        (On::Tools(own, input), Access::Tools(call)) => text(own, &call.tool) && holds(input, call, folded),
        _ => false,
    }
}

fn case(text: &str, folded: bool) -> String {
    if folded { text.to_lowercase() } else { text.to_owned() }
}

fn path(own: &str, asked: &str, folded: bool) -> bool {
    glob::path(&case(own, folded), &case(asked, folded), &|one, name| glob::text(one, name))
}

/// The host of a URL without a port.
fn host_of(url: &str) -> &str {
    url.split('/').nth(2).unwrap()
}

/// Whether a URL's scheme and path match, and its host by what compares hosts.
fn address(own: &str, asked: &str, host: &dyn Fn(&str, &str) -> bool) -> bool {
    let parts = |address: &str| -> (String, String, String) {
        let (scheme, rest) = address.split_once("://").unwrap();
        let (host, path) = rest.split_once('/').unwrap();
        let path = path.split('?').next().unwrap();
        (scheme.to_owned(), host.to_owned(), format!("/{path}"))
    };
    let ((own_scheme, own_host, own_path), (scheme, asked_host, path)) = (parts(own), parts(asked));
    own_scheme == scheme && host(&own_host, &asked_host) && url::path(&own_path, &path)
}

/// For `allow` a condition is proved and nothing else is there; for `ask` and `deny` it is not disproved.
fn holds(input: &Input, call: &Call, folded: bool) -> bool {
    let (proof, closed) = condition(input, call);
    if folded { proof != Some(false) } else { proof == Some(true) && closed }
}

/// What is known of a condition, and whether nothing else is there.
fn condition(input: &Input, call: &Call) -> (Proof, bool) {
    let Value::Object(fields) = &call.input else { return (None, false) };
    let only = |name: &str| fields.keys().all(|field| field == name);
    match input {
        Input::Any => (Some(true), true),
        Input::AtMost(most) => (at_most(fields, *most), only("n")),
        Input::AtMostAndOthers(most) => (at_most(fields, *most), true),
        Input::Path(own) => (is_path(fields, own), only("p")),
    }
}

fn at_most(fields: &Map<String, Value>, most: i64) -> Proof {
    fields.get("n")?.as_i64().map(|n| n <= most)
}

fn is_path(fields: &Map<String, Value>, own: &str) -> Proof {
    let asked = fields.get("p")?.as_str()?;
    GuestPath::parse(asked).ok()?;
    match (path(own, asked, false), path(own, asked, true)) {
        (true, _) => Some(true),
        (false, true) => None,
        (false, false) => Some(false),
    }
}
