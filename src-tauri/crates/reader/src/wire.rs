//! What parent and child say to each other. One request, one answer, in order; [`crate::frame`] packs them.

use papertray_model::{BlobHash, PagePicture, PageReading, ReadMode, Rect, Sheet};
use serde::{Deserialize, Serialize};

pub use crate::frame::{ANSWER_CAP, REQUEST_CAP, read_frame, write_frame};
use crate::{FileKind, ReadError};

/// How a file is opened.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenOptions {
    /// For an encrypted PDF.
    pub password: Option<String>,
    /// The file's name as a person knows it: a hint for text files, whose content names no type.
    pub file_name: Option<String>,
}

impl std::fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenOptions")
            .field("password", &self.password.as_ref().map(|_| "…"))
            .field("file_name", &self.file_name)
            .finish()
    }
}

/// How a page is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageOptions {
    /// When it is recognised, and when its own text is taken.
    pub mode: ReadMode,
    /// Also draw the upright page, its longer side at most this many pixels.
    pub picture: Option<u32>,
}

/// One page, read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageRead {
    /// What is on it.
    pub page: PageReading,
    /// The upright page, where one was asked for.
    pub picture: Option<Picture>,
    /// Why a part of the page is missing: a picture that ends too early.
    pub incomplete: Option<ReadError>,
    /// How long the child was at it.
    pub elapsed_ms: u32,
}

/// A page's picture.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// A PNG file: gray where the page has no colour.
    pub png: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} × {}, {} bytes)", self.width, self.height, self.png.len())
    }
}

/// What a child works with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NativeVersions {
    /// This program.
    pub reader: String,
    /// The PDF library.
    pub pdfium: String,
    /// The recognition runtime.
    pub openvino: String,
    /// The recognition models: classes of the dictionary.
    pub models: String,
}

/// What the parent asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Open this file; the file open until now is closed.
    Open {
        /// The path's bytes (Unix) or UTF-8.
        path: Vec<u8>,
        /// How.
        options: OpenOptions,
    },
    /// Close the open file.
    Close,
    /// Read a page, from 1.
    ReadPage {
        /// From 1.
        number: u32,
        /// How.
        options: PageOptions,
    },
    /// Draw a page, from 1.
    RenderPage {
        /// From 1.
        number: u32,
        /// The longer side, at most.
        max_side: u32,
    },
    /// Turn a page of an open picture, from 1, as it is.
    TurnPage {
        /// From 1.
        number: u32,
        /// Degrees clockwise: 0, 90, 180, 270.
        turn: u16,
    },
    /// The picture of a picture file as it is, what shows through it kept: neither read nor turned by what it says.
    Mark {
        /// The longer side, at most.
        max_side: u32,
    },
    /// The pictures that lie on a page.
    PagePictures {
        /// From 1.
        number: u32,
        /// How.
        upright: Upright,
    },
    /// A sheet of a workbook, or a file of separated values.
    Sheet {
        /// From 0.
        index: u32,
    },
    /// What is in this archive or mail?
    Parts,
    /// The bytes of a part of it.
    Part {
        /// Which, from 0.
        index: u32,
        /// From which byte on.
        offset: u64,
    },
    /// A step towards a searchable copy of the open file.
    Searchable(SearchableStep),
    /// Make one PDF of pages of several, which stand one behind the other in the file handed over. Its bytes are fetched as
    /// those of a searchable copy are.
    Join {
        /// The file's path, for where none can be handed over: its bytes (Unix) or UTF-8.
        path: Vec<u8>,
        /// How many bytes each of the PDFs has, in the order of the file.
        parts: Vec<u64>,
        /// Which pages, in order.
        pages: Vec<JoinedPage>,
    },
    /// Load everything and say what it is.
    Check,
}

/// How a searchable copy is made: its pages' words, then the making, then its bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SearchableStep {
    /// These words stand on this page; a page with many is sent in parts.
    Page(SearchablePage),
    /// Make the copy.
    Finish,
    /// The bytes of what was made.
    Piece {
        /// From which byte on.
        offset: u64,
    },
}

