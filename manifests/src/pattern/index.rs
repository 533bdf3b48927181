//! An index of path patterns: one walk down a path finds every pattern that matches.
//!
//! The patterns form a trie over segments, with one root for each flavour. The walk holds the nodes that the path so far
//! can have led to; a `**` is a node that the walk never leaves. A path that is its own folding walks from both roots at
//! once.
use smallvec::SmallVec;

use super::glob::Glob;
use super::path::PathPattern;
use super::segments::{Flavour, Segment, Segments};
use super::symbols::{Symbols, hash};
use crate::path::GuestPath;

/// Path patterns, each in one flavour and with a number.
#[derive(Debug)]
pub struct PathIndex {
    pub(super) nodes: Vec<Node>,
    pub(super) symbols: Symbols,
}

/// What the patterns of an index leave below a path. Equal for two paths: every pattern matches the same names below both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Residue(Vec<u32>);

impl Residue {
    /// Whether some pattern matches names below this path that it may not match below the other.
    #[must_use]
    pub fn exceeds(&self, other: &Self) -> bool {
        self.0.iter().any(|node| other.0.binary_search(node).is_err())
    }
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) flavour: Flavour,
    /// Whether the node takes any further segments: it stands for `**`.
    pub(super) deep: bool,
    /// The `**` that may follow.
    pub(super) below: Option<u32>,
    pub(super) has_names: bool,
    pub(super) has_extensions: bool,
    /// Edges that lead on, then those that only a path's last segment can take.
    pub(super) globs: Vec<Edge>,
    pub(super) last: Vec<Edge>,
    /// The patterns that end here.
    pub(super) ids: Vec<u32>,
}

#[derive(Debug)]
pub(super) struct Edge {
    pub(super) glob: Glob,
    pub(super) to: u32,
}

pub(super) const EXACT: u32 = 0;
pub(super) const FOLDED: u32 = 1;

/// Nodes that a walk is at.
type Nodes = SmallVec<[u32; 24]>;

impl PathIndex {
    /// An index of the patterns, each with how it is compared and its number.
    #[must_use]
    pub fn new<'a>(patterns: impl IntoIterator<Item = (Flavour, &'a PathPattern, u32)>) -> Self {
        super::index_build::build(patterns)
    }

    /// Calls `found` with the flavour and number of every pattern that matches, once each, in no particular order.
    pub fn visit(&self, path: &Segments<'_>, mut found: impl FnMut(Flavour, u32)) {
        self.walks(path, true, |nodes| {
            for node in nodes.iter().filter_map(|&node| self.node(node)) {
                node.ids.iter().for_each(|&id| found(node.flavour, id));
            }
        });
    }

    /// What the patterns leave below a path; comparable within one index.
    #[must_use]
    pub fn residue(&self, path: &GuestPath) -> Residue {
        let mut live = Vec::new();
        self.walks(&Segments::new(path), false, |nodes| {
            live.extend(nodes.iter().filter(|&&node| self.node(node).is_some_and(Node::goes_on)));
        });
        live.sort_unstable();
        Residue(live)
    }

    /// Walks the path as written and folded, and gives the nodes where each walk ended.
    fn walks(&self, path: &Segments<'_>, ends: bool, mut at_end: impl FnMut(&[u32])) {
        if path.is_folded() {
            return self.walk(&[EXACT, FOLDED], path.of(Flavour::Exact), ends, at_end);
        }
        self.walk(&[EXACT], path.of(Flavour::Exact), ends, &mut at_end);
        self.walk(&[FOLDED], path.of(Flavour::Folded), ends, at_end);
    }

    /// Walks all segments; `ends` says whether the path ends with them, or goes on below.
    fn walk(&self, roots: &[u32], segments: &[Segment<'_>], ends: bool, at_end: impl FnOnce(&[u32])) {
        let mut nodes = [Nodes::new(), Nodes::new()];
        let [here, next] = &mut nodes;
        let (mut here, mut next) = (here, next);
        roots.iter().for_each(|&root| self.enter(root, here));
        for (segment, left) in segments.iter().zip((0..segments.len()).rev()) {
            self.step(here, segment, ends && left == 0, next);
            std::mem::swap(&mut here, &mut next);
            next.clear();
        }
        at_end(here);
    }

    /// The nodes reached by one more segment. Each node has one way in, but for `**`, which is also reached from itself.
    fn step(&self, here: &[u32], segment: &Segment<'_>, is_last: bool, next: &mut Nodes) {
        let symbol = self.symbols.get(segment.hash(), segment.text());
        let extension = if is_last { extension(segment.text()) } else { None };
        let extension = extension.and_then(|extension| self.symbols.get(hash(extension), extension));
        for &at in here {
            let Some(node) = self.node(at) else { continue };
            if node.deep && !next.contains(&at) {
                next.push(at);
            }
            if let Some(to) = symbol.filter(|_| node.has_names).and_then(|symbol| symbol.name_at(at)) {
                self.enter(to, next);
            }
            self.follow(node, &node.globs, segment, next);
            if is_last {
                self.follow(node, &node.last, segment, next);
            }
            if let Some(extension) = extension.filter(|_| node.has_extensions) {
                self.follow(node, extension.extension_at(at), segment, next);
            }
        }
    }

    fn follow<'e>(
        &self,
        node: &Node,
        edges: impl IntoIterator<Item = &'e Edge>,
        segment: &Segment<'_>,
        next: &mut Nodes,
    ) {
        let matches = |edge: &&Edge| match node.flavour {
            Flavour::Exact => edge.glob.matches(segment.text()),
            Flavour::Folded => edge.glob.matches_folded(segment.text()),
        };
        edges.into_iter().filter(matches).for_each(|edge| self.enter(edge.to, next));
    }

    /// Adds a node, and the `**` behind it, which may take no segment at all.
    fn enter(&self, to: u32, nodes: &mut Nodes) {
        nodes.push(to);
        if let Some(below) = self.node(to).and_then(|node| node.below)
            && !nodes.contains(&below)
        {
            nodes.push(below);
        }
    }

    pub(super) fn node(&self, at: u32) -> Option<&Node> {
        self.nodes.get(usize::try_from(at).ok()?)
    }
}

impl Node {
    pub(super) fn new(flavour: Flavour, deep: bool) -> Self {
        let (globs, last, ids) = (Vec::new(), Vec::new(), Vec::new());
        Self { flavour, deep, below: None, has_names: false, has_extensions: false, globs, last, ids }
    }

    /// Whether anything below a path that leads here can match.
    pub(super) fn goes_on(&self) -> bool {
        let has_edges = !self.globs.is_empty() || !self.last.is_empty();
        self.deep || self.below.is_some() || self.has_names || self.has_extensions || has_edges
    }
}

/// A text from its last `.`.
pub(super) fn extension(text: &str) -> Option<&str> {
    text.get(text.rfind('.')?..)
}
