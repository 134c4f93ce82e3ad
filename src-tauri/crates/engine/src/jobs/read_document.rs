//! Reads a document page by page. A page's result is committed with its cache key as soon as it is there, so going
//! on after a crash, a cancel or a retry is not a special path: what exists is skipped.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use papertray_model::{
    BlobHash, DocumentStatus, ErrorCode, JobKind, PageMeaning, PageReading, PageRef, PageSource, ReadMode,
    Unit, UserError, WorkSettings, queue::StageTime,
};
use papertray_reader::{FileKind, OpenOptions, PageOptions, ReadError, engine_key};
use papertray_store::{Claimed, Enqueued, LogLine, NewJob, OcrResult, StoredPage, Write};
use papertray_understand::SCHEMA_VERSION;
use serde::{Deserialize, Serialize};

use super::{
    Failure, extract,
    unpack::{Unpacked, unpack},
};
use crate::{
    Shared,
    knowledge::{list_of_files, understand_document, understand_page},
    progress::Reporter,
    queue::LEASE_MS,
    sheaf::Sheaf,
};

/// The longer side of a stored page picture, pixels: sharp on a high-density screen at reading size.
const PICTURE_SIDE: u32 = 1800;
/// Pages are committed in groups: as many as come within this time, at most [`GROUP`]. A crash costs no more.
const GROUP_TIME: Duration = Duration::from_millis(250);
const GROUP: usize = 16;

/// What the job needs beyond its document.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Payload {
    /// Of an encrypted file. Forgotten when the job is over.
    pub(crate) password: Option<String>,
    /// Only this page is read again, in this mode; what a person asked for once.
    #[serde(default)]
    pub(crate) page: Option<(u32, ReadMode)>,
}

pub(crate) async fn run(shared: &Shared, job: &Claimed) -> Result<Option<Claimed>, Failure> {
    let began = Instant::now();
    let progress = Reporter::new(shared, job);
    progress.set(if job.restarted { "restarting" } else { "opening" }, 0, 0).await?;
    let (hash, filename) = begin(shared, job).await?;

    let payload: Payload =
        job.payload.as_deref().and_then(|p| serde_json::from_str(p).ok()).unwrap_or_default();
    let options = OpenOptions { password: payload.password, file_name: Some(filename) };
    let path = shared.store.blobs().path(&hash);
    let document = shared.pool.open(&path, options.clone()).await?;
    let kind = document.kind();
    let mime = document.mime_type().to_owned();
    let leaves = shared.store.read(|r| r.leaves(job.owner.document()))?;
    let mut sheaf = Sheaf::new(hash.clone(), document, options, leaves);
    let total = sheaf.count();
    let (id, token, owner, now) = (job.id, job.token.clone(), job.owner.document(), shared.clock.now());
    shared
        .store
        .write(move |w| {
            w.holds(id, &token)?;
            w.set_opened(owner, total, &mime, now)
        })
        .await?;

    let WorkSettings { stop_at_bad_page, read_mode, .. } = shared.work_settings()?;
    let pace = Pace(shared.store.read(|r| r.stage_times())?);
    let mut pages = PageWriter { shared, job, group: vec![], since: Instant::now() };
    let mut done = pages_done(shared, job, &sheaf, read_mode)?;
    if let Some((number, _)) = payload.page {
        done.remove(&number);
    }
    if kind == FileKind::Picture {
        progress.expect(pace.of(PageSource::Ocr));
    }
    for number in 1..=total {
        if let Err(stopped) = progress.set("reading", number - 1, total).await {
            // What is read is kept where the run may still write: where it is given back, not where it was cancelled.
            pages.flush().await?;
            return Err(stopped);
        }
        if !done.contains(&number) {
            shared.memory.wait_for_room(&*shared.surroundings).await;
            let began = Instant::now();
            let mode = payload.page.filter(|(n, _)| *n == number).map_or(read_mode, |(_, mode)| mode);
            let mut page = read_page(shared, job, &mut sheaf, number, mode).await?;
            // A page read in a mode of its own stays as it is until it is refreshed.
            page.cache_key = cache_key(&sheaf.place(number), read_mode);
            if let Some(error) = page.error.clone().filter(|_| stop_at_bad_page) {
                pages.put(page, began.elapsed()).await?;
                pages.flush().await?;
                return Err(Failure::Error(stopped_at(number, total, &error)));
            }
            progress.expect(pace.of(page.reading.source));
            pages.put(page, began.elapsed()).await?;
        }
    }
    pages.flush().await?;
    progress.set("reading", total, total).await?;
    let has_pictures = matches!(kind, FileKind::Pdf | FileKind::Picture);
    if has_pictures && !shared.store.read(|r| r.collections_of(job.owner.document()))?.is_empty() {
        // While it is open: a password is not kept for later.
        for number in 1..=total {
            progress.set("reading", total, total).await?;
            extract::page(shared, job, job.owner.document(), &mut sheaf, &hash, number).await?;
        }
    }
    let unpacked = if kind.holds_files() {
        unpack(shared, job, sheaf.at(shared, 1).await?.0, &progress).await?
    } else {
        Unpacked::default()
    };
    drop(sheaf); // the child is free for the next document
    shared.turn_pictures(job.owner.document()).await?;
    complete(shared, job, kind, total, unpacked, began).await
}

