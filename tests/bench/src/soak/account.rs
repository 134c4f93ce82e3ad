//! The end of a soak: everything is let settle, and then the invariants of `ARCHITECTURE.md` are looked at, one by one.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::{Duration, Instant},
};

use papertray_engine::Engine;
use papertray_model::{
    DocumentFilter, DocumentQuery, DocumentRow, DocumentStatus, Fate, LedgerEntry, LedgerQuery,
};
use rusqlite::Connection;

use super::{Error, child, dropped, ground, library, odd};

/// What is taken away behind the engine's back, to see that it is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// Nothing.
    None,
    /// A page of a document.
    Page,
    /// A stored file.
    File,
    /// A document.
    Document,
}

impl Sabotage {
    const ALL: [Self; 4] = [Self::None, Self::Page, Self::File, Self::Document];

    /// As a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Page => "page",
            Self::File => "file",
            Self::Document => "document",
        }
    }

    /// The sabotage that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.word() == word)
    }
}

fn listed(engine: &Engine, filter: DocumentFilter) -> Result<Vec<DocumentRow>, Error> {
    let mut rows: Vec<DocumentRow> = vec![];
    loop {
        let after = rows.last().map(|row| row.document_id);
        let page =
            engine.documents(&DocumentQuery { filter, after, limit: 500, ..DocumentQuery::default() })?;
        let more = page.more;
        rows.extend(page.rows);
        if !more {
            return Ok(rows);
        }
    }
}

/// A calm person brings everything to its end: nothing is paused, what was cancelled or failed is read after all.
pub(super) async fn settle(folder: &Path, patience: Duration) -> Result<(), Error> {
    let engine = Engine::open(child::config(folder)).await?;
    let watched = engine.add_folder(child::drop_folder(folder)).await?;
    engine.resume().await?;
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        let trash: Vec<_> =
            listed(&engine, DocumentFilter::Trash)?.iter().map(|row| row.document_id).collect();
        if !trash.is_empty() {
            engine.restore(trash).await?;
        }
        tokio::time::timeout(patience, engine.scan_once(watched.id)).await??;
        let paused = papertray_model::JobQuery {
            states: vec![papertray_model::JobState::Paused],
            ..papertray_model::JobQuery::default()
        };
        for job in engine.jobs(&paused)?.jobs {
            engine.resume_job(job.id).await?;
        }
        for row in listed(&engine, DocumentFilter::Failed)? {
            engine.retry(row.document_id, true).await?;
        }
        // What is to be tried again later is waited for, too: a minute and a half is the third try.
        if tokio::time::timeout(deadline - Instant::now(), engine.idle(90_000)).await.is_err() {
            break;
        }
        let snapshot = engine.snapshot()?;
        if snapshot.counts.working + snapshot.counts.failed + snapshot.counts.trash == 0 {
            break;
        }
    }
    engine.shutdown().await;
    Ok(())
}

pub(super) fn sabotage(folder: &Path, how: Sabotage) -> Result<(), Error> {
    let database = Connection::open(library(folder).join("library.sqlite"))?;
    match how {
        Sabotage::None => {}
        Sabotage::Page => database.execute_batch("DELETE FROM page WHERE id = (SELECT min(id) FROM page)")?,
        Sabotage::File => {
            let hash: String =
                database.query_row("SELECT blob_hash FROM document LIMIT 1", [], |row| row.get(0))?;
            fs_err::remove_file(library(folder).join("blobs").join(&hash[..2]).join(hash))?;
        }
        Sabotage::Document => {
            database.execute_batch("DELETE FROM document WHERE id = (SELECT min(id) FROM document)")?;
        }
    }
    Ok(())
}

/// Counts documents, and says what must not be.
pub(super) async fn account(folder: &Path, pids: &[u32]) -> Result<(usize, Vec<String>), Error> {
    let mut faults = vec![];
    for (reader, parent) in ground::readers()? {
        if pids.contains(&parent) || parent == std::process::id() {
            faults.push(format!("the reader {reader} outlived its application {parent}"));
        }
    }
    faults.extend(fs_err::read_to_string(odd(folder)).unwrap_or_default().lines().map(str::to_owned));
    let mut config = child::config(folder);
    config.start_workers = false;
    config.folders.watch = false;
    let engine = Engine::open(config).await?;
    let rows = listed(&engine, DocumentFilter::All)?;
    one_document_a_file(folder, &engine, &rows, &mut faults)?;
    for row in &rows {
        each_page_once(&engine, row, &mut faults)?;
    }
    faults.extend(engine.diagnose().await?.problems.into_iter().map(|p| format!("doctor: {p}")));
    counts(folder, &engine, &rows, &mut faults)?;
    engine.shutdown().await;
    Ok((rows.len(), faults))
}

