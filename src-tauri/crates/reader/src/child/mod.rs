//! The child: one thread, one open document, one request at a time.
//!
//! The stages of a page: open → text of the file, or picture → detection → recognition → words in reading order.
//! A panic is the answer `Corrupt` for that request; anything worse ends the process, which the parent notices.

mod blank;
mod codes;
mod container;
mod fault;
#[cfg(test)]
mod fuzz;
mod handed;
mod hidden;
mod input;
mod layout;
mod mail;
mod number_format;
mod ocr;
mod open;
mod paint;
mod pdf;
mod picture;
mod pictures;
mod regions;
mod sandbox;
mod searchable;
mod separated;
mod sheets;
mod text;
mod text_paint;
mod walls;
mod workbook;
mod zip;

use std::fs::File;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use papertray_reader::ReadError;
use papertray_reader::wire::{
    ANSWER_CAP, Answer, NativeVersions, PageOptions, REQUEST_CAP, Request, SearchableStep, path_from_bytes,
    read_frame, write_frame,
};

use self::fault::Fault;
use self::handed::Handed;
use self::input::Input;
use self::ocr::Ocr;
use self::open::Document;
use self::pictures::Sent;
use self::searchable::Copy;

/// What the command line says.
pub(crate) struct Limits {
    /// The folder with the native parts.
    pub(crate) native: PathBuf,
    /// The folder with compiled models, where there is one.
    prepared: Option<PathBuf>,
    /// Where to put compiled models; that is all this process is for then.
    prepare: Option<PathBuf>,
    /// Most pixels decoded for a page.
    pub(crate) pixel_budget: u64,
    memory_mib: u64,
    parent: Option<u32>,
}

/// Everything a child keeps between requests.
pub(crate) struct Child {
    pub(crate) limits: Limits,
    pub(crate) ocr: Ocr,
    document: Option<Document>,
    /// Pictures of it that were sent.
    sent: Sent,
    copy: Copy,
    fault: Option<Fault>,
}

pub(crate) fn run() -> ExitCode {
    start_log();
    let Some(limits) = parse_arguments(std::env::args().skip(1)) else {
        tracing::error!(
            "usage: papertray-reader --native DIR [--parent PID] [--memory-mib N] [--pixel-budget N] [--prepared DIR] \
             [--prepare DIR]"
        );
        return ExitCode::from(2);
    };
    if let Some(folder) = &limits.prepare {
        return prepare(&limits, folder);
    }
    let Ok((input, mut output)) = sandbox::take_pipes() else {
        tracing::error!("standard input or output is missing");
        return ExitCode::FAILURE;
    };
    let parts: Vec<&Path> = [limits.native.as_path()].into_iter().chain(limits.prepared.as_deref()).collect();
    sandbox::enter(&parts, limits.memory_mib, limits.parent);
    let ocr = Ocr::new(limits.native.clone(), limits.prepared.clone());
    let mut child = Child {
        limits,
        ocr,
        document: None,
        sent: Sent::default(),
        copy: Copy::default(),
        fault: Fault::from_environment(),
    };
    match serve(&mut child, &mut Input::new(input), &mut output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the parent is gone or speaks another language");
            ExitCode::FAILURE
        }
    }
}

