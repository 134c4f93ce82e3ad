//! An open document: a file, and the child that has it open.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use papertray_model::{PageReading, PageSource};
use tokio::io::AsyncWriteExt;
use tokio::sync::OwnedSemaphorePermit;

use crate::pool::Inner;
use crate::process::{Patience, ReaderProcess, failure_to_error};
use crate::wire::{
    Answer, JoinedPage, OpenOptions, Opened, PageOptions, PagePictures, PageRead, Part, Picture, Request,
    Searchable, SearchablePage, SearchableStep, SheetRead, Upright, path_to_bytes,
};
use crate::{FileKind, ReadError};

/// Closing a file takes no longer.
const CLOSING: Duration = Duration::from_secs(2);

/// An open document. It holds one of the pool's children; dropping it gives the child back. Dropping the *future*
/// of a request midway kills the child at once.
pub struct OpenDocument {
    pool: Arc<Inner>,
    /// Absent after a failure, and while a request runs: a dropped request drops, and so kills, its child.
    process: Option<ReaderProcess>,
    seat: Option<OwnedSemaphorePermit>,
    path: PathBuf,
    options: OpenOptions,
    opened: Opened,
}

impl std::fmt::Debug for OpenDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenDocument")
            .field("path", &self.path)
            .field("opened", &self.opened)
            .finish_non_exhaustive()
    }
}

impl OpenDocument {
    pub(crate) async fn open(
        pool: Arc<Inner>,
        seat: OwnedSemaphorePermit,
        path: &Path,
        options: OpenOptions,
    ) -> Result<Self, ReadError> {
        let path = std::path::absolute(path).map_err(|e| ReadError::io(&e))?;
        let process = pool.take_process().await?;
        let (process, outcome) = open_in(&pool, process, &path, &options).await;
        match outcome {
            Ok(opened) => Ok(Self { pool, process, seat: Some(seat), path, options, opened }),
            Err(error) => {
                if let Some(process) = process {
                    pool.give_back(process);
                }
                Err(error)
            }
        }
    }

    /// At least 1.
    pub fn page_count(&self) -> u32 {
        self.opened.page_count
    }

    /// By content.
    pub fn mime_type(&self) -> &str {
        &self.opened.mime_type
    }

    /// Which reader reads it.
    pub fn kind(&self) -> FileKind {
        self.opened.kind
    }

    /// Reads a page, from 1. After a time-out, a crash or too much memory the page's error is returned, and the next
    /// call works in a fresh child.
    pub async fn read_page(&mut self, number: u32, options: PageOptions) -> Result<PageRead, ReadError> {
        match self.ask(&Request::ReadPage { number, options }, number).await? {
            Answer::Page(page) => Ok(*page),
            other => Err(misfit(other)),
        }
    }

    /// Draws a page, from 1, upright, its longer side at most `max_side` pixels.
    pub async fn render_page(&mut self, number: u32, max_side: u32) -> Result<Picture, ReadError> {
        match self.ask(&Request::RenderPage { number, max_side }, number).await? {
            Answer::Picture(picture) => Ok(picture),
            other => Err(misfit(other)),
        }
    }

    /// A page of an open picture, from 1, turned by so many degrees clockwise (0, 90, 180, 270) and otherwise as it is.
    pub async fn turn_page(&mut self, number: u32, turn: u16) -> Result<Picture, ReadError> {
        match self.ask(&Request::TurnPage { number, turn }, number).await? {
            Answer::Picture(picture) => Ok(picture),
            other => Err(misfit(other)),
        }
    }

    /// The picture of a picture file as it is, such as a logo: what shows through it stays so. Its longer side is at most
    /// `max_side` pixels.
    pub async fn mark(&mut self, max_side: u32) -> Result<Picture, ReadError> {
        match self.ask(&Request::Mark { max_side }, 1).await? {
            Answer::Picture(picture) => Ok(picture),
            other => Err(misfit(other)),
        }
    }

