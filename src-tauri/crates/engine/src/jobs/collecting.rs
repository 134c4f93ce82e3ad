//! What the works of a collection share: phases that are told and kept, and documents that are read first.

use std::{sync::Arc, time::Duration};

use papertray_model::{
    BlobHash, CollectionId, DocumentId, DocumentRow, DocumentStatus, EngineEvent, ErrorCode, PagePicture,
    PageReading, Sheet, UserError, collection::InputRole,
};
use papertray_reader::OpenOptions;
use papertray_store::{Claimed, LogLine, Work};
use papertray_understand::linesheet::LinesheetInput;
use serde::{Serialize, de::DeserializeOwned};

use super::{Failure, extract};
use crate::{Shared, errors, progress::Reporter, queue::LEASE_MS, sheaf::Sheaf};

/// A document that is being read is looked at again after this time, where no event comes before.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// One run of a collection's work.
pub(crate) struct Run<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) job: &'a Claimed,
    pub(crate) id: CollectionId,
    work: Work,
    phases: &'static [&'static str],
    progress: Reporter<'a>,
}

/// A document of a collection, with what was taken out of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Source {
    pub(crate) document: DocumentId,
    #[serde(skip)]
    pub(crate) filename: String,
    pub(crate) pages: Vec<PageReading>,
    pub(crate) pictures: Vec<PagePicture>,
    pub(crate) sheets: Vec<Sheet>,
}

