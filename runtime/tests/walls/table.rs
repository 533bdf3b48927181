//! What passes is what the table says.
use toolward::walls::{Arg, CALLS, NOT_HERE, Row, Stage, program};

use super::bpf::{ALLOW, Call, ENOSYS, FOREIGN, KILL, strictest};

const STAGES: [Stage; 5] = [
    Stage::Loading { writes: false },
    Stage::Loading { writes: true },
    Stage::Running { writes: false },
    Stage::Running { writes: true },
    Stage::Compiling,
];
/// Beyond the last number of any kernel.
const NUMBERS: i64 = 1_024;
const X32: i64 = 0x4000_0000;

fn verdict(stage: Stage, call: &Call) -> u32 {
    strictest(&program(stage).unwrap(), call)
}

/// What a table means, said once more and slowly.
fn meant(stage: Stage, call: &Call) -> u32 {
    let number = i64::from(call.number);
    let rows: Vec<&Row> = CALLS.iter().filter(|row| row.call == number && stage.has(row.when)).collect();
    let fits = |arg: &Arg| call.args[usize::from(arg.at)] & arg.mask == arg.is;
    if rows.iter().any(|row| row.args.iter().all(fits)) {
        return ALLOW;
    }
    if rows.is_empty() && NOT_HERE.iter().any(|(other, ..)| *other == number) { ENOSYS } else { KILL }
}

/// Arguments around every condition of every row: met, and missed by one bit of each that is looked at.
fn arguments() -> Vec<[u64; 6]> {
    let mut all = vec![[0; 6], [u64::MAX; 6]];
    for row in CALLS {
        let mut met = [0; 6];
        for arg in row.args {
            met[usize::from(arg.at)] = arg.is;
        }
        all.push(met);
        for arg in row.args {
            for bit in (0..64).filter(|bit| arg.mask >> bit & 1 == 1) {
                let mut missed = met;
                missed[usize::from(arg.at)] ^= 1 << bit;
                all.push(missed);
            }
            // What is not looked at does not matter.
            let mut more = met;
            more[usize::from(arg.at)] |= !arg.mask;
            all.push(more);
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Every number with every argument that could matter, in every stage.
#[test]
fn what_passes_is_what_the_table_says() {
    let arguments = arguments();
    for stage in STAGES {
        let programs = program(stage).unwrap();
        let mut allowed = 0;
        for number in 0..NUMBERS {
            for args in &arguments {
                let call = Call::new(number, *args);
                let said = strictest(&programs, &call);
                assert_eq!(said, meant(stage, &call), "{stage:?} {call:x?}");
                allowed += usize::from(said == ALLOW);
            }
        }
        assert!(allowed > 0);
    }
}

/// Numbers of the x32 interface, and calls of another architecture, pass in no stage.
#[test]
fn other_interfaces_pass_nowhere() {
    for stage in STAGES {
        for number in 0..NUMBERS {
            for args in [[0; 6], [u64::MAX; 6]] {
                assert_eq!(verdict(stage, &Call::new(number | X32, args)), KILL, "{stage:?} x32 {number}");
                let foreign = Call { arch: FOREIGN, ..Call::new(number, args) };
                assert_eq!(verdict(stage, &foreign), KILL, "{stage:?} foreign {number}");
            }
        }
    }
}

/// Once guests run, nothing is left that loading needed; a scope without a write has no call that writes at a place.
#[test]
fn each_stage_has_less() {
    let allowed = |stage: Stage| CALLS.iter().filter(|row| stage.has(row.when)).count();
    assert!(allowed(Stage::Running { writes: true }) < allowed(Stage::Loading { writes: true }));
    assert!(allowed(Stage::Running { writes: false }) < allowed(Stage::Running { writes: true }));
    let code = [0, 4096, 4, 0, 0, 0];
    for writes in [false, true] {
        assert_eq!(verdict(Stage::Loading { writes }, &Call::new(libc::SYS_mprotect, code)), ALLOW);
        assert_eq!(verdict(Stage::Running { writes }, &Call::new(libc::SYS_mprotect, code)), KILL);
    }
    assert_eq!(verdict(Stage::Running { writes: false }, &Call::new(libc::SYS_pwrite64, [0; 6])), KILL);
}

/// Each row says what it is called and why it is needed.
#[test]
fn each_row_says_why() {
    for row in CALLS {
        assert!(!row.name.is_empty() && row.why.len() > 5, "{row:?}");
    }
    for (_, name, why) in NOT_HERE {
        assert!(!name.is_empty() && why.len() > 5, "{name}");
    }
}