/// Every file of the drop folder has one fate, and equal bytes one document.
fn one_document_a_file(
    folder: &Path,
    engine: &Engine,
    rows: &[DocumentRow],
    faults: &mut Vec<String>,
) -> Result<(), Error> {
    let mut lines: BTreeMap<String, Vec<LedgerEntry>> = BTreeMap::new();
    let mut before = None;
    loop {
        let page = engine.ledger(&LedgerQuery { before, limit: 500, ..LedgerQuery::default() })?;
        before = page.entries.last().map(|entry| entry.id);
        for entry in page.entries {
            lines.entry(entry.path.clone()).or_default().push(entry);
        }
        if !page.more {
            break;
        }
    }
    let mut contents: BTreeMap<Vec<u8>, BTreeSet<String>> = BTreeMap::new();
    let mut open = vec![fs_err::canonicalize(dropped(folder))?];
    while let Some(folder) = open.pop() {
        for entry in fs_err::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.to_string_lossy().into_owned();
            let found = lines.get(&name).map_or(&[][..], Vec::as_slice);
            let of = contents.entry(blake3::hash(&fs_err::read(&path)?).as_bytes().to_vec()).or_default();
            match found {
                [entry] if matches!(entry.fate, Fate::Imported | Fate::Duplicate) => {
                    of.extend(entry.document_id.map(|id| id.to_string()));
                }
                [] => faults.push(format!("`{name}` has no fate")),
                _ => faults.push(format!(
                    "`{name}` has the fates {:?}",
                    found.iter().map(|e| e.fate).collect::<Vec<_>>()
                )),
            }
        }
    }
    for of in contents.values().filter(|of| of.len() != 1) {
        faults.push(format!("one content is the documents {of:?}"));
    }
    let known: BTreeSet<String> = rows.iter().map(|row| row.document_id.to_string()).collect();
    for lost in contents.values().flatten().filter(|id| !known.contains(*id)) {
        faults.push(format!("the document {lost} of the ledger is not in the library"));
    }
    if rows.len() != contents.len() {
        faults.push(format!("{} contents, {} documents", contents.len(), rows.len()));
    }
    Ok(())
}

fn each_page_once(engine: &Engine, row: &DocumentRow, faults: &mut Vec<String>) -> Result<(), Error> {
    if row.status != DocumentStatus::OcrComplete {
        faults.push(format!("{} ended as {:?}: {:?}", row.filename, row.status, row.error));
        return Ok(());
    }
    let pages: Vec<u32> = engine.detail(row.document_id)?.pages.iter().map(|p| p.page_number).collect();
    let wanted: Vec<u32> = (1..=row.page_count.unwrap_or(0)).collect();
    if pages != wanted || wanted.is_empty() {
        faults.push(format!("{}: the pages {pages:?} of {wanted:?}", row.filename));
    }
    for page in pages {
        if engine.page(row.document_id, page)?.picture.is_none() {
            faults.push(format!("{}: page {page} has no picture", row.filename));
        }
    }
    Ok(())
}

/// What is kept as a number is what a count gives.
fn counts(
    folder: &Path,
    engine: &Engine,
    rows: &[DocumentRow],
    faults: &mut Vec<String>,
) -> Result<(), Error> {
    let snapshot = engine.snapshot()?;
    let database = Connection::open(library(folder).join("library.sqlite"))?;
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, u32>(0));
    let ledger = engine.ledger_counts()?;
    for (what, said, counted) in [
        ("jobs", snapshot.status.total, count("SELECT count(*) FROM job")?),
        ("completed jobs", snapshot.status.completed, count("SELECT count(*) FROM job WHERE state = 3")?),
        ("failed jobs", snapshot.status.failed, count("SELECT count(*) FROM job WHERE state = 4")?),
        ("jobs at work", snapshot.status.processing, 0),
        ("documents", snapshot.counts.all, rows.len() as u32),
        ("documents at work", snapshot.counts.working, 0),
        ("lines of the ledger", ledger.seen, count("SELECT count(*) FROM ledger")?),
    ] {
        if said != counted {
            faults.push(format!("{what}: {said} by the counts, {counted} when counted"));
        }
    }
    Ok(())
}