/// A page that could not be read, where a person wants no document without it.
fn stopped_at(number: u32, total: u32, error: &UserError) -> UserError {
    UserError::new(
        error.code,
        format!("Page {number} of {total} could not be read, so reading stopped there. {}", error.message),
        "What was read is kept. Retry goes on at that page; a setting lets the other pages go on instead.",
    )
}

/// Marks the document as being read.
async fn begin(shared: &Shared, job: &Claimed) -> Result<(BlobHash, String), Failure> {
    let (id, token, owner, now) = (job.id, job.token.clone(), job.owner.document(), shared.clock.now());
    let found = shared
        .store
        .write(move |w| {
            w.holds(id, &token)?;
            w.set_status(owner, DocumentStatus::Processing, None, now)?;
            let row = w.require_document(owner)?;
            Ok((w.document_file(owner)?.and_then(|(hash, _)| hash), row.filename))
        })
        .await?;
    shared.log(job.owner.document(), Some(job.id), "info", "reading starts".to_owned()).await?;
    match found {
        (Some(hash), filename) => Ok((hash, filename)),
        (None, _) => Err(Failure::Error(UserError::new(
            ErrorCode::NotFound,
            "The file was never stored completely.",
            "Add it again.",
        ))),
    }
}

fn cache_key(place: &PageRef, mode: ReadMode) -> String {
    let (engine, mode, PageRef { file, page, .. }) = (engine_key(), mode.as_str(), place);
    let key = format!("{file}/{page}/{engine}/{mode}/{SCHEMA_VERSION}/{PICTURE_SIDE}");
    blake3::hash(key.as_bytes()).to_hex()[..32].to_owned()
}

/// The pages that are stored already and would come out the same again.
fn pages_done(
    shared: &Shared,
    job: &Claimed,
    sheaf: &Sheaf,
    mode: ReadMode,
) -> Result<HashSet<u32>, Failure> {
    let pages = shared.store.read(|r| r.pages(job.owner.document()))?;
    let sound = pages.iter().filter(|page| {
        let number = page.summary.page_number;
        page.summary.source != PageSource::Failed && page.cache_key == cache_key(&sheaf.place(number), mode)
    });
    Ok(sound.map(|page| page.summary.page_number).collect())
}

/// Reads and understands one page. What goes wrong with the page is the page's failure; only what would go wrong
/// with every page ends the job.
async fn read_page(
    shared: &Shared,
    job: &Claimed,
    sheaf: &mut Sheaf,
    number: u32,
    mode: ReadMode,
) -> Result<StoredPage, Failure> {
    let options = PageOptions { mode, picture: Some(PICTURE_SIDE) };
    let mut lists_files = false;
    let read = match sheaf.at(shared, number).await {
        Ok((document, there)) => {
            lists_files = document.kind() == FileKind::Archive;
            match document.read_page(there, options.clone()).await {
                // A crash or a time-out may have been the moment's: once more, in a fresh child.
                Err(e) if matches!(e.code, ErrorCode::ReaderCrashed) => {
                    document.read_page(there, options).await
                }
                read => read,
            }
        }
        Err(e) => Err(e),
    };
    let owner = job.owner.document();
    let (mut reading, picture, error) = match read {
        Ok(read) => (read.page, read.picture, read.incomplete),
        Err(e) if matches!(e.code, ErrorCode::ReaderMissing | ErrorCode::DiskFull | ErrorCode::NotFound) => {
            return Err(e.into());
        }
        Err(e) => (PageReading::empty(number, Unit::Pt, 595.0, 842.0, PageSource::Failed), None, Some(e)),
    };
    reading.page_number = number;
    let picture_number = shared.picture_number(owner, number, &sheaf.place(number))?;
    let storage_uri = match (picture, picture_number) {
        (Some(picture), Some(n)) => Some(shared.store.blobs().store_page(owner, n, &picture.png)?),
        _ => None,
    };
    let knowledge = shared.knowledge();
    let typed = shared.store.read(|r| r.described(job.owner.document()))?.0.doc_type;
    let (reading, meaning, schema_version) = crate::blocking(move || {
        let (meaning, version) = if lists_files {
            (list_of_files(), 1)
        } else {
            understand_page(&knowledge, &reading, typed.as_deref())
        };
        (reading, meaning, version)
    })
    .await?;
    Ok(StoredPage {
        reading,
        meaning,
        schema_version,
        cache_key: String::new(),
        storage_uri,
        error: error.map(|e: ReadError| e.into()),
    })
}

