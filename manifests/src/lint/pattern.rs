//! Patterns that name less, or something else, than they seem to.
use std::collections::BTreeSet;
use std::ops::Range;

use super::Lint;
use crate::file::{At, within};

impl Lint<'_> {
    /// A guest path.
    pub(super) fn path(&mut self, path: &At<String>, closes: bool) {
        self.classes(path, path.find('/').unwrap_or(0));
        self.stars(path, path, closes);
    }

    /// A URL.
    pub(super) fn url(&mut self, url: &At<String>, closes: bool) {
        let Some(path) = path_of_url(url) else { return };
        self.classes(url, path);
        self.stars(url, url.get(path..).unwrap_or_default(), closes);
        let whole = url.trim_end_matches('/');
        if url.get(path..) == Some("/") {
            let message = format!("`{}` is the path `/` alone, not the whole host", url.escape_debug());
            self.found(&url.span, message, format!("write `{whole}/**` for every path"));
        } else if url.ends_with('/') && !closes {
            let message = format!("`{}` matches only with a `/` at its end", url.escape_debug());
            self.found(&url.span, message, format!("write `{whole}` without it, or `{whole}/**` for all below"));
        }
    }

    /// Names of hosts, each with whether its rule asks or denies.
    pub(super) fn hosts<'h>(&mut self, hosts: impl Iterator<Item = (&'h At<String>, bool)>) {
        let closed: Vec<_> = hosts.filter(|(_, closes)| *closes).map(|(host, _)| host).collect();
        let names: BTreeSet<&str> = closed.iter().map(|host| host.as_str()).collect();
        for host in closed {
            let is_name = host.contains('.') && !host.contains(['*', ':', '/', '{']);
            let is_name = is_name && host.parse::<std::net::IpAddr>().is_err();
            if is_name && !names.contains(format!("*.{}", host.value).as_str()) && !names.contains("*") {
                let message = format!("`{}` does not name its subdomains", host.escape_debug());
                self.found(&host.span, message, format!("add a rule on `*.{}` for them", host.value));
            }
        }
    }

    /// A segment that is the name of a folder in some frameworks (`[id]`), and a class of characters here. `offset` is where
    /// the segments begin.
    fn classes(&mut self, pattern: &At<String>, offset: usize) {
        let mut at = offset;
        for segment in pattern.get(offset..).unwrap_or_default().split('/') {
            if let Some(name) = bracketed(segment) {
                let span = self.within(pattern, at..at + name.len());
                let inside = name.trim_start_matches('[').trim_end_matches(']');
                let message =
                    format!("`{}` is a class: it stands for one character of those listed", name.escape_debug());
                let literal = name.replace('[', "[[]");
                self.found(
                    &span,
                    message,
                    format!("for the name itself write `{literal}`, for any name `*` (`{inside}`)"),
                );
            }
            at += segment.len() + 1;
        }
    }

    /// A `*` in the last segment where all below was probably meant.
    fn stars(&mut self, pattern: &At<String>, path: &str, closes: bool) {
        let Some((folder, last)) = path.rsplit_once('/') else { return };
        let is_meant = last == "*" || closes && last.starts_with("*.");
        if !is_meant || path.contains("**") {
            return;
        }
        let start = pattern.len() - last.len();
        let span = self.within(pattern, start..pattern.len());
        let before = pattern.get(..start).unwrap_or_default();
        let message = format!("`*` stops at `/`: this names nothing below the folders in `{folder}/`");
        let deep = if last == "*" { format!("{before}**") } else { format!("{before}**/{last}") };
        self.found(&span, message, format!("write `{deep}` for every depth"));
    }

    fn within(&self, pattern: &At<String>, part: Range<usize>) -> Range<usize> {
        within(&self.source.text, &pattern.span, &part)
    }
}

/// Where the path of a URL pattern begins.
fn path_of_url(url: &str) -> Option<usize> {
    let authority = url.find("://")? + "://".len();
    url.get(authority..)?.find('/').map(|at| authority + at)
}

/// A class at the beginning of a segment that looks like a name: letters in no range, and more than one letter in two cases.
fn bracketed(segment: &str) -> Option<&str> {
    let end = segment.find(']')?;
    let inside = segment.get(..end)?.strip_prefix('[')?;
    let name = inside.trim_start_matches(['[', '.']);
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_') && name.chars().count() > 1;
    let letters: BTreeSet<String> = name.chars().map(|c| c.to_lowercase().collect()).collect();
    let behind = segment.get(end..).unwrap_or_default().trim_start_matches(']');
    let ends = behind.is_empty() || behind.starts_with('.');
    let length = segment.len() - behind.len();
    (is_name && letters.len() > 1 && ends).then(|| segment.get(..length)).flatten()
}
