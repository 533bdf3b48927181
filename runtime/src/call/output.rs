//! Standard output as the `output` of a call.
use serde_json::Value;
use toolward_manifests::command::Output;

/// As the manifest says; what is not what it says is a string. Bytes that are no UTF-8 become U+FFFD.
#[must_use]
pub fn output(form: Output, stdout: &[u8]) -> Value {
    let text = || Value::String(String::from_utf8_lossy(stdout).into_owned());
    match form {
        Output::Text => text(),
        Output::Json => serde_json::from_slice(stdout).unwrap_or_else(|_| text()),
        Output::JsonLines => {
            let lines = serde_json::Deserializer::from_slice(stdout).into_iter::<Value>();
            lines.collect::<Result<Vec<_>, _>>().map_or_else(|_| text(), Value::Array)
        }
    }
}
