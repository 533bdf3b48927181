//! Hostile guests: each tries one way out of its scope, and each has a test here. A guest without one does not compile.
mod across;
mod api;
mod crashes;
mod descriptors;
mod flights;
mod floods;
mod hosts;
mod limits;
mod links;
mod loaded;
mod names;
mod network;
mod paths;
mod process;
mod races;
mod renames;
mod requests;
mod resolving;
mod responses;
mod revocation;
mod sockets;
mod special;
mod structures;
mod taints;
mod tls;
mod traversal;
mod typed;
mod volumes;
mod words;
mod writes;

mod every_guest_has_a_test {
    use crate::{
        across::*, crashes::*, descriptors::*, flights::*, floods::*, hosts::*, links::*, loaded::*, names::*,
        network::*, paths::*, process::*, races::*, renames::*, requests::*, resolving::*, responses::*, revocation::*,
        sockets::*, special::*, taints::*, tls::*, traversal::*, volumes::*, words::*, writes::*,
    };

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
