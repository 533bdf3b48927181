//! The walk, and the tree that it makes. Sizes are known only afterwards, so sorting and cutting come last.

use std::cmp::Reverse;
use std::fs::Metadata;
use std::io;
use std::path::Path;

use guest::{Failure, Patience, Place, Root, Unreadable};

use crate::globs::Globs;
use crate::{Bound, Entry, Input, Kind, Output, Sort, Totals};

/// Entries that a walk looks at before it stops. Each is three accesses (the listing and `stat` of WASI's C library), and
/// a call may make 100,000.
const MOST_SEEN: u64 = 25_000;

/// One walk through a tree.
pub(crate) struct Walk<'a> {
    root: &'a Root,
    input: &'a Input,
    globs: &'a Globs,
    totals: Totals,
    unreadable: Unreadable,
    seen: u64,
    patience: Patience,
    cut_by: Option<Bound>,
}

/// An entry with those below it.
pub(crate) struct Node {
    name: String,
    kind: Kind,
    size: Option<u64>,
    below: Vec<Node>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(root: &'a Root, input: &'a Input, globs: &'a Globs, patience: Patience) -> Self {
        let (totals, unreadable) = (Totals::default(), Unreadable::default());
        Self { root, input, globs, totals, unreadable, seen: 0, patience, cut_by: None }
    }

    /// The directory asked for.
    pub(crate) fn top(&mut self, place: &Place) -> io::Result<Node> {
        let below = self.directory(place.real(), "", 1)?;
        Ok(Node::directory(String::new(), Some(below)))
    }

    pub(crate) fn into_output(self) -> Output {
        let totals = Totals { unreadable: self.unreadable.count, ..self.totals };
        let (unreadable, truncated_by) = (self.unreadable.first, self.cut_by);
        Output { entries: Vec::new(), totals, unreadable, truncated: truncated_by.is_some(), truncated_by }
    }

    /// Whether the walk has come to a bound.
    fn is_over(&mut self) -> bool {
        if self.cut_by.is_none() {
            let time = self.patience.is_over().then_some(Bound::Time);
            self.cut_by = if self.seen >= MOST_SEEN { Some(Bound::Seen) } else { time };
        }
        self.cut_by.is_some()
    }

    fn directory(&mut self, dir: &Path, name: &str, depth: usize) -> io::Result<Vec<Node>> {
        let mut below = Vec::new();
        for entry in self.root.entries(dir)? {
            if self.is_over() {
                break;
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.unreadable.add(shown(name), &Failure::why(&error));
                    continue;
                }
            };
            let name = join(name, &entry.file_name().to_string_lossy());
            let hidden = !self.input.hidden && entry.file_name().as_encoded_bytes().starts_with(b".");
            if !hidden && !self.globs.leaves_out(&name) {
                self.seen += 1;
                below.extend(self.entry(&entry.path(), name, depth));
            }
        }
        Ok(below)
    }

    fn entry(&mut self, path: &Path, name: String, depth: usize) -> Option<Node> {
        let about = match self.root.look(path) {
            Ok(about) => about,
            Err(error) => {
                self.unreadable.add(&name, &Failure::why(&error));
                return None;
            }
        };
        if about.is_dir() {
            return self.inner(path, name, depth);
        }
        if !self.globs.lists(&name) {
            return None;
        }
        self.totals.files += u64::from(about.is_file());
        self.totals.bytes += if about.is_file() { about.len() } else { 0 };
        Some(Node::leaf(name, &about))
    }

    fn inner(&mut self, path: &Path, name: String, depth: usize) -> Option<Node> {
        let below = (depth < self.input.depth).then(|| self.directory(path, &name, depth + 1));
        let below = match below {
            Some(Err(error)) => {
                self.unreadable.add(&name, &Failure::why(&error));
                None
            }
            Some(Ok(below)) if below.is_empty() && self.globs.choose() => return None,
            Some(Ok(below)) => Some(below),
            None => None,
        };
        self.totals.directories += 1;
        Some(Node::directory(name, below))
    }
}

impl Node {
    /// A directory; one that was not opened has no size.
    fn directory(name: String, below: Option<Vec<Node>>) -> Self {
        let size = below.as_ref().map(|below| below.iter().filter_map(|node| node.size).sum());
        Self { name, kind: Kind::Directory, size, below: below.unwrap_or_default() }
    }

    fn leaf(name: String, about: &Metadata) -> Self {
        let kind = match about.file_type() {
            kind if kind.is_file() => Kind::File,
            kind if kind.is_symlink() => Kind::Symlink,
            _ => Kind::Other,
        };
        Self { name, kind, size: (kind == Kind::File).then_some(about.len()), below: Vec::new() }
    }

    pub(crate) fn sort(&mut self, by: Sort) {
        self.below.sort_by(|a, b| a.name.cmp(&b.name));
        if by == Sort::Size {
            self.below.sort_by_key(|node| Reverse(node.size));
        }
        self.below.iter_mut().for_each(|node| node.sort(by));
    }

    /// Adds what is below this node to `output`, in order, until `most` entries are there.
    pub(crate) fn list_below(self, output: &mut Output, most: usize) {
        for node in self.below {
            if output.entries.len() >= most {
                output.truncated = true;
                output.truncated_by.get_or_insert(Bound::MaxEntries);
                return;
            }
            output.entries.push(Entry { path: node.name.clone(), kind: node.kind, size: node.size });
            node.list_below(output, most);
        }
    }
}

/// The root itself has no name below it.
fn shown(name: &str) -> &str {
    if name.is_empty() { "." } else { name }
}

fn join(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}/{name}") }
}
