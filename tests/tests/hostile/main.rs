//! Hostile guests: each tries one way out of its scope, and each has a test here. A guest without one does not compile.
mod across;
mod crashes;
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
mod typed;
mod writes;

mod every_guest_has_a_test {
    use crate::{
        across::*, crashes::*, descriptors::*, floods::*, links::*, loaded::*, names::*, network::*, process::*,
        races::*,
    };
    use crate::{renames::*, special::*, traversal::*, writes::*};

    macro_rules! tests_of {
        ($($guest:ident)*) => {
            const _: &[fn()] = &[$($guest),*];
        };
    }

    toolward_tests::foreach_guest!(tests_of);
}

mod the_security_page {
    macro_rules! names_of {
        ($($guest:ident)*) => {
            [$(stringify!($guest)),*]
        };
    }

    /// `SECURITY.md` lists every attack beside the test that holds it.
    #[test]
    fn lists_every_guest() {
        let page = include_str!("../../../SECURITY.md");
        let listed =
            |guest: &str| page.lines().any(|line| line.starts_with("| ") && line.ends_with(&format!("::{guest}` |")));
        let missing: Vec<&str> =
            toolward_tests::foreach_guest!(names_of).into_iter().filter(|guest| !listed(guest)).collect();
        assert_eq!(missing, Vec::<&str>::new(), "not in the table");
    }
}
