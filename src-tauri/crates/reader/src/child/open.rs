//! The open document, whatever its kind.

use std::path::Path;

use papertray_model::{ErrorCode, PagePicture};
use papertray_reader::wire::{Opened, PagePictures, Part, PartBytes, SheetRead, Upright};
use papertray_reader::{FileKind, OpenOptions, PageOptions, PageRead, Picture, ReadError, sniff_bytes};

use super::Limits;
use super::container::Container;
use super::handed::Handed;
use super::ocr::Ocr;
use super::pdf::PdfFile;
use super::picture::PictureFile;
use super::pictures::{Found, Sent};
use super::searchable::{Copy, Made};
use super::sheets::{self, SheetsFile};
use super::text::{OpenText, TextFile};

/// How many of a file's first bytes tell what it is.
const SNIFFED: u64 = 8192;

/// An open file.
pub(crate) enum Document {
    Pdf(PdfFile),
    Picture(PictureFile),
    Text(TextFile),
    Sheets(SheetsFile),
    Container(Container),
}

impl Document {
    pub(crate) fn open(
        file: &Handed,
        path: &Path,
        options: &OpenOptions,
        limits: &Limits,
    ) -> Result<(Self, Opened), ReadError> {
        let head = file.bytes(SNIFFED).map_err(|e| ReadError::io(&e))?;
        let own_name = path.file_name().and_then(|n| n.to_str());
        let name = options.file_name.as_deref().or(own_name);
        let sniffed = sniff_bytes(&head, name);
        if head.is_empty() {
            return Err(ReadError::new(
                ErrorCode::EmptyFile,
                "The file is empty: it has no bytes.",
                "Copy or download it again.",
            ));
        }
        let kind = sniffed.kind.filter(|kind| *kind != FileKind::Text || !claims_more_than_text(name));
        let Some(kind) = kind else {
            let unknown = sniffed.kind.is_some() || sniffed.mime_type == "application/octet-stream";
            return Err(if unknown && claims_more_than_text(name) {
                ReadError::corrupt("The file's content is not what its name says; it is damaged or misnamed.")
            } else {
                ReadError::unsupported(sniffed.what)
            });
        };
        let (document, page_count) = match kind {
            FileKind::Pdf => {
                let file = PdfFile::open(file, options.password.as_deref(), limits)?;
                let pages = file.page_count();
                (Self::Pdf(file), pages)
            }
            FileKind::Picture => {
                let file = PictureFile::open(file, &sniffed.mime_type, limits)?;
                let pages = file.page_count();
                (Self::Picture(file), pages)
            }
            FileKind::Text => match TextFile::open(file, &sniffed.mime_type)? {
                OpenText::Text(file) => {
                    let pages = file.page_count();
                    (Self::Text(file), pages)
                }
                OpenText::Table(table) => {
                    let file = SheetsFile::of(table);
                    let pages = file.page_count();
                    (Self::Sheets(file), pages)
                }
            },
            FileKind::Workbook => {
                let file = SheetsFile::open(file, sniffed.what)?;
                let pages = file.page_count();
                (Self::Sheets(file), pages)
            }
            FileKind::Archive | FileKind::Mail => {
                let container = Container::open(file, kind, name, options.password.as_deref())?;
                let pages = container.page.page_count();
                (Self::Container(container), pages)
            }
        };
        Ok((document, Opened { page_count, mime_type: sniffed.mime_type, kind }))
    }

    pub(crate) fn read_page(
        &mut self,
        number: u32,
        options: &PageOptions,
        limits: &Limits,
        ocr: &mut Ocr,
    ) -> Result<PageRead, ReadError> {
        self.check_number(number)?;
        match self {
            Self::Pdf(file) => file.read_page(number, options, limits, ocr),
            Self::Picture(file) => file.read_page(number, options, limits, ocr),
            Self::Text(file) => file.read_page(number, options),
            Self::Sheets(file) => file.read_page(number, options),
            Self::Container(container) => container.page.read_page(number, options),
        }
    }