impl Source {
    pub(crate) fn as_linesheet(&self) -> LinesheetInput<'_> {
        LinesheetInput {
            document: self.document,
            pages: &self.pages,
            pictures: &self.pictures,
            sheets: &self.sheets,
        }
    }

    /// Whether anything on it can be understood.
    pub(crate) fn says_something(&self) -> bool {
        self.pages.iter().any(|p| !p.words.is_empty()) || self.sheets.iter().any(|s| !s.cells.is_empty())
    }
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        shared: &'a Shared,
        job: &'a Claimed,
        work: Work,
        phases: &'static [&'static str],
    ) -> Self {
        Self { shared, job, id: job.owner.collection(), work, phases, progress: Reporter::new(shared, job) }
    }

    fn name(&self, phase: u32) -> &'static str {
        self.phases.get(phase as usize - 1).copied().unwrap_or_default()
    }

    /// The run enters a phase, from 1.
    pub(crate) async fn phase(&self, phase: u32) -> Result<(), Failure> {
        let (id, work, restarted) = (self.id, self.work, self.job.restarted);
        let (job, token, now) = (self.job.id, self.job.token.clone(), self.shared.clock.now());
        let line = LogLine {
            at: now,
            document_id: None,
            job_id: Some(job),
            level: "info".to_owned(),
            message: format!("phase {phase} of {}: {}", self.phases.len(), self.name(phase)),
        };
        tracing::info!("[{id}] job {job}: {}", line.message);
        self.shared
            .store
            .write(move |w| {
                w.holds(job, &token)?;
                w.begin_phase(id, work, phase, restarted)?;
                w.log(&line)?;
                w.got_further(job, &token, now, LEASE_MS)
            })
            .await?;
        self.shared.events.send(EngineEvent::CollectionsChanged { ids: vec![id] });
        self.at(phase, 0, 0).await
    }

    /// How far a phase is; fails where the run was stopped.
    pub(crate) async fn at(&self, phase: u32, n: u32, total: u32) -> Result<(), Failure> {
        self.progress.set(self.name(phase), n, total).await
    }

    /// What a phase gives: kept from an earlier run where that was made from the same, else made now and kept.
    pub(crate) async fn kept<T, F>(&self, phase: u32, hash: &str, make: F) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned + Clone + Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let (id, work) = (self.id, self.work);
        // A result of an earlier version may have another shape: it is made anew.
        if let Ok(Some(kept)) = self.shared.store.read(|r| r.phase_result(id, work, phase, hash)) {
            return Ok(kept);
        }
        let made = crate::blocking(make).await?;
        let (job, token, now) = (self.job.id, self.job.token.clone(), self.shared.clock.now());
        let (kept, hash) = (made.clone(), hash.to_owned());
        self.shared
            .store
            .write(move |w| {
                w.holds(job, &token)?;
                w.put_phase_result(id, work, phase, &hash, &kept)?;
                w.got_further(job, &token, now, LEASE_MS)
            })
            .await?;
        Ok(made)
    }

    /// A line for the job's log.
    pub(crate) async fn note(&self, message: String) -> Result<(), Failure> {
        tracing::info!("[{}] job {}: {message}", self.id, self.job.id);
        let line = LogLine {
            at: self.shared.clock.now(),
            document_id: None,
            job_id: Some(self.job.id),
            level: "info".to_owned(),
            message,
        };
        Ok(self.shared.store.write(move |w| w.log(&line)).await?)
    }

    /// Has documents read where they are not, waits for that, and takes pictures and sheets out of them. What goes wrong
    /// with one of `needed` ends the run; others are left as they are.
    pub(crate) async fn take_out(
        &self,
        phase: u32,
        inputs: &[(DocumentId, InputRole)],
        needed: InputRole,
    ) -> Result<(), Failure> {
        for (n, (document, role)) in (0_u32..).zip(inputs) {
            self.at(phase, n, inputs.len() as u32).await?;
            match self.take_out_one(phase, *document).await {
                Err(Failure::Error(e)) if *role != needed => {
                    tracing::warn!("[{}] {document} is left out for now: {e}", self.id);
                }
                outcome => outcome?,
            }
        }
        Ok(())
    }

    async fn take_out_one(&self, phase: u32, id: DocumentId) -> Result<(), Failure> {
        let (hash, mime, row) = self.stored(phase, id).await?;
        let named = |e: UserError| Failure::Error(about(&row.filename, &e));
        let has_pages = mime == "application/pdf" || mime.starts_with("image/");
        let path = self.shared.store.blobs().path(&hash);
        if !has_pages {
            if !self.shared.store.read(|r| extract::stored_sheets(r, id, &hash))?.is_empty() {
                return Ok(());
            }
            let options = OpenOptions { password: None, file_name: Some(row.filename.clone()) };
            let mut document = self.shared.pool.open(&path, options).await.map_err(|e| named(e.into()))?;
            if !document.kind().has_cells() {
                return Err(named(UserError::new(
                    ErrorCode::UnsupportedType,
                    "It is neither a PDF, a picture nor a list of goods.",
                    "Add a PDF, a workbook (XLSX, XLS, ODS) or a CSV file.",
                )));
            }
            let read = extract::sheets(self.shared, self.job, id, &mut document, &hash).await;
            return read.map_err(|failure| match failure {
                Failure::Error(e) => named(e),
                other => other,
            });
        }
        let pages = self.until_read(phase, id).await?;
        if extract::has_pages(self.shared, id, &hash, pages)? {
            return Ok(());
        }
        let options = OpenOptions { password: None, file_name: Some(row.filename.clone()) };
        let document = self.shared.pool.open(&path, options.clone()).await.map_err(|e| named(e.into()))?;
        let leaves = self.shared.store.read(|r| r.leaves(id))?;
        let mut sheaf = Sheaf::new(hash.clone(), document, options, leaves);
        let total = sheaf.count();
        for page in 1..=total {
            self.at(phase, page - 1, total).await?;
            extract::page(self.shared, self.job, id, &mut sheaf, &hash, page).await?;
        }
        Ok(())
    }

    /// Waits until a document's file is stored.
    async fn stored(&self, phase: u32, id: DocumentId) -> Result<(BlobHash, String, DocumentRow), Failure> {
        loop {
            let found = self.shared.store.read(|r| Ok((r.document(id)?, r.document_file(id)?)))?;
            match found {
                (Some(row), Some((Some(hash), mime))) => return Ok((hash, mime, row)),
                (Some(row), Some((None, _))) if row.status != DocumentStatus::Failed => {
                    self.at(phase, 0, 0).await?;
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
                (Some(row), _) => {
                    let why = row.error.clone().unwrap_or_else(errors::no_document);
                    return Err(Failure::Error(about(&row.filename, &why)));
                }
                (None, _) => {
                    return Err(Failure::Error(UserError::new(
                        ErrorCode::NotFound,
                        "A document of this collection is in the trash.",
                        "Restore it, or take it out of the collection, then process again.",
                    )));
                }
            }
        }
    }

    /// Waits until a document is read; answers how many pages it has. It is read by its own job, which other work may
    /// wait for too; this run holds no reader meanwhile.
    async fn until_read(&self, phase: u32, id: DocumentId) -> Result<u32, Failure> {
        let mut events = self.shared.events.subscribe();
        loop {
            let Some(row) = self.shared.store.read(|r| r.document(id))? else {
                return Err(Failure::Error(errors::no_document()));
            };
            match row.status {
                DocumentStatus::OcrComplete | DocumentStatus::Partial => {
                    return Ok(row.page_count.unwrap_or(0));
                }
                DocumentStatus::Failed | DocumentStatus::Cancelled => {
                    let why = row.error.clone().unwrap_or_else(|| {
                        UserError::new(ErrorCode::WrongState, "Reading it was cancelled.", "Process again.")
                    });
                    return Err(Failure::Error(about(&row.filename, &why)));
                }
                DocumentStatus::Uploading | DocumentStatus::Processing => {}
            }
            let (n, total) =
                row.job.and_then(|job| job.progress).map_or((0, 0), |progress| (progress.n, progress.total));
            self.at(phase, n, total).await?;
            if self.shared.is_paused() {
                return Err(Failure::GivenBack);
            }
            let _ = tokio::time::timeout(LOOK_AGAIN, events.next()).await;
        }
    }

    /// Documents with what was taken out of them.
    pub(crate) async fn load(&self, documents: Vec<DocumentId>) -> Result<Arc<Vec<Source>>, Failure> {
        let store = self.shared.store.clone();
        let load = crate::blocking(move || {
            store.read(|r| {
                let mut sources = vec![];
                for id in documents {
                    sources.push(load_one(r, id)?);
                }
                Ok(Arc::new(sources))
            })
        });
        Ok(load.await??)
    }
}

