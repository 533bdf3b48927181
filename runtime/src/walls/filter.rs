//! The table of system calls as seccomp filters, two of them: one answers `ENOSYS` to what libraries do without, the other
//! kills. A filter has one action for what matches and one for what does not; of two filters the stricter one wins.
use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

use super::calls::{CALLS, NOT_HERE, Row, When};

/// Who is walled in, and how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A worker that loads code: everything of the next stage, and mapping it.
    Loading {
        /// Whether its scope holds a write.
        writes: bool,
    },
    /// A worker that runs guests.
    Running {
        /// Whether its scope holds a write.
        writes: bool,
    },
    /// A compiler.
    Compiling,
}

impl Stage {
    /// Whether a call is made in this stage.
    #[must_use]
    pub fn has(self, when: When) -> bool {
        match when {
            When::Always => true,
            When::Loading => matches!(self, Self::Loading { .. }),
            When::Writing => matches!(self, Self::Loading { writes: true } | Self::Running { writes: true }),
            When::Compiling => self == Self::Compiling,
        }
    }
}

/// The filters of a stage: those to be put up, in this order.
///
/// # Errors
/// Where this architecture has none.
pub fn program(stage: Stage) -> anyhow::Result<[BpfProgram; 2]> {
    program_without(stage, None)
}

/// The same without one row, by its place in the table: for the test that each is needed.
///
/// # Errors
/// As [`program`].
pub fn program_without(stage: Stage, without: Option<usize>) -> anyhow::Result<[BpfProgram; 2]> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let mut allowed: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    // A call without conditions has no rule at all: then whatever its arguments are, it passes.
    let mut whatever = Vec::new();
    for (place, row) in CALLS.iter().enumerate().filter(|(_, row)| stage.has(row.when)) {
        if without == Some(place) {
            continue;
        }
        let rules = allowed.entry(row.call).or_default();
        match rule(row)? {
            Some(rule) => rules.push(rule),
            None => whatever.push(row.call),
        }
    }
    for call in whatever {
        allowed.insert(call, Vec::new());
    }
    let not_here: BTreeMap<i64, Vec<SeccompRule>> = NOT_HERE
        .iter()
        .filter(|(call, ..)| !allowed.contains_key(call))
        .map(|(call, ..)| (*call, Vec::new()))
        .collect();
    allowed.extend(not_here.keys().map(|call| (*call, Vec::new())));
    let enosys = SeccompAction::Errno(u32::try_from(libc::ENOSYS)?);
    let not_here = SeccompFilter::new(not_here, SeccompAction::Allow, enosys, arch)?;
    let kills = SeccompFilter::new(allowed, SeccompAction::KillProcess, SeccompAction::Allow, arch)?;
    Ok([not_here.try_into()?, kills.try_into()?])
}

fn rule(row: &Row) -> anyhow::Result<Option<SeccompRule>> {
    if row.args.is_empty() {
        return Ok(None);
    }
    let conditions = row
        .args
        .iter()
        .map(|arg| SeccompCondition::new(arg.at, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(arg.mask), arg.is));
    Ok(Some(SeccompRule::new(conditions.collect::<Result<_, _>>()?)?))
}

/// Puts up the filters of a stage, for this thread and all that it starts.
///
/// # Errors
/// Where the kernel takes none.
pub(crate) fn apply(stage: Stage) -> anyhow::Result<()> {
    for program in program(stage)? {
        seccompiler::apply_filter(&program)?;
    }
    Ok(())
}

/// Puts the strict filters on top of those under which code was loaded.
///
/// # Errors
/// As [`apply`].
pub(crate) fn strict(writes: bool) -> anyhow::Result<()> {
    apply(Stage::Running { writes })
}