    /// The pictures on a page; none in a file that has no pages of its own.
    pub(crate) fn page_pictures(
        &mut self,
        number: u32,
        upright: &Upright,
        limits: &Limits,
        sent: &mut Sent,
    ) -> Result<PagePictures, ReadError> {
        self.check_number(number)?;
        let found = match self {
            Self::Pdf(file) => file.pictures(number, upright, limits)?,
            Self::Picture(file) => file.pictures(number, upright, limits)?,
            _ => vec![],
        };
        let mut answer = PagePictures::default();
        for Found { rect, pixels } in found {
            let packed = sent.pack(pixels, &mut answer.bytes)?;
            answer.pictures.extend(packed.map(|picture| PagePicture { page: number, rect, picture }));
        }
        Ok(answer)
    }

    pub(crate) fn sheet(&self, index: u32, limits: &Limits, sent: &mut Sent) -> Result<SheetRead, ReadError> {
        match self {
            Self::Sheets(file) => file.sheet(index, sent, limits),
            Self::Text(file) if index == 0 => Ok(SheetRead { sheet: file.sheet()?, count: 1, bytes: vec![] }),
            _ => Err(sheets::no_sheet(index)),
        }
    }

    /// What is in an archive or a mail; nothing in another file.
    pub(crate) fn parts(&self) -> Vec<Part> {
        match self {
            Self::Container(container) => container.parts(),
            _ => vec![],
        }
    }

    pub(crate) fn part(&mut self, index: u32, offset: u64) -> Result<PartBytes, ReadError> {
        match self {
            Self::Container(container) => container.part(index, offset),
            _ => Err(ReadError::internal("The file holds no other files.")),
        }
    }

    pub(crate) fn render_page(
        &mut self,
        number: u32,
        max_side: u32,
        limits: &Limits,
        ocr: &mut Ocr,
    ) -> Result<Picture, ReadError> {
        self.check_number(number)?;
        match self {
            Self::Pdf(file) => file.render_page(number, max_side, limits, ocr),
            Self::Picture(file) => file.render_page(number, max_side, limits, ocr),
            Self::Text(file) => file.render_page(number, max_side),
            Self::Sheets(file) => file.render_page(number, max_side),
            Self::Container(container) => container.page.render_page(number, max_side),
        }
    }

    /// A page of a picture, turned.
    pub(crate) fn turn_page(
        &mut self,
        number: u32,
        turn: u16,
        limits: &Limits,
    ) -> Result<Picture, ReadError> {
        self.check_number(number)?;
        match self {
            Self::Picture(file) => file.turn_page(number, turn, limits),
            _ => Err(ReadError::internal("Only a picture is turned.")),
        }
    }

    /// The picture of a picture file as it is.
    pub(crate) fn mark(&self, max_side: u32, limits: &Limits) -> Result<Picture, ReadError> {
        match self {
            Self::Picture(file) => file.mark(max_side, limits),
            _ => Err(ReadError::unsupported("no picture")),
        }
    }

    /// A copy in which the words of these pages can be searched.
    pub(crate) fn searchable(&self, copy: &Copy, limits: &Limits) -> Result<Made, ReadError> {
        match self {
            Self::Pdf(file) => file.searchable(copy),
            Self::Picture(file) => file.searchable(copy, limits),
            Self::Text(_) | Self::Sheets(_) | Self::Container(_) => Err(ReadError::new(
                ErrorCode::UnsupportedType,
                "Only PDFs and pictures have searchable copies; what this file says is text already.",
                "Use the original.",
            )),
        }
    }

    fn check_number(&self, number: u32) -> Result<(), ReadError> {
        let count = match self {
            Self::Pdf(file) => file.page_count(),
            Self::Picture(file) => file.page_count(),
            Self::Text(file) => file.page_count(),
            Self::Sheets(file) => file.page_count(),
            Self::Container(container) => container.page.page_count(),
        };
        if (1..=count).contains(&number) {
            return Ok(());
        }
        Err(ReadError::new(
            ErrorCode::UnknownId,
            format!("There is no page {number}: the file has {count}."),
            "Ask for another page.",
        ))
    }
}

/// Whether a name ends like that of a PDF or a picture.
fn claims_more_than_text(name: Option<&str>) -> bool {
    const ENDINGS: [&str; 9] = ["pdf", "png", "jpg", "jpeg", "tif", "tiff", "webp", "bmp", "gif"];
    name.and_then(|n| n.rsplit_once('.'))
        .is_some_and(|(_, ending)| ENDINGS.iter().any(|e| ending.eq_ignore_ascii_case(e)))
}
