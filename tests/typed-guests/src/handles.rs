//! What JSON cannot hold.
use crate::Typed;
use crate::exports::toolward::typed::handles::{Blob, BlobBorrow, Guest, GuestBlob};

pub(crate) struct Text(String);

impl GuestBlob for Text {
    fn new(text: String) -> Self {
        Self(text)
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

impl Guest for Typed {
    type Blob = Text;

    fn open(text: String) -> Blob {
        Blob::new(Text(text))
    }

    fn size(of: BlobBorrow<'_>) -> u32 {
        u32::try_from(of.get::<Text>().0.len()).unwrap_or(u32::MAX)
    }

    fn nested(options: Vec<(u8, Option<Blob>)>) {
        drop(options);
    }
}
