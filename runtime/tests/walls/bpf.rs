//! A filter's program, run as the kernel runs it (linux/filter.h, linux/seccomp.h): as much of it as filters use.
use seccompiler::sock_filter;

/// What a filter looks at: `struct seccomp_data`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub(crate) number: u32,
    pub(crate) arch: u32,
    pub(crate) args: [u64; 6],
}

/// `AUDIT_ARCH_X86_64`, `AUDIT_ARCH_AARCH64`, and one that is neither (`AUDIT_ARCH_I386`).
pub(crate) const NATIVE: u32 = if cfg!(target_arch = "x86_64") { 0xc000_003e } else { 0xc000_00b7 };
pub(crate) const FOREIGN: u32 = 0x4000_0003;

pub(crate) const ALLOW: u32 = 0x7fff_0000;
pub(crate) const KILL: u32 = 0x8000_0000;
pub(crate) const ENOSYS: u32 = 0x0005_0000 | 38;

impl Call {
    pub(crate) fn new(number: i64, args: [u64; 6]) -> Self {
        Self { number: u32::try_from(number).unwrap(), arch: NATIVE, args }
    }

    /// The word at an offset of the structure.
    fn word(&self, at: u32) -> u32 {
        match at {
            0 => self.number,
            4 => self.arch,
            at => {
                let (arg, half) = ((at - 16) / 8, (at - 16) % 8);
                let arg = self.args[usize::try_from(arg).unwrap()];
                u32::try_from(if half == 0 { arg & 0xffff_ffff } else { arg >> 32 }).unwrap()
            }
        }
    }
}

/// What one program says of a call.
pub(crate) fn run(program: &[sock_filter], call: &Call) -> u32 {
    let (mut at, mut a) = (0_usize, 0_u32);
    loop {
        let sock_filter { code, jt, jf, k } = program[at].clone();
        at += 1;
        let jump = |yes: bool| usize::from(if yes { jt } else { jf });
        match code {
            // BPF_LD | BPF_W | BPF_ABS
            0x20 => a = call.word(k),
            // BPF_ALU | BPF_AND | BPF_K
            0x54 => a &= k,
            // BPF_JMP | BPF_JA
            0x05 => at += usize::try_from(k).unwrap(),
            // BPF_JMP | BPF_JEQ, JGT, JGE | BPF_K
            0x15 => at += jump(a == k),
            0x25 => at += jump(a > k),
            0x35 => at += jump(a >= k),
            // BPF_RET | BPF_K
            0x06 => return k,
            other => panic!("an instruction that filters do not use: {other:#x}"),
        }
    }
}

/// What all programs together say: of several actions the kernel takes the strictest (seccomp(2)).
pub(crate) fn strictest(programs: &[Vec<sock_filter>], call: &Call) -> u32 {
    // As signed numbers in this order: kill the process, kill the thread, trap, an error, …, allow.
    let strictness = |action: &u32| action.cast_signed();
    programs.iter().map(|program| run(program, call)).min_by_key(strictness).unwrap()
}
