//! A record as its line of JSON: the text that is hashed, stored and exported.
use std::time::Duration;

use toolward_host_fns::record::{Outcome, Peer, Totals, Word};
use toolward_manifests::{Kind, Layer, RuleRef};

use super::chain::Hash;
use super::content;
use super::json::Object;
use super::log::TaskRef;
use super::record::{Mode, NewRecord};
use crate::state::{Durability, SecretKey};

/// As many characters of a file's name stand before the line of a rule.
const MAX_FILE_NAME: usize = 255;

/// Where a record stands.
pub(super) struct Place<'a> {
    pub(super) seq: u64,
    pub(super) batch: u64,
    pub(super) prev: &'a Hash,
}

/// What is the same for all records of a log.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) digest_key: SecretKey,
    pub(super) mode: Mode,
    pub(super) durability: Durability,
}

/// Writes the body. The contract's fields are always there; the others where there is something to say.
pub(super) fn body(out: &mut Vec<u8>, record: &NewRecord, task: &TaskRef, place: &Place<'_>, setting: &Setting) {
    let (entry, key) = (&record.entry, &setting.digest_key);
    let mut object = Object::open(out);
    object
        .number("seq", place.seq)
        .text("time", &record.time.to_string())
        .text("task", &task.id)
        .text_or_null("agent", task.agent.as_deref())
        .text_if("owner", task.owner.as_deref())
        .text_or_null("call", record.call.as_deref())
        .text_or_null("tool", record.tool.as_deref())
        .text("kind", kind(entry.kind))
        .bounded("op", &entry.op, key)
        .bounded("resource", &entry.resource, key)
        .text("verdict", word(entry.verdict))
        .text_or_null("layer", entry.layer.map(layer));
    rule(&mut object, entry.rule.as_deref(), key);
    outcome(&mut object, &entry.outcome, key);
    if let Some(note) = &entry.note {
        object.bounded("note", note, key);
    }
    object.text_if("id", entry.id.as_deref()).number_if("intent", entry.intent);
    if let Some(totals) = &entry.totals {
        passed(&mut object, entry.kind, totals, &setting.digest_key);
        if entry.kind == Kind::Files && record.counted_by != record.witness {
            object.text("counted_by", record.counted_by.word());
        }
    }
    if let Some(Peer { address, status, dropped_headers, .. }) = &entry.peer {
        let address = address.map(|address| address.to_string());
        object.text_if("address", address.as_deref()).number_if("status", status.map(u64::from));
        let dropped = (!dropped_headers.is_empty()).then(|| dropped_headers.join(", "));
        object.text_if("dropped_headers", dropped.as_deref());
    }
    if let Some(took) = record.took.or_else(|| entry.peer.as_ref().and_then(|peer| peer.took)) {
        object.raw("ms", milliseconds(took).as_bytes());
    }
    object.text("witness", record.witness.word());
    if record.development {
        object.raw("development", b"true");
    }
    object.text_if("policy", record.policies.as_deref());
    if place.seq == 1 || entry.kind == Kind::Tools {
        object.text_if("isolation", record.isolation.as_deref());
    }
    if place.seq == 1 {
        object.text("mode", setting.mode.word()).text("durability", durability(setting.durability));
        object.text_if("opened_by", task.opened_by.as_deref()).text_if("parent", task.parent.as_deref());
    }
    object.number("batch", place.batch).hex("prev", "", place.prev);
    object.close();
}

fn rule(object: &mut Object<'_>, rule: Option<&RuleRef>, key: &SecretKey) {
    match rule {
        Some(rule) => {
            // A grant has the name that whoever gave it gave it.
            let end = rule.file.char_indices().nth(MAX_FILE_NAME).map_or(rule.file.len(), |(at, _)| at);
            object.text_and_number("rule", rule.file.get(..end).unwrap_or_default(), b':', rule.line).bounded(
                "rule_text",
                &rule.text,
                key,
            )
        }
        None => object.text_or_null("rule", None),
    };
}

fn outcome(object: &mut Object<'_>, outcome: &Outcome, key: &SecretKey) {
    match outcome {
        Outcome::Intent => object.text("outcome", "intent"),
        Outcome::Done => object.text("outcome", "done"),
        Outcome::Failed(error) => object.text("outcome", "failed").bounded("error", error, key),
        Outcome::Refused => object.text("outcome", "refused"),
        Outcome::Cut => object.text("outcome", "cut"),
        Outcome::Probe => object.text("outcome", "probe").raw("probe", b"true"),
    };
}

fn passed(object: &mut Object<'_>, kind: Kind, totals: &Totals, key: &SecretKey) {
    let mut digest = |field, bytes, digest: Option<[u8; 32]>| {
        if let Some(digest) = digest {
            let content = content::of(kind, bytes, digest, key);
            object.hex(field, content.prefix, &content.digest);
        }
    };
    digest("read_digest", totals.read, totals.read_digest);
    digest("written_digest", totals.written, totals.written_digest);
    object.number("bytes_read", totals.read).number("bytes_written", totals.written);
}

fn milliseconds(took: Duration) -> String {
    let micros = took.as_micros();
    format!("{}.{:03}", micros / 1000, micros % 1000)
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Files => "files",
        Kind::Http => "http",
        Kind::Tcp => "tcp",
        Kind::Dns => "dns",
        Kind::Secrets => "secrets",
        Kind::Env => "env",
        Kind::Tools => "tools",
    }
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Manifest => "manifest",
        Layer::Policy => "policy",
        Layer::Grant => "grant",
        Layer::Mount => "mount",
        Layer::Limit => "limit",
        Layer::Builtin => "builtin",
    }
}

fn word(word: Word) -> &'static str {
    match word {
        Word::Allow => "allow",
        Word::Ask => "ask",
        Word::Deny => "deny",
    }
}

fn durability(durability: Durability) -> &'static str {
    match durability {
        Durability::Process => "process",
        Durability::Power => "power",
    }
}
