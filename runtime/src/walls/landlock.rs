//! Landlock: no file, no connection, no signal outward. No rule opens anything again: what is needed is handed over open.
use landlock::{ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, Scope};

/// The newest version that the crate knows; what the kernel is too old for it leaves out.
const NEWEST: ABI = ABI::V10;

/// Restricts this thread and all that it starts; answers the version in effect, 0 where there is none.
///
/// # Errors
/// Where the kernel has Landlock and does not take the rules.
pub(crate) fn restrict() -> anyhow::Result<i32> {
    let ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?;
    Ok(match ruleset.create()?.restrict_self()?.landlock {
        LandlockStatus::Available { effective_abi, .. } => effective_abi as i32,
        LandlockStatus::NotEnabled | LandlockStatus::NotImplemented => 0,
    })
}
