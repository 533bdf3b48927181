//! The table of system calls as seccomp filters, two of them: one answers `ENOSYS` to what libraries do without, the other
//! kills. A filter has one action for what matches and one for what does not; of two filters the stricter one wins.
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

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

/// The place of a row that is left out.
static LEFT_OUT: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Leaves a row of the table out, by its place: the filters of this process are stricter from here on. For the test that each
/// row is needed.
#[doc(hidden)]
pub fn leave_out(place: usize) {
    LEFT_OUT.store(place, Ordering::Relaxed);
}

/// The filters of a stage: those to be put up, in this order.
///
/// # Errors
/// Where this architecture has none.
pub fn program(stage: Stage) -> anyhow::Result<[BpfProgram; 2]> {
    let without = LEFT_OUT.load(Ordering::Relaxed);
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let mut allowed: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    // A call without conditions has no rule at all: then whatever its arguments are, it passes.
    let mut whatever = Vec::new();
    for (place, row) in CALLS.iter().enumerate().filter(|(_, row)| stage.has(row.when)) {
        if place == without {
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
    put_up(&program(stage)?)
}

/// The filters of a worker, compiled before it is known what for.
pub(crate) struct Filters {
    reading: OfWorker,
    writing: OfWorker,
}

/// Those of one worker.
pub(crate) struct OfWorker {
    loading: [BpfProgram; 2],
    running: [BpfProgram; 2],
}

impl Filters {
    /// All of them.
    ///
    /// # Errors
    /// As [`program`].
    pub(crate) fn compiled() -> anyhow::Result<Self> {
        let of = |writes| -> anyhow::Result<OfWorker> {
            Ok(OfWorker { loading: program(Stage::Loading { writes })?, running: program(Stage::Running { writes })? })
        };
        Ok(Self { reading: of(false)?, writing: of(true)? })
    }

    /// Those of a worker whose scope holds a write, or none.
    pub(crate) fn of(self, writes: bool) -> OfWorker {
        if writes { self.writing } else { self.reading }
    }
}

impl OfWorker {
    /// Puts up those under which code is loaded.
    ///
    /// # Errors
    /// Where the kernel takes none.
    pub(crate) fn loading(&self) -> anyhow::Result<()> {
        put_up(&self.loading)
    }

    /// Puts the strict ones on top.
    ///
    /// # Errors
    /// Where the kernel takes none.
    pub(crate) fn running(&self) -> anyhow::Result<()> {
        put_up(&self.running)
    }
}

fn put_up(programs: &[BpfProgram]) -> anyhow::Result<()> {
    programs.iter().try_for_each(|program| Ok(seccompiler::apply_filter(program)?))
}
