//! Servers that read a path in steps, each written out on bytes: what rules must hold against.

pub(crate) type Step = fn(&[u8]) -> Vec<u8>;

pub(crate) const STEPS: &[Step] = &[
    decode,
    overlong,
    backslashes,
    nul,
    query,
    parameters,
    trimmed,
    merged,
    resolved,
    resolved_and_merged,
    without_controls,
];

/// The path as a server reads it that takes these steps.
pub(crate) fn read(path: &str, steps: &[Step]) -> String {
    let read = steps.iter().fold(path.as_bytes().to_vec(), |path, step| step(&path));
    String::from_utf8_lossy(&read).into_owned()
}

fn decode(path: &[u8]) -> Vec<u8> {
    match path {
        [] => Vec::new(),
        [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
            let digits = [*high, *low];
            let byte = u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap();
            [vec![byte], decode(rest)].concat()
        }
        [first, rest @ ..] => [vec![*first], decode(rest)].concat(),
    }
}

/// Two bytes for one ASCII character.
fn overlong(path: &[u8]) -> Vec<u8> {
    match path {
        [] => Vec::new(),
        [first @ (0xC0 | 0xC1), second @ 0x80..=0xBF, rest @ ..] => {
            [vec![(first & 1) << 6 | second & 0x3F], overlong(rest)].concat()
        }
        [first, rest @ ..] => [vec![*first], overlong(rest)].concat(),
    }
}

fn backslashes(path: &[u8]) -> Vec<u8> {
    path.iter().map(|&b| if b == b'\\' { b'/' } else { b }).collect()
}

fn nul(path: &[u8]) -> Vec<u8> {
    path.split(|&b| b == 0).next().unwrap().to_vec()
}

fn without_controls(path: &[u8]) -> Vec<u8> {
    path.iter().copied().filter(|b| !b.is_ascii_control()).collect()
}

fn query(path: &[u8]) -> Vec<u8> {
    path.split(|b| b"?#".contains(b)).next().unwrap().to_vec()
}

fn segments(path: &[u8]) -> Vec<Vec<u8>> {
    path.split(|&b| b == b'/').map(<[u8]>::to_vec).collect()
}

fn parameters(path: &[u8]) -> Vec<u8> {
    let cut = |segment: Vec<u8>| segment.split(|&b| b == b';').next().unwrap().to_vec();
    segments(path).into_iter().map(cut).collect::<Vec<_>>().join(&b'/')
}

fn trimmed(path: &[u8]) -> Vec<u8> {
    let trim = |mut segment: Vec<u8>| {
        while segment.last().is_some_and(|b| b". ".contains(b)) && segment != b"." && segment != b".." {
            segment.pop();
        }
        segment
    };
    segments(path).into_iter().map(trim).collect::<Vec<_>>().join(&b'/')
}

fn merged(path: &[u8]) -> Vec<u8> {
    let kept: Vec<_> = segments(path).into_iter().filter(|segment| !segment.is_empty()).collect();
    [b"/".to_vec(), kept.join(&b'/')].concat()
}

fn resolved(path: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    for segment in segments(path).into_iter().skip(1) {
        match segment.as_slice() {
            b"." => {}
            b".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
    }
    [b"/".to_vec(), kept.join(&b'/')].concat()
}

fn resolved_and_merged(path: &[u8]) -> Vec<u8> {
    resolved(&merged(path))
}