pub(crate) fn load_one(r: &papertray_store::Read<'_>, id: DocumentId) -> papertray_store::Result<Source> {
    let row = r.require_document(id)?;
    let hash = r.document_file(id)?.and_then(|(hash, _)| hash);
    let mut source =
        Source { document: id, filename: row.filename, pages: vec![], pictures: vec![], sheets: vec![] };
    let Some(hash) = hash else { return Ok(source) };
    source.sheets = extract::stored_sheets(r, id, &hash)?;
    if source.sheets.is_empty() {
        for page in r.pages(id)? {
            let number = page.summary.page_number;
            let (_, key) = extract::upright(r, id, &hash, number)?;
            source.pictures.extend(r.page_pictures(id, number, &key)?.unwrap_or_default());
            source.pages.extend(r.page_reading(id, number)?);
        }
    }
    Ok(source)
}

/// An error that names its file; where a password helps, where to give it.
pub(crate) fn about(filename: &str, error: &UserError) -> UserError {
    let hint = match error.code {
        ErrorCode::Encrypted | ErrorCode::WrongPassword if filename.to_lowercase().ends_with(".pdf") => {
            "Give its password in the Inbox, then process again.".to_owned()
        }
        _ => error.hint.clone(),
    };
    UserError::new(error.code, format!("`{filename}`: {}", error.message), hint)
}

/// A hash over anything that can be written as JSON.
pub(crate) fn hash_of(value: &impl Serialize) -> String {
    let bytes = serde_json::to_vec(value).unwrap_or_default();
    blake3::hash(&bytes).to_hex()[..32].to_owned()
}
