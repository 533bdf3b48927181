//! Hostile guests: each tries one way out of its scope, and each has a test here. A guest without one does not compile.
mod across;
mod descriptors;
mod floods;
mod links;
mod loaded;
mod names;
mod network;
mod process;
mod races;
mod renames;
mod special;
mod structures;
mod traversal;
mod writes;

mod every_guest_has_a_test {
    use crate::{
        across::*, descriptors::*, floods::*, links::*, loaded::*, names::*, network::*, process::*, races::*,
    };
    use crate::{renames::*, special::*, traversal::*, writes::*};

    macro_rules! tests_of {
        ($($guest:ident)*) => {
            const _: &[fn()] = &[$($guest),*];
        };
    }

    toolward_tests::foreach_guest!(tests_of);
}