/// Commits pages in small groups.
struct PageWriter<'a> {
    shared: &'a Shared,
    job: &'a Claimed,
    group: Vec<(StoredPage, u32)>,
    since: Instant,
}

impl PageWriter<'_> {
    async fn put(&mut self, page: StoredPage, took: Duration) -> Result<(), Failure> {
        let page = (page, u32::try_from(took.as_millis()).unwrap_or(u32::MAX));
        if self.group.is_empty() {
            // The time before a group's first page was spent on that page.
            let alone = self.since.elapsed() >= GROUP_TIME;
            self.group.push(page);
            if alone { self.flush().await } else { Ok(()) }
        } else {
            self.group.push(page);
            if self.group.len() >= GROUP || self.since.elapsed() >= GROUP_TIME {
                self.flush().await
            } else {
                Ok(())
            }
        }
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        let group = std::mem::take(&mut self.group);
        self.since = Instant::now();
        let Some(message) = pages_message(&group) else { return Ok(()) };
        tracing::info!("[{}] job {}: {message}", self.job.owner.document(), self.job.id);
        let line = LogLine {
            at: self.shared.clock.now(),
            document_id: Some(self.job.owner.document()),
            job_id: Some(self.job.id),
            level: "info".to_owned(),
            message,
        };
        let (id, token, owner, now) =
            (self.job.id, self.job.token.clone(), self.job.owner.document(), self.shared.clock.now());
        self.shared
            .store
            .write(move |w| {
                w.holds(id, &token)?;
                for (page, ms) in &group {
                    w.put_page(owner, page, now)?;
                    w.count_page(page.reading.source, *ms, now);
                }
                w.log(&line)?;
                w.got_further(id, &token, now, LEASE_MS)
            })
            .await?;
        Ok(())
    }
}

/// `page 3 read in 812 ms (ocr)`, `pages 4–19 read in 240 ms (text_layer)`.
fn pages_message(group: &[(StoredPage, u32)]) -> Option<String> {
    let ((first, _), (last, _)) = (group.first()?, group.last()?);
    let (from, to) = (first.reading.page_number, last.reading.page_number);
    let pages = if from == to { format!("page {from}") } else { format!("pages {from}–{to}") };
    let ms: u32 = group.iter().map(|(_, ms)| ms).sum();
    let mut sources: Vec<&str> = group.iter().map(|(page, _)| page.reading.source.as_str()).collect();
    sources.dedup();
    Some(format!("{pages} read in {ms} ms ({})", sources.join(", ")))
}

/// How long pages took lately.
struct Pace(Vec<StageTime>);

impl Pace {
    fn of(&self, source: PageSource) -> Option<f32> {
        self.0.iter().find(|time| time.stage == source.as_str()).map(|time| time.recent_ms)
    }
}

/// Joins the pages and commits the document's end together with the job that describes it.
async fn complete(
    shared: &Shared,
    job: &Claimed,
    kind: FileKind,
    total: u32,
    unpacked: Unpacked,
    began: Instant,
) -> Result<Option<Claimed>, Failure> {
    let (pages, errors) = load_pages(shared, job)?;
    if pages.len() != total as usize {
        return Err(Failure::Error(crate::errors::internal(&format!(
            "{} of {total} pages are stored",
            pages.len()
        ))));
    }
    if pages.iter().all(|(page, _)| page.source == PageSource::Failed)
        && let Some(first) = errors.first()
    {
        // Nothing could be read: the first page's reason is the document's.
        return Err(Failure::Error(first.clone()));
    }
    let incomplete = (!errors.is_empty()).then(|| partial_error(pages.iter().map(|(page, _)| page), &errors));
    let partial = incomplete.or(not_unpacked(&unpacked));
    let elapsed_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    let (knowledge, owner) = (shared.knowledge(), job.owner.document());
    let splits = shared.store.read(|r| r.splits(owner))?;
    let known = knowledge.clone();
    let (understanding, result, pages) = crate::blocking(move || {
        let understanding = understand_document(&known, &pages, splits.as_deref());
        let result = OcrResult {
            raw_text: pages.iter().map(|(r, _)| r.text()).collect::<Vec<_>>().join("\u{c}"),
            html_tables: pages.iter().flat_map(|(r, _)| r.tables.clone()).collect(),
            page_count: total,
            model: model_name(pages.iter().map(|(r, _)| r.source), kind),
            processing_time_ms: elapsed_ms,
        };
        (understanding, result, std::sync::Arc::new(pages))
    })
    .await?;
    let settings = shared.work_settings()?;
    let understanding = shared.ask_for_fields(owner, &settings, &knowledge, pages, understanding).await;
    let (job, now) = (job.clone(), shared.clock.now());
    let next = super::complete(shared, &job.clone(), Some(format!("{{\"pages\":{total}}}")), move |w| {
        w.put_understanding(job.owner.document(), &understanding, now)?;
        w.put_ocr_result(job.owner.document(), &result, now)?;
        let status = if partial.is_some() { DocumentStatus::Partial } else { DocumentStatus::OcrComplete };
        w.set_status(job.owner.document(), status, partial.as_ref(), now)?;
        let message = format!("reading complete: {total} pages in {elapsed_ms} ms");
        log(w, &job, &message, now)?;
        enqueue_describe(w, &job, now).map(drop)
    })
    .await?;
    tracing::info!("[{owner}] reading complete: {total} pages in {elapsed_ms} ms");
    Ok(next)
}

