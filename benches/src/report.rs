//! The report: machine, commit, one table, and the exact words for each figure.

use crate::figure::Figure;

/// As Markdown.
pub(crate) fn report(date: &str, commit: &str, machine: &str, figures: &[Figure]) -> String {
    let mut text = format!(
        "# Figures of {date}\n\n`make bench` at commit {commit}. Machine: {machine}.\n\nEach ratio is of two figures of this one run; \
         a ratio is measured ÷ baseline, in time.\n\n\
         | what | measured | baseline | ratio | goal | met |\n| --- | --- | --- | --- | --- | --- |\n"
    );
    for row in figures.iter().flat_map(|figure| &figure.rows) {
        // Writing to a string cannot fail.
        text.push_str(&format!("{row}\n"));
    }
    text.push_str("\n## What exactly is measured\n");
    for figure in figures {
        text.push_str(&format!("\n**{}.** {}\n", figure.title, figure.definition));
    }
    text
}
