//! Writes documents out: a table, JSON, or the originals. A file appears whole or not at all.

mod searchable;
mod sheet;
mod table;

use std::path::{Path, PathBuf};

use papertray_model::{DocumentId, ErrorCode, ExportFormat, ExportPreset, UserError};
use serde::Serialize;
use serde_json::{Value, json};

use table::Table;
pub use table::USUAL_COLUMNS;

use crate::{Engine, Result, blocking, content::plain_name, errors};

const PRESETS: &str = "export_presets";

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// The files, absolute or as they were named.
    pub files: Vec<PathBuf>,
    /// How many documents are in them.
    pub documents: usize,
}

impl Engine {
    /// Writes documents, in this order, to `out`: a file, for originals a folder. `columns`: which, in order; none: the
    /// usual ones. An existing file is replaced.
    pub async fn export(
        &self,
        ids: Vec<DocumentId>,
        format: ExportFormat,
        columns: Vec<String>,
        out: PathBuf,
    ) -> Result<Exported> {
        if format == ExportFormat::Pdf {
            return self.export_searchable(&ids, &out).await;
        }
        let engine = self.clone();
        blocking(move || engine.write_export(&ids, format, &columns, &out)).await?
    }

    fn write_export(
        &self,
        ids: &[DocumentId],
        format: ExportFormat,
        columns: &[String],
        out: &Path,
    ) -> Result<Exported> {
        let documents = ids.len();
        let files = match format {
            ExportFormat::Json => {
                let text = self.export_json(ids, columns)?;
                vec![whole(out, Readers::AsUsual, |file| fs_err::write(file, text))?]
            }
            ExportFormat::Csv => {
                let table = self.table(ids, columns)?;
                let mut files =
                    vec![whole(out, Readers::AsUsual, |file| fs_err::write(file, table.documents_csv()))?];
                if let Some(lines) = table.lines_csv() {
                    files.push(whole(&beside(out), Readers::AsUsual, |file| fs_err::write(file, lines))?);
                }
                files
            }
            ExportFormat::Xlsx => {
                let table = self.table(ids, columns)?;
                vec![whole(out, Readers::AsUsual, |file| sheet::write(&table, file))?]
            }
            ExportFormat::Original => self.export_originals(ids, out)?,
            ExportFormat::Pdf => return Err(errors::internal(&"a searchable copy is made elsewhere")),
        };
        Ok(Exported { files, documents })
    }

    /// Documents as text for the clipboard: cells parted by tabs, as tables take them in.
    pub async fn export_text(&self, ids: Vec<DocumentId>, columns: Vec<String>) -> Result<String> {
        let engine = self.clone();
        blocking(move || Ok(engine.table(&ids, &columns)?.documents_tsv())).await?
    }

    fn export_json(&self, ids: &[DocumentId], columns: &[String]) -> Result<String> {
        let found: Vec<Value> = if columns.is_empty() {
            ids.iter().map(|id| Ok(json!(self.reading(*id, false)?))).collect::<Result<_>>()?
        } else {
            let table = self.table(ids, columns)?;
            table.objects()
        };
        serde_json::to_string_pretty(&found).map_err(|e| errors::internal(&e))
    }

    fn table(&self, ids: &[DocumentId], columns: &[String]) -> Result<Table> {
        let found = self.shared.store.read(|r| Table::read(r, ids, columns)).map_err(errors::store)?;
        found.ok_or_else(errors::no_document)
    }

    fn export_originals(&self, ids: &[DocumentId], folder: &Path) -> Result<Vec<PathBuf>> {
        fs_err::create_dir_all(folder).map_err(|e| cannot_write(folder, &e))?;
        let mut files = vec![];
        for id in ids {
            let (row, stored) = (self.document(*id)?, self.stored_file(*id)?);
            let to = free_name(folder, &plain_name(&row.filename));
            files.push(whole(&to, Readers::AsUsual, |file| fs_err::copy(&stored, file).map(drop))?);
        }
        Ok(files)
    }

    /// What a person keeps of how they export.
    pub fn export_presets(&self) -> Result<Vec<ExportPreset>> {
        Ok(self.shared.store.read(|r| r.setting(PRESETS)).map_err(errors::store)?.unwrap_or_default())
    }

    /// Keeps these, in place of those before.
    pub async fn set_export_presets(&self, presets: Vec<ExportPreset>) -> Result<()> {
        self.shared.store.write(move |w| w.set_setting(PRESETS, &presets)).await.map_err(errors::store)
    }
}

/// `a.csv` → `a-lines.csv`.
fn beside(out: &Path) -> PathBuf {
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let extension = out.extension().map_or_else(|| "csv".into(), |e| e.to_string_lossy());
    out.with_file_name(format!("{stem}-lines.{extension}"))
}

/// This name in the folder, or the first like it that nothing there has.
fn free_name(folder: &Path, name: &str) -> PathBuf {
    let mut to = folder.join(name);
    let mut n = 2;
    while to.exists() {
        to = folder.join(numbered(name, n));
        n += 1;
    }
    to
}

/// `a.pdf` → `a (2).pdf`.
fn numbered(name: &str, n: u32) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{stem} ({n}).{extension}"),
        _ => format!("{name} ({n})"),
    }
}

/// Who may read a file that is written out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whoever may read the person's other files.
    AsUsual,
    /// The person alone.
    Owner,
}

/// Writes beside `out` and gives the file its name when it is whole.
pub(crate) fn whole(
    out: &Path,
    readers: Readers,
    write: impl FnOnce(&Path) -> std::io::Result<()>,
) -> Result<PathBuf> {
    let folder = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = tempfile::Builder::new().prefix(".papertray-").tempfile_in(folder).and_then(|temporary| {
        let path = temporary.into_temp_path();
        write(&path)?;
        // A temporary file is private; what a person exports has the rights of their other files.
        #[cfg(unix)]
        if readers == Readers::AsUsual {
            use std::os::unix::fs::PermissionsExt as _;
            fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o644))?;
        }
        path.persist(out).map_err(|e| e.error)
    });
    written.map_err(|e| cannot_write(out, &e))?;
    Ok(out.to_owned())
}

pub(crate) fn cannot_write(path: &Path, error: &std::io::Error) -> UserError {
    let code = match error.kind() {
        std::io::ErrorKind::PermissionDenied => ErrorCode::PermissionDenied,
        std::io::ErrorKind::StorageFull => ErrorCode::DiskFull,
        std::io::ErrorKind::NotFound => ErrorCode::NotFound,
        _ => ErrorCode::Io,
    };
    UserError::new(
        code,
        format!("`{}` could not be written: {error}. Nothing was changed.", path.display()),
        "Choose another place, or free some space there.",
    )
}
