//! The answer to a call as it is sent: written from what the broker holds, without a copy.
use base64::display::Base64Display;
use base64::prelude::BASE64_STANDARD;
use serde::{Serialize, Serializer};

use crate::broker::CallAnswer;

/// [`Answer::Called`](super::Answer::Called), of which nothing is copied.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sent<'a> {
    /// A call that was made, or refused.
    Called {
        /// The exit code.
        exit: u8,
        /// The object of the contract.
        value: &'a CallAnswer,
        /// Standard output and standard error as they are, in base64, where it was made.
        streams: Option<(Encoded<'a>, Encoded<'a>)>,
    },
}

/// Bytes that are written in base64.
#[derive(Debug)]
pub struct Encoded<'a>(&'a [u8]);

impl Serialize for Encoded<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&Base64Display::new(self.0, &BASE64_STANDARD))
    }
}

impl<'a> Sent<'a> {
    /// The answer to a call.
    #[must_use]
    pub fn of(answer: &'a CallAnswer) -> Self {
        let streams = answer.streams.as_ref().map(|(stdout, stderr)| (Encoded(stdout), Encoded(stderr)));
        Self::Called { exit: answer.exit as u8, value: answer, streams }
    }
}
