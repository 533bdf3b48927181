//! DNS messages as bytes (RFC 1035, section 4), as much of them as a test's server needs.
use std::net::IpAddr;

/// `A` and `AAAA` (RFC 1035, RFC 3596), and `CNAME`.
pub(super) const A: u16 = 1;
pub(super) const AAAA: u16 = 28;
const CNAME: u16 = 5;
/// How long an answer may be kept: not at all.
const TTL: [u8; 4] = [0; 4];

/// A question, and the number that its answer has to have.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) id: u16,
    /// In lower case, without the dot at its end.
    pub(super) name: String,
    pub(super) kind: u16,
    /// The question's own bytes: its name as it was spelled, type and class.
    question: Vec<u8>,
}

/// What an answer's header says.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) truncated: bool,
    /// 0 is none, 3 that there is no such name.
    pub(super) code: u8,
}

/// One record of an answer.
#[derive(Debug, Clone)]
pub(super) enum Answered {
    Address(String, IpAddr),
    Alias(String, String),
}

impl Query {
    /// `None` where the bytes are no query with one question.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let id = u16::from_be_bytes(bytes.get(..2)?.try_into().ok()?);
        let mut labels = Vec::new();
        let mut at = 12;
        loop {
            let length = usize::from(*bytes.get(at)?);
            let label = bytes.get(at + 1..at + 1 + length).filter(|_| length < 64)?;
            at += 1 + length;
            if label.is_empty() {
                break;
            }
            labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
        }
        let kind = u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?);
        Some(Self { id, name: labels.join("."), kind, question: bytes.get(12..at + 4)?.to_vec() })
    }

    /// The same question about another name.
    pub(super) fn about(&self, name: &str) -> Self {
        let mut question = spell(name);
        question.extend(self.kind.to_be_bytes());
        question.extend([0, 1]);
        Self { id: self.id, name: name.to_owned(), kind: self.kind, question }
    }

    /// The same question under another number.
    pub(super) fn with_another_number(&self) -> Self {
        Self { id: self.id.wrapping_add(1), ..self.clone() }
    }

    /// The answer's bytes.
    pub(super) fn answer(&self, flags: Flags, records: &[Answered]) -> Vec<u8> {
        let records: Vec<Vec<u8>> = records.iter().filter_map(|record| record.bytes(self.kind)).collect();
        let mut bytes = self.id.to_be_bytes().to_vec();
        // A response, recursion desired and available.
        bytes.push(0b1000_0001 | if flags.truncated { 0b10 } else { 0 });
        bytes.push(0b1000_0000 | flags.code);
        bytes.extend([0, 1]);
        bytes.extend(u16::try_from(records.len()).unwrap().to_be_bytes());
        bytes.extend([0; 4]);
        bytes.extend(&self.question);
        bytes.extend(records.concat());
        bytes
    }
}

impl Answered {
    /// `None` where it is no answer to a question of this kind.
    fn bytes(&self, asked: u16) -> Option<Vec<u8>> {
        let (name, kind, data) = match self {
            Self::Alias(name, to) => (name, CNAME, spell(to)),
            Self::Address(name, IpAddr::V4(ip)) => (name, A, ip.octets().to_vec()),
            Self::Address(name, IpAddr::V6(ip)) => (name, AAAA, ip.octets().to_vec()),
        };
        if kind != CNAME && kind != asked {
            return None;
        }
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        Some([&spell(name)[..], &kind.to_be_bytes(), &[0, 1], &TTL, &length, &data].concat())
    }
}

fn spell(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes
}