/// Compiles the models into `folder`, which appears whole or not at all. Nothing of a stranger is read here, so this runs
/// without the sandbox.
fn prepare(limits: &Limits, folder: &Path) -> ExitCode {
    sandbox::stand_back();
    let part = folder.with_extension("part");
    let made = folder_of_my_own(&part)
        .map_err(|e| ReadError::io(&e))
        .and_then(|()| Ocr::new(limits.native.clone(), Some(part.clone())).versions())
        .and_then(|_| std::fs::rename(&part, folder).map_err(|e| ReadError::io(&e)));
    if let Err(error) = made {
        // Another one is at it, or there is no room: children compile for themselves.
        tracing::info!(error = %error.message, "no compiled models were kept");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Makes a folder that nobody else works in: one that was left behind is taken over after a while.
fn folder_of_my_own(folder: &Path) -> std::io::Result<()> {
    const LEFT_BEHIND: Duration = Duration::from_secs(120);
    if let Some(parent) = folder.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let age = std::fs::metadata(folder).and_then(|m| m.modified()).ok().and_then(|made| made.elapsed().ok());
    if age.is_some_and(|age| age > LEFT_BEHIND) {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir(folder)
}

fn serve(child: &mut Child, input: &mut Input, output: &mut impl Write) -> std::io::Result<()> {
    while let Some(request) = read_frame::<Request>(input, REQUEST_CAP)? {
        let answer = match catch_unwind(AssertUnwindSafe(|| child.answer(request, input.take_handed()))) {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Answer::Failed(error),
            Err(_) => Answer::Failed(ReadError::corrupt(
                "The file's content is damaged in a way that stops the reader.",
            )),
        };
        write_frame(output, &answer, ANSWER_CAP)?;
    }
    Ok(())
}

impl Child {
    fn answer(&mut self, request: Request, handed: Option<File>) -> Result<Answer, ReadError> {
        match request {
            Request::Open { path, options } => {
                (self.document, self.sent, self.copy) = (None, Sent::default(), Copy::default());
                let path = path_from_bytes(path);
                let file = handed.map_or_else(|| File::open(&path), Ok).and_then(Handed::new);
                let file = file.map_err(|e| ReadError::io(&e))?;
                let (document, opened) = Document::open(&file, &path, &options, &self.limits)?;
                self.document = Some(document);
                Ok(Answer::Opened(opened))
            }
            Request::Close => {
                (self.document, self.copy) = (None, Copy::default());
                Ok(Answer::Closed)
            }
            Request::ReadPage { number, options } => self.read_page(number, &options),
            Request::RenderPage { number, max_side } => {
                let document = self.document.as_mut().ok_or_else(nothing_open)?;
                Ok(Answer::Picture(document.render_page(number, max_side, &self.limits, &mut self.ocr)?))
            }
            Request::TurnPage { number, turn } => {
                let document = self.document.as_mut().ok_or_else(nothing_open)?;
                Ok(Answer::Picture(document.turn_page(number, turn, &self.limits)?))
            }
            Request::Mark { max_side } => {
                let document = self.document.as_ref().ok_or_else(nothing_open)?;
                Ok(Answer::Picture(document.mark(max_side, &self.limits)?))
            }
            Request::PagePictures { number, upright } => {
                let document = self.document.as_mut().ok_or_else(nothing_open)?;
                Ok(Answer::PagePictures(document.page_pictures(
                    number,
                    &upright,
                    &self.limits,
                    &mut self.sent,
                )?))
            }
            Request::Sheet { index } => {
                let document = self.document.as_ref().ok_or_else(nothing_open)?;
                Ok(Answer::Sheet(Box::new(document.sheet(index, &self.limits, &mut self.sent)?)))
            }
            Request::Parts => Ok(Answer::Parts(self.document.as_ref().ok_or_else(nothing_open)?.parts())),
            Request::Part { index, offset } => {
                let document = self.document.as_mut().ok_or_else(nothing_open)?;
                Ok(Answer::Part(document.part(index, offset)?))
            }
            Request::Searchable(step) => self.searchable(step),
            Request::Join { path, parts, pages } => {
                let path = path_from_bytes(path);
                let file = handed.map_or_else(|| File::open(&path), Ok).and_then(Handed::new);
                let file = file.map_err(|e| ReadError::io(&e))?;
                let made = pdf::join(&file, &parts, &pages, &self.limits.native)?;
                Ok(Answer::Searchable(self.copy.finish(made)))
            }
            Request::Check => Ok(Answer::Checked(self.check()?)),
        }
    }

    fn read_page(&mut self, number: u32, options: &PageOptions) -> Result<Answer, ReadError> {
        if let Some(fault) = self.fault {
            fault.play(number)?;
        }
        let started = std::time::Instant::now();
        let document = self.document.as_mut().ok_or_else(nothing_open)?;
        let mut read = document.read_page(number, options, &self.limits, &mut self.ocr)?;
        read.elapsed_ms = started.elapsed().as_millis() as u32;
        Ok(Answer::Page(Box::new(read)))
    }

    fn searchable(&mut self, step: SearchableStep) -> Result<Answer, ReadError> {
        let document = self.document.as_mut().ok_or_else(nothing_open)?;
        Ok(match step {
            SearchableStep::Page(page) => {
                self.copy.take(page);
                Answer::Noted
            }
            SearchableStep::Finish => {
                let made = document.searchable(&self.copy, &self.limits)?;
                Answer::Searchable(self.copy.finish(made))
            }
            SearchableStep::Piece { offset } => Answer::Part(self.copy.piece(offset)),
        })
    }

    fn check(&mut self) -> Result<NativeVersions, ReadError> {
        let (openvino, models) = self.ocr.versions()?;
        Ok(NativeVersions {
            reader: env!("CARGO_PKG_VERSION").into(),
            pdfium: pdf::library_version(&self.limits.native)?,
            openvino,
            models,
        })
    }
}

fn nothing_open() -> ReadError {
    ReadError::internal("No file is open.")
}

fn parse_arguments(mut arguments: impl Iterator<Item = String>) -> Option<Limits> {
    let (mut native, mut memory_mib, mut pixel_budget, mut parent) = (None, 1500, 120_000_000, None);
    let (mut prepared, mut prepare) = (None, None);
    while let Some(name) = arguments.next() {
        let value = arguments.next()?;
        match name.as_str() {
            "--native" => native = Some(PathBuf::from(value)),
            "--prepared" => prepared = Some(PathBuf::from(value)),
            "--prepare" => prepare = Some(PathBuf::from(value)),
            "--memory-mib" => memory_mib = value.parse().ok()?,
            "--pixel-budget" => pixel_budget = value.parse().ok()?,
            "--parent" => parent = Some(value.parse().ok()?),
            _ => return None,
        }
    }
    Some(Limits { native: native?, prepared, prepare, pixel_budget, memory_mib, parent })
}

fn start_log() {
    let filter = std::env::var("PAPERTRAY_READER_LOG").unwrap_or_else(|_| "warn".into());
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .without_time()
        .try_init();
}