/// A page's words for a searchable copy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchablePage {
    /// From 1.
    pub number: u32,
    /// Degrees clockwise by which the stored page is turned to stand upright: 0, 90, 180, 270.
    pub rotation: u16,
    /// Of the upright page, in the unit of the boxes.
    pub width: f32,
    /// Of the upright page.
    pub height: f32,
    /// Text and box, on the upright page.
    pub words: Vec<(String, Rect)>,
}

/// A page of a PDF that is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedPage {
    /// Which of the PDFs, from 0.
    pub part: u32,
    /// Which of its pages, from 1.
    pub number: u32,
    /// Degrees clockwise by which it is turned, beyond how it lies there: 0, 90, 180, 270.
    pub turn: u16,
}

/// A searchable copy that is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searchable {
    /// Its bytes stand behind those of the original; otherwise they are the whole copy.
    pub behind_original: bool,
    /// How many bytes.
    pub size: u64,
}

/// What the child answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To `Open`.
    Opened(Opened),
    /// To `Close`.
    Closed,
    /// To `ReadPage`.
    Page(Box<PageRead>),
    /// To `RenderPage` and `TurnPage`.
    Picture(Picture),
    /// To `PagePictures`.
    PagePictures(PagePictures),
    /// To `Sheet`.
    Sheet(Box<SheetRead>),
    /// To `Parts`.
    Parts(Vec<Part>),
    /// To `Part`.
    Part(PartBytes),
    /// To `Searchable` with a page.
    Noted,
    /// To `Searchable` with the last page known, and to `Join`.
    Searchable(Searchable),
    /// To `Check`.
    Checked(NativeVersions),
    /// To any.
    Failed(ReadError),
}

/// What reading a page found out about it, so that its pictures need no second reading.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Upright {
    /// Degrees clockwise by which the stored page was turned to stand upright.
    pub rotation: u16,
    /// Boxes of its words on the upright page: what is no picture on a scan.
    pub words: Vec<Rect>,
}

/// The pictures of a page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PagePictures {
    /// Where they lie, in the order of the file: later ones above earlier ones. One that is placed twice stands twice.
    pub pictures: Vec<PagePicture>,
    /// The bytes of those that were not sent before since the file was opened.
    pub bytes: Vec<PictureBytes>,
}

/// The bytes of a picture.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureBytes {
    /// Their BLAKE3 hash.
    pub hash: BlobHash,
    /// A JPEG or PNG file.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for PictureBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PictureBytes({}, {} bytes)", self.hash, self.bytes.len())
    }
}

/// A sheet, read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SheetRead {
    /// The sheet.
    pub sheet: Sheet,
    /// How many sheets the file has.
    pub count: u32,
    /// The bytes of its pictures that were not sent before since the file was opened.
    pub bytes: Vec<PictureBytes>,
}

/// A file in an archive or a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name there, with the folders it lies in. A stranger's words: never a path to write to.
    pub name: String,
    /// Bytes, as far as the archive says.
    pub size: u64,
}

/// A piece of a part.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartBytes {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether the part ends with them.
    pub last: bool,
}

impl std::fmt::Debug for PartBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PartBytes({}, last: {})", self.bytes.len(), self.last)
    }
}

/// What was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// At least 1.
    pub page_count: u32,
    /// By content.
    pub mime_type: String,
    /// Which reader reads it.
    pub kind: FileKind,
}

/// A path as it travels.
pub fn path_to_bytes(path: &std::path::Path) -> Vec<u8> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        path.as_os_str().as_bytes().to_vec()
    }
    #[cfg(not(unix))]
    {
        path.to_string_lossy().into_owned().into_bytes()
    }
}

/// A path that travelled.
pub fn path_from_bytes(bytes: Vec<u8>) -> std::path::PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        std::ffi::OsString::from_vec(bytes).into()
    }
    #[cfg(not(unix))]
    {
        String::from_utf8_lossy(&bytes).into_owned().into()
    }
}
