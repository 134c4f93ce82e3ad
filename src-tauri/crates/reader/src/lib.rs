//! Bytes to pages: the sandboxed child and the pool that runs it.
//!
//! A stranger's file is parsed by `papertray-reader`, a child process, never by the process that owns the library.
//! This library holds what both sides say to each other ([`wire`]) and the parent's side: [`ReaderPool`] starts
//! children, lends one to each open document, bounds time and memory, and kills. What a child does with a file
//! (PDFium, picture decoding, recognition) stands in the binary, behind the cargo feature `child`.
//!
//! A crash, a time-out or too much memory costs one page: the next [`OpenDocument::read_page`] gets a fresh child.

mod config;
mod document;
mod error;
mod frame;
mod line;
pub mod native;
mod pool;
mod process;
mod sniff;
#[doc(hidden)]
pub mod wire;

pub use config::PoolConfig;
pub use document::OpenDocument;
pub use error::ReadError;
pub use pool::ReaderPool;
pub use sniff::{FileKind, Sniffed, sniff, sniff_bytes};
pub use wire::{
    JoinedPage, NativeVersions, OpenOptions, PageOptions, PagePictures, PageRead, Part, Picture,
    PictureBytes, SheetRead, Upright,
};

/// Names how pictures and sheets are taken out of files: what was taken under another key is stale.
pub const fn extraction_key() -> &'static str {
    "pdfium-8125+calamine-0.38/1"
}

/// Names engine, models and settings: pages read under another key are stale. Part of the page cache's key.
pub const fn engine_key() -> &'static str {
    "pdfium-8125+openvino-2026.4.1+ppocrv6-tiny-small/3"
}
