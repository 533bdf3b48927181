//! The files that a policy is split in.
use std::collections::BTreeSet;

use crate::file::PolicyFile;
use crate::lower::Lowering;
use crate::policy::Policy;

/// Whether a name can be one of a part: a relative path that leads nowhere above the policy's folder.
fn is_part(name: &str) -> bool {
    name.split('/').all(|segment| !matches!(segment, "" | "." | "..")) && !name.chars().any(char::is_control)
}

/// The parts that a main file names: each once.
pub(super) fn include(file: &PolicyFile, lowering: &mut Lowering<'_>) {
    if let Some(part) = file.include.get(Policy::MAX_FILES - 1) {
        lowering.error(&part.span, format!("a policy has at most {} files", Policy::MAX_FILES));
    }
    let mut seen = BTreeSet::new();
    for part in &file.include {
        if !is_part(part) {
            let help = "name a file in the policy's folder, or below it".to_owned();
            lowering.error_with_help(&part.span, format!("`{}` is no part of a policy", part.escape_debug()), help);
        } else if !seen.insert(part.as_str()) {
            lowering.error(&part.span, format!("the part `{}` stands twice", part.escape_debug()));
        }
    }
}

/// Every part that the main file names is at hand: a rule that was not read must not be missed.
pub(super) fn all_at_hand(file: &PolicyFile, parts: usize, lowering: &mut Lowering<'_>) {
    if let Some(part) = file.include.get(parts).filter(|part| is_part(part)) {
        lowering.error(&part.span, format!("the part `{}` is not at hand", part.escape_debug()));
    } else if file.include.len() < parts {
        lowering.error(&(0..0), format!("`include` names {} parts, and {parts} are at hand", file.include.len()));
    }
}

/// What a part does not have.
pub(super) fn only_in_the_main_file(file: &PolicyFile, lowering: &mut Lowering<'_>) {
    let unmatched = file.unmatched.keys().next().map(|kind| ("unmatched", kind.span.clone()));
    let include = file.include.first().map(|part| ("include", part.span.clone()));
    let taint_lasts = file.taint_lasts.as_ref().map(|lasts| ("taint_lasts", lasts.span.clone()));
    let development = file.development.then(|| ("development", file.schema.span.clone()));
    let isolation = file.isolation.as_ref().map(|level| ("isolation", level.span.clone()));
    for (key, span) in [unmatched, include, taint_lasts, development, isolation].into_iter().flatten() {
        lowering.error(&span, format!("`{key}` stands in the main file only"));
    }
}
