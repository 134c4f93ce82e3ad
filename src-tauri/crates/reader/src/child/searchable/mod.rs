//! A searchable copy of the open file: its pages as they are, and their words in invisible ink where they stand.
//!
//! A picture is wrapped into a PDF without decoding it where PDF knows its coding ([`wrap`]). A PDF keeps every byte it
//! has; what is new is appended ([`append`]). The words are those the parent sends, page by page.

mod append;
mod font;
mod layer;
mod picture;
mod wrap;

use std::collections::BTreeMap;

use papertray_reader::ReadError;
use papertray_reader::wire::{PartBytes, Searchable, SearchablePage};

use self::layer::Layers;

pub(crate) use self::append::{PageFrame, append};
pub(crate) use self::picture::{Embedded, dpi};
pub(crate) use self::wrap::{Wrapped, wrap};

/// Bytes travel in pieces of this size.
const PIECE: usize = 8 << 20;

/// A searchable copy in the making.
#[derive(Default)]
pub(crate) struct Copy {
    pages: BTreeMap<u32, SearchablePage>,
    /// What was made of them.
    bytes: Vec<u8>,
}

impl Copy {
    /// Takes a page's words; more of them for a page that is known.
    pub(crate) fn take(&mut self, page: SearchablePage) {
        if let Some(known) = self.pages.get_mut(&page.number) {
            known.words.extend(page.words);
        } else {
            self.pages.insert(page.number, page);
        }
    }

    /// The pages with words, by number.
    pub(crate) fn pages(&self) -> &BTreeMap<u32, SearchablePage> {
        &self.pages
    }

    /// Keeps what was made, to be fetched piece by piece.
    pub(crate) fn finish(&mut self, made: Made) -> Searchable {
        self.pages.clear();
        self.bytes = made.bytes;
        Searchable { behind_original: made.behind_original, size: self.bytes.len() as u64 }
    }

    /// A piece of what was made.
    pub(crate) fn piece(&self, offset: u64) -> PartBytes {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.bytes.len());
        let to = from.saturating_add(PIECE).min(self.bytes.len());
        PartBytes { bytes: self.bytes[from..to].to_vec(), last: to == self.bytes.len() }
    }
}

/// A copy, or what has to stand behind the original to make it one.
pub(crate) struct Made {
    pub(crate) bytes: Vec<u8>,
    pub(crate) behind_original: bool,
}

fn failed(error: &dyn std::fmt::Display) -> ReadError {
    ReadError::corrupt(format!("The searchable copy could not be made: {error}."))
}
