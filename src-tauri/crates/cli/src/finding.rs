//! Commands that find documents and write them out.

use std::path::PathBuf;

use papertray_engine::{Engine, ExportFormat};
use papertray_model::DocumentId;
use serde_json::json;

use crate::{commands::Result, output::Output};

/// Of one document so many places are named.
const HITS: usize = 50;

pub(crate) fn search(engine: &Engine, words: &[String], limit: u32, output: &Output) -> Result<()> {
    let text = words.join(" ");
    for found in engine.search(&text, limit, HITS)? {
        let row = &found.row;
        let answer = json!({
            "document_id": row.document_id, "file": row.file, "display_name": row.display_name,
            "score": found.score, "hits": found.hits.hits, "more_hits": found.hits.more,
        });
        output.answer(&answer, || {
            let name = row.display_name.as_deref().unwrap_or(&row.filename);
            let hits = found
                .hits
                .hits
                .iter()
                .take(3)
                .map(|hit| format!("\n    page {}: {}", hit.page_number, hit.snippet));
            format!("{}  {name}{}", row.document_id, hits.collect::<String>())
        });
    }
    Ok(())
}

pub(crate) async fn export(
    engine: &Engine,
    documents: Vec<DocumentId>,
    format: ExportFormat,
    columns: Vec<String>,
    out: PathBuf,
    output: &Output,
) -> Result<()> {
    let written = engine.export(documents, format, columns, out).await?;
    output.answer(&written, || {
        written.files.iter().map(|file| file.to_string_lossy().into_owned()).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

pub(crate) async fn backup(engine: &Engine, file: PathBuf, output: &Output) -> Result<()> {
    let done = engine.backup(file).await?;
    output.answer(&done, || format!("{}: {} files, {} bytes", done.file.display(), done.files, done.bytes));
    Ok(())
}

/// Into a folder that holds no library yet.
pub(crate) async fn restore(file: PathBuf, library: PathBuf, output: &Output) -> Result<()> {
    let done = papertray_engine::restore_backup(file, library).await?;
    output.answer(&done, || format!("{}: {} files restored", done.library.display(), done.files));
    Ok(())
}

/// Afterwards commands that name no library find it at its new place.
pub(crate) async fn move_library(engine: &Engine, folder: PathBuf, output: &Output) -> Result<()> {
    let moved = engine.move_library(folder, papertray_engine::MoveProgress::default()).await?;
    let places = papertray_engine::places()?;
    // One that was named by hand is not the usual one: whoever named it names its new place.
    if places.library().is_ok_and(|usual| usual == moved.left) {
        places.set(&moved.library, Some(&moved.left))?;
    }
    output.answer(&moved, || {
        format!(
            "{}: {} files, {} bytes; the old one is still in {}",
            moved.library.display(),
            moved.files,
            moved.bytes,
            moved.left.display()
        )
    });
    Ok(())
}