type PagesAndErrors = (Vec<(PageReading, PageMeaning)>, Vec<UserError>);

fn load_pages(shared: &Shared, job: &Claimed) -> Result<PagesAndErrors, Failure> {
    let (pages, errors) = shared.store.read(|r| {
        let (mut pages, mut errors) = (vec![], vec![]);
        for page in r.pages(job.owner.document())? {
            if let Some(reading) = r.page_reading(job.owner.document(), page.summary.page_number)? {
                pages.push((reading, r.page_meaning(job.owner.document(), &page)?));
            }
            errors.extend(page.summary.error);
        }
        Ok((pages, errors))
    })?;
    Ok((pages, errors))
}

/// `text-layer`, `ppocr` or both, by what its pages were read with.
pub(crate) fn model_name(sources: impl Iterator<Item = PageSource>, kind: FileKind) -> String {
    let (mut text, mut ocr) = (false, false);
    for source in sources {
        text |= source == PageSource::TextLayer;
        ocr |= source == PageSource::Ocr;
    }
    match (text, ocr) {
        (true, true) => "text-layer+ppocr",
        (false, true) => "ppocr",
        (false, false) if kind == FileKind::Picture => "ppocr",
        (_, false) => "text-layer",
    }
    .to_owned()
}

/// Why a document is there in part only: pages that could not be read at all, and pages of which a part is missing.
pub(crate) fn partial_error<'a>(
    pages: impl Iterator<Item = &'a PageReading>,
    errors: &[UserError],
) -> UserError {
    let (mut total, mut failed) = (0, 0);
    for page in pages {
        total += 1;
        failed += usize::from(page.source == PageSource::Failed);
    }
    let reason = errors.first().map_or(String::new(), |e| format!(" {}", e.message));
    let (what, hint) = if failed == 0 {
        let hint = errors.first().map_or(String::new(), |e| e.hint.clone());
        (format!("{} of {total} pages were read in part.", errors.len()), hint)
    } else {
        let hint = "What was read is kept. Retry reads only the missing pages.".to_owned();
        (format!("{} of {total} pages were read.", total - failed), hint)
    };
    let code = errors.first().map_or(ErrorCode::NoPageRead, |e| e.code);
    UserError::new(code, format!("{what}{reason}"), hint)
}

fn not_unpacked(unpacked: &Unpacked) -> Option<UserError> {
    let first = unpacked.failed.as_ref()?;
    let (failures, taken) = (unpacked.failures, unpacked.taken);
    Some(UserError::new(
        first.code,
        format!("{failures} of the files in it were not taken out, {taken} were. {}", first.message),
        first.hint.clone(),
    ))
}

fn log(
    w: &Write<'_>,
    job: &Claimed,
    message: &str,
    now: papertray_model::Timestamp,
) -> papertray_store::Result<()> {
    w.log(&LogLine {
        at: now,
        document_id: Some(job.owner.document()),
        job_id: Some(job.id),
        level: "info".to_owned(),
        message: message.to_owned(),
    })
}

fn enqueue_describe(
    w: &Write<'_>,
    job: &Claimed,
    now: papertray_model::Timestamp,
) -> papertray_store::Result<Enqueued> {
    w.set_metadata_state(job.owner.document(), papertray_model::MetadataState::Pending, now)?;
    w.enqueue(&NewJob::new(JobKind::DescribeDocument, job.owner.document()), now)
}
