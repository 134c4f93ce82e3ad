//! Documents written out of the library.

use std::path::{Path, PathBuf};

use papertray_engine::Engine;
use papertray_model::{DocumentId, ErrorCode, UserError};
use serde_json::json;

use crate::{commands::Result, output::Output, usage::ExportFormat};

/// Writes documents to a file or into a folder; one that fails is named, the rest go on.
pub(crate) async fn export(
    engine: &Engine,
    documents: &[DocumentId],
    format: ExportFormat,
    out: &Path,
    output: &Output,
) -> Result<()> {
    if documents.len() > 1 && !out.is_dir() {
        return Err(UserError::new(
            ErrorCode::Usage,
            format!("`{}` is no folder, and several documents do not fit into one file.", out.display()),
            "Make the folder first.",
        ));
    }
    for document in documents {
        let written = match format {
            ExportFormat::Pdf => engine.export_searchable(*document, out).await,
            ExportFormat::Json => export_json(engine, *document, out),
        };
        match written {
            Ok(path) => output
                .answer(&json!({"document_id": document, "file": path}), || path.to_string_lossy().into_owned()),
            Err(error) => output.failed_input("document_id", &document.to_string(), &error),
        }
    }
    Ok(())
}

fn export_json(engine: &Engine, document: DocumentId, out: &Path) -> Result<PathBuf> {
    let io = |e: std::io::Error| UserError::new(ErrorCode::Io, format!("It could not be written: {e}."), "");
    let reading = engine.reading(document, true)?;
    let path = if out.is_dir() { out.join(format!("{document}.json")) } else { out.to_owned() };
    let text = serde_json::to_vec(&reading).map_err(|e| io(e.into()))?;
    std::fs::write(&path, text).map_err(io)?;
    Ok(path)
}
