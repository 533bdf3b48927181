//! Unified diffs.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::Difference;

/// Lines of context where none were asked for, as `diff -u` shows.
const CONTEXT: u32 = 3;

/// After this long the search for the shortest diff ends: what it gives then is a diff all the same.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) fn diff(old: &str, new: &str, context: Option<u32>, name: Option<&str>) -> Difference {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let lines = |tag| count(diff.iter_all_changes().filter(|change| change.tag() == tag).count());
    // No more than there are lines: the radius is added to positions.
    let most = old.len().max(new.len());
    let context = usize::try_from(context.unwrap_or(CONTEXT)).unwrap_or(most).min(most);
    let mut unified = diff.unified_diff();
    unified.context_radius(context);
    if let Some(name) = name {
        // A line break in it would be a line of the diff.
        let name = name.replace(char::is_control, "?");
        unified.header(&format!("a/{name}"), &format!("b/{name}"));
    }
    Difference { unified: unified.to_string(), added: lines(ChangeTag::Insert), removed: lines(ChangeTag::Delete) }
}

fn count(lines: usize) -> u32 {
    u32::try_from(lines).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::diff;

    const OLD: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

    #[test]
    fn a_change_stands_in_its_context() {
        let difference = diff(OLD, &OLD.replace("four", "4"), Some(1), Some("n.txt"));
        let unified = "--- a/n.txt\n+++ b/n.txt\n@@ -3,3 +3,3 @@\n three\n-four\n+4\n five\n";
        assert_eq!((difference.unified.as_str(), difference.added, difference.removed), (unified, 1, 1));
    }

    #[test]
    fn three_lines_of_context_unless_told_otherwise() {
        let changed = OLD.replace("four", "4");
        assert_eq!(diff(OLD, &changed, None, None).unified.lines().count(), 1 + 3 + 2 + 3);
        assert_eq!(diff(OLD, &changed, Some(0), None).unified, "@@ -4 +4 @@\n-four\n+4\n");
        assert_eq!(diff(OLD, &changed, Some(u32::MAX), None).unified.lines().count(), 1 + 6 + 2);
    }

    #[test]
    fn equal_texts_have_no_diff() {
        let difference = diff(OLD, OLD, None, Some("n.txt"));
        assert_eq!((difference.unified.as_str(), difference.added, difference.removed), ("", 0, 0));
    }

    #[test]
    fn a_missing_end_of_line_is_told() {
        let difference = diff("a\n", "a", None, None);
        assert_eq!(difference.unified, "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n");
    }

    #[test]
    fn a_name_is_one_line() {
        let difference = diff("a\n", "b\n", None, Some("x\n+evil"));
        assert!(difference.unified.starts_with("--- a/x?+evil\n+++ b/x?+evil\n"), "{}", difference.unified);
    }
}