    /// The pictures on a page, from 1: of a PDF as they are placed, of a scan as regions that are no text. None in files
    /// without pages of their own.
    pub async fn page_pictures(&mut self, number: u32, upright: Upright) -> Result<PagePictures, ReadError> {
        if !matches!(self.kind(), FileKind::Pdf | FileKind::Picture) {
            return Ok(PagePictures::default());
        }
        match self.ask(&Request::PagePictures { number, upright }, number).await? {
            Answer::PagePictures(pictures) => Ok(pictures),
            other => Err(misfit(other)),
        }
    }

    /// Sheet `index`, from 0, of a workbook, or of a text file its only one, read as separated values.
    pub async fn sheet(&mut self, index: u32) -> Result<SheetRead, ReadError> {
        match self.ask(&Request::Sheet { index }, 0).await? {
            Answer::Sheet(sheet) => Ok(*sheet),
            other => Err(misfit(other)),
        }
    }

    /// The files in this archive or mail; none in another file.
    pub async fn parts(&mut self) -> Result<Vec<Part>, ReadError> {
        if !self.kind().holds_files() {
            return Ok(vec![]);
        }
        match self.ask(&Request::Parts, 0).await? {
            Answer::Parts(parts) => Ok(parts),
            other => Err(misfit(other)),
        }
    }

    /// A piece of the bytes of a file in this archive or mail, and whether it is the last one.
    pub async fn part(&mut self, index: u32, offset: u64) -> Result<(Vec<u8>, bool), ReadError> {
        match self.ask(&Request::Part { index, offset }, 0).await? {
            Answer::Part(piece) => Ok((piece.bytes, piece.last)),
            other => Err(misfit(other)),
        }
    }

    /// Tells the child what a page says, for a searchable copy; [`OpenDocument::write_searchable`] makes it. Only what was
    /// recognised is told: what a file says itself is in it already.
    pub async fn tell_page(&mut self, page: &PageReading) -> Result<(), ReadError> {
        /// Words that travel at once: less than half of the most bytes of a request.
        const WORDS: usize = 4000;
        /// A word with more letters is none.
        const LETTERS: usize = 100;
        if page.source != PageSource::Ocr {
            return Ok(());
        }
        for words in page.words.chunks(WORDS) {
            let words = words.iter().map(|w| (w.text.chars().take(LETTERS).collect(), w.bbox)).collect();
            let (number, rotation) = (page.page_number, page.rotation);
            let page = SearchablePage { number, rotation, width: page.width, height: page.height, words };
            match self.ask(&Request::Searchable(SearchableStep::Page(page)), number).await? {
                Answer::Noted => {}
                other => return Err(misfit(other)),
            }
        }
        Ok(())
    }

    /// Writes a searchable copy of the file with the pages told, to a path where nothing is yet. Pictures become a PDF,
    /// untouched; a PDF keeps its bytes, and what is new stands behind them.
    pub async fn write_searchable(&mut self, to: &Path) -> Result<(), ReadError> {
        let made = match self.ask(&Request::Searchable(SearchableStep::Finish), 0).await? {
            Answer::Searchable(made) => made,
            other => return Err(misfit(other)),
        };
        self.fetch_made(made, to).await
    }

    /// Writes one PDF of pages of several, to a path where nothing is yet. The PDFs stand one behind the other in `joined`,
    /// each with so many bytes. The open document has no part in it: its child does the work.
    pub async fn write_joined(
        &mut self,
        joined: &Path,
        parts: Vec<u64>,
        pages: Vec<JoinedPage>,
        to: &Path,
    ) -> Result<(), ReadError> {
        let file = crate::line::open(joined).map_err(|e| ReadError::io(&e))?;
        let request = Request::Join { path: path_to_bytes(joined), parts, pages };
        match self.ask_with(&request, Some(&file), 0).await? {
            Answer::Searchable(made) => self.fetch_made(made, to).await,
            other => Err(misfit(other)),
        }
    }

