//! What is printed parses to the same: the same decisions, and the same print.
use toolward_manifests::Scope;

use crate::algebra::rule::Word;
use crate::algebra::texts::printed;
use crate::algebra::universe::Layers;
use crate::decided::choices;
use crate::kinds;

/// Every layer of one rule or two, of every kind.
#[test]
fn a_print_decides_the_same_and_prints_the_same() {
    let files = kinds::files(&["/a/**", "/*/B"], &[&["read", "write"]]);
    for universe in [
        files,
        kinds::http(),
        kinds::network(),
        kinds::secrets_and_env(),
        kinds::tools(),
        kinds::http_terms(),
        kinds::http_query(),
    ] {
        for chosen in choices(&universe, 2).into_iter().step_by(3) {
            let layers = Layers { chosen: [(); 3].map(|()| Some(chosen.clone())), asks: chosen.len() == 1 };
            let print = printed(&universe.texts(&layers));
            assert_eq!(printed(&print), print);
            let scope = Scope::build(&print).unwrap();
            let words: Vec<_> = universe.accesses.iter().map(|access| Word::of(&scope.decide(access))).collect();
            assert_eq!(words, universe.expected(&layers), "{print:#?}");
        }
    }
}
