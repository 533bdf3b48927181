//! What a rename or a link must not do: both answers hold below every pair of paths.
use toolward_manifests::{Access, FileOp, GuestPath, Scope};

use crate::algebra::rule::Word;
use crate::decided::{choices, combinations, or_none};
use crate::kinds;

const BELOW: [&str; 5] = ["a", "b", "B", "a/b", "b/a"];

fn path(text: &str) -> GuestPath {
    GuestPath::parse(text).unwrap()
}

fn words(scope: &Scope, path: &GuestPath) -> Vec<Word> {
    FileOp::ALL.map(|op| Word::of(&scope.decide(&Access::Files { op, path: path.clone() }))).to_vec()
}

/// What a scope says of a path itself, and of some names below it.
fn said(scope: &Scope, at: &GuestPath) -> [Vec<Word>; 2] {
    let below = |name: &&str| words(scope, &path(&format!("{}/{name}", at.as_str().trim_end_matches('/'))));
    [words(scope, at), BELOW.iter().flat_map(below).collect()]
}

/// Every three layers of one rule or none, every pair of paths.
#[test]
fn what_may_move_decides_the_same_at_both_places() {
    let universe = kinds::files(&["/a/**", "/*/B", "/**/b"], &[&["read", "write"]]);
    let one = or_none(&choices(&universe, 1));
    let paths = kinds::PATHS.map(path);
    let (mut found, mut throughout) = ([0; 4], [0; 4]);
    for layers in combinations([one.clone(), one.clone(), one]) {
        let scope = Scope::build(&universe.texts(&layers)).unwrap();
        let said = paths.each_ref().map(|path| said(&scope, path));
        for (from, [at_from, below_from]) in paths.iter().zip(&said) {
            for (to, [at_to, below_to]) in paths.iter().zip(&said) {
                let weaker = at_from.iter().zip(at_to).any(|(from, to)| to < from);
                assert_eq!(scope.weaker_at(from, to), weaker, "{from} {to} {layers:?}");
                let same = scope.same_below(from, to);
                assert!(!same || below_from == below_to, "{from} {to} {:#?}", universe.texts(&layers));
                assert_eq!(same, scope.same_below(to, from));
                for (op, at_op) in FileOp::ALL.into_iter().zip(0..) {
                    let shown = scope.allows_below(op, from);
                    let every = below_from.chunks(FileOp::ALL.len()).all(|at| at[at_op] == Word::Allow);
                    assert!(!shown || every, "{op:?} below {from}: {:#?}", universe.texts(&layers));
                    let refused = scope.refuses_below(op, from);
                    let none = below_from.chunks(FileOp::ALL.len()).all(|at| at[at_op] == Word::Deny);
                    assert!(!refused || none, "{op:?} below {from}: {:#?}", universe.texts(&layers));
                    throughout[usize::from(shown)] += 1;
                    throughout[2 + usize::from(refused)] += 1;
                }
                let moved = from != to;
                found[usize::from(weaker)] += 1;
                found[2 + usize::from(moved && same)] += 1;
            }
        }
    }
    assert!(found.iter().chain(&throughout).all(|&count| count > 500), "{found:?} {throughout:?}");
}