    async fn fetch_made(&mut self, made: Searchable, to: &Path) -> Result<(), ReadError> {
        let mut copy = tokio::fs::File::create_new(to).await.map_err(|e| ReadError::io(&e))?;
        if made.behind_original {
            let original = crate::line::open(&self.path).map_err(|e| ReadError::io(&e))?;
            let mut original = tokio::fs::File::from_std(original);
            tokio::io::copy(&mut original, &mut copy).await.map_err(|e| ReadError::io(&e))?;
        }
        let mut offset = 0;
        while offset < made.size {
            match self.ask(&Request::Searchable(SearchableStep::Piece { offset }), 0).await? {
                Answer::Part(piece) if !piece.bytes.is_empty() => {
                    copy.write_all(&piece.bytes).await.map_err(|e| ReadError::io(&e))?;
                    offset += piece.bytes.len() as u64;
                }
                Answer::Failed(error) => return Err(error),
                _ => return Err(ReadError::internal("The searchable copy ended too early.")),
            }
        }
        copy.sync_all().await.map_err(|e| ReadError::io(&e))
    }

    async fn ask(&mut self, request: &Request, number: u32) -> Result<Answer, ReadError> {
        self.ask_with(request, None, number).await
    }

    async fn ask_with(
        &mut self,
        request: &Request,
        file: Option<&std::fs::File>,
        number: u32,
    ) -> Result<Answer, ReadError> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => self.reopen().await?,
        };
        let config = &self.pool.config;
        match process
            .ask_with(request, file, config.patience(config.page_timeout), config.memory_cap_mib)
            .await
        {
            Ok(answer) => {
                self.process = Some(process);
                Ok(answer)
            }
            Err(failure) => {
                let what = match request {
                    Request::Sheet { index } => format!("Sheet {}", index + 1),
                    Request::Searchable(_) => "Making the searchable copy".to_owned(),
                    Request::Join { .. } => "Putting the pages together".to_owned(),
                    _ if number == 0 => "Unpacking".to_owned(),
                    _ => format!("Page {number}"),
                };
                Err(failure_to_error(failure, &what, config))
            }
        }
    }

    async fn reopen(&mut self) -> Result<ReaderProcess, ReadError> {
        let fresh = self.pool.start_process().await?;
        let (process, outcome) = open_in(&self.pool, fresh, &self.path, &self.options).await;
        outcome?;
        process.ok_or_else(|| ReadError::internal("The file could not be opened again."))
    }
}

/// Opens the file in this child, which comes back unless it failed.
async fn open_in(
    pool: &Inner,
    mut process: ReaderProcess,
    path: &Path,
    options: &OpenOptions,
) -> (Option<ReaderProcess>, Result<Opened, ReadError>) {
    let request = Request::Open { path: path_to_bytes(path), options: options.clone() };
    let mut config = pool.config.clone();
    config.page_timeout = config.open_timeout;
    let file = match crate::line::open(path) {
        Ok(file) => file,
        Err(error) => return (Some(process), Err(ReadError::io(&error))),
    };
    let patience = pool.config.patience(config.open_timeout);
    match process.ask_with(&request, Some(&file), patience, config.memory_cap_mib).await {
        Ok(Answer::Opened(opened)) => (Some(process), Ok(opened)),
        Ok(other) => (Some(process), Err(misfit(other))),
        Err(failure) => (None, Err(failure_to_error(failure, "Opening the file", &config))),
    }
}

fn misfit(answer: Answer) -> ReadError {
    match answer {
        Answer::Failed(error) => error,
        _ => ReadError::internal("The reader gave an answer that does not fit."),
    }
}

impl Drop for OpenDocument {
    fn drop(&mut self) {
        // Closing takes a moment in the child; the seat stays taken until the child is free. Without a runtime
        // there is nobody to wait: the child is killed.
        let (Some(mut process), Ok(runtime)) = (self.process.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let pool = Arc::clone(&self.pool);
        let seat = self.seat.take();
        runtime.spawn(async move {
            let cap = pool.config.memory_cap_mib;
            let patience = Patience { cpu: CLOSING, wall: CLOSING };
            if process.ask(&Request::Close, patience, cap).await == Ok(Answer::Closed) {
                pool.give_back(process);
            }
            drop(seat);
        });
    }
}
