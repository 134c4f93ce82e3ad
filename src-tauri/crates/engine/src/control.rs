//! Verbs that steer the queue: cancel, retry, regenerate, pause.

use std::{sync::atomic::Ordering, time::Duration};

use papertray_model::{
    DocumentId, DocumentRow, DocumentStatus, ErrorCode, JobId, JobKind, JobState, MetadataState, Priority,
    Settings, UserError,
};
use papertray_store::{CancelOutcome, Enqueued, NewJob, PendingCopy, Read};

use crate::{Engine, Result, SETTINGS, documents::wrong_state, errors, intake, jobs::Payload};

/// What a cancel did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelReport {
    /// The work is over, or was told to stop and will be over in a moment.
    Cancelled,
    /// Nothing was at work or waiting.
    NothingToCancel,
}

impl Engine {
    /// Stops whatever works on a document or waits for it.
    pub async fn cancel_document(&self, id: DocumentId) -> Result<CancelReport> {
        self.document(id)?;
        let open = self.shared.store.read(|r| r.jobs_of(id)).map_err(errors::store)?;
        let mut report = CancelReport::NothingToCancel;
        for job in open.iter().filter(|job| !job.status.is_over()) {
            if self.cancel_job(job.id).await? == CancelReport::Cancelled {
                report = CancelReport::Cancelled;
            }
        }
        Ok(report)
    }

    /// Stops one job.
    pub async fn cancel_job(&self, id: JobId) -> Result<CancelReport> {
        let now = self.shared.clock.now();
        let (outcome, owner) = self
            .shared
            .store
            .write(move |w| {
                let outcome = w.cancel_job(id, now)?;
                let job = w.job(id)?.ok_or(papertray_store::StoreError::NotFound("job"))?;
                if outcome == CancelOutcome::Cancelled && job.kind == JobKind::ReadDocument {
                    w.set_status(job.owner, DocumentStatus::Cancelled, None, now)?;
                }
                Ok((outcome, job.owner))
            })
            .await
            .map_err(errors::store)?;
        match outcome {
            CancelOutcome::AlreadyOver(_) => return Ok(CancelReport::NothingToCancel),
            CancelOutcome::Asked => self.shared.queue.stop(id),
            CancelOutcome::Cancelled => {
                self.shared.log(owner, Some(id), "info", "Processing cancelled".to_owned()).await?;
                self.shared.job_changed(id);
            }
        }
        self.changed(vec![owner]);
        Ok(CancelReport::Cancelled)
    }

    /// Reads a failed, cancelled or partly read document again; what was read is not read twice. With `anyway`, also
    /// one that used up its retries.
    pub async fn retry(&self, id: DocumentId, anyway: bool) -> Result<JobId> {
        let row = self.document(id)?;
        if row.status == DocumentStatus::OcrComplete {
            if row.metadata == MetadataState::Failed {
                return self.regenerate(id).await;
            }
            return Err(wrong_state(&row, "It is read. Use Regenerate for its name, tags and summary."));
        }
        self.read_again(row, anyway, None).await
    }

    /// Gives the password of an encrypted file and reads it.
    pub async fn unlock(&self, id: DocumentId, password: String) -> Result<JobId> {
        let row = self.document(id)?;
        let locked = row
            .error
            .as_ref()
            .is_some_and(|e| matches!(e.code, ErrorCode::Encrypted | ErrorCode::WrongPassword));
        if row.status != DocumentStatus::Failed || !locked {
            return Err(wrong_state(&row, "Only a file that needs a password can be unlocked."));
        }
        self.read_again(row, true, Some(password)).await
    }

    async fn read_again(&self, row: DocumentRow, anyway: bool, password: Option<String>) -> Result<JobId> {
        let id = row.document_id;
        let (stored, mime_type) = self
            .shared
            .store
            .read(|r| r.document_file(id))
            .map_err(errors::store)?
            .ok_or_else(errors::no_document)?;
        let now = self.shared.clock.now();
        if stored.is_none() {
            // The copy never ended: begin there.
            self.shared
                .store
                .write(move |w| w.set_status(id, DocumentStatus::Uploading, None, now))
                .await
                .map_err(errors::store)?;
            intake::copy_again(&self.shared, PendingCopy { id, source: row.file.into(), mime_type });
            return Err(UserError::new(
                ErrorCode::WrongState,
                "The file is being stored again; reading follows by itself.",
                "",
            ));
        }
        let payload = password
            .map(|password| serde_json::to_string(&Payload { password: Some(password) }))
            .transpose()
            .map_err(|e| errors::internal(&e))?;
        let queued = self
            .shared
            .store
            .write(move |w| {
                let last = w.jobs_of(id)?.into_iter().find(|job| job.kind == JobKind::ReadDocument);
                let job = match last {
                    Some(job) if matches!(job.status, JobState::Failed | JobState::Cancelled) => {
                        if !w.retry_job(job.id, anyway, payload.as_deref())? {
                            return Ok(None);
                        }
                        job.id
                    }
                    _ => match w.enqueue(
                        &NewJob { kind: JobKind::ReadDocument, owner: id, priority: Priority::High, payload },
                        now,
                    )? {
                        Enqueued::New(job) | Enqueued::AlreadyQueued(job) => job,
                    },
                };
                if w.job_state(job)? == Some(JobState::Pending) {
                    w.set_status(id, DocumentStatus::Uploading, None, now)?;
                }
                Ok(Some((job, w.batch_of(id)?)))
            })
            .await
            .map_err(errors::store)?;
        let Some((job, batch)) = queued else {
            return Err(UserError::new(
                ErrorCode::RetryLimit,
                format!(
                    "`{}` was tried four times and failed each time. It is stored and unchanged.",
                    row.filename
                ),
                "Choose Retry anyway to try it once more.",
            ));
        };
        if let Some(batch) = batch {
            self.shared.queue.reopen_batch(batch);
        }
        self.shared.log(id, Some(job), "info", "Restarting processing...".to_owned()).await?;
        self.shared.queue.wake_all();
        self.shared.job_changed(job);
        Ok(job)
    }

    /// Makes a read document's name, tags and summary anew; its steps are told as events.
    pub async fn regenerate(&self, id: DocumentId) -> Result<JobId> {
        let row = self.document(id)?;
        if !matches!(row.status, DocumentStatus::OcrComplete | DocumentStatus::Partial) {
            return Err(wrong_state(&row, "It must be read first."));
        }
        let now = self.shared.clock.now();
        let queued = self
            .shared
            .store
            .write(move |w| {
                w.set_metadata_state(id, MetadataState::Pending, now)?;
                w.enqueue(
                    &NewJob {
                        kind: JobKind::DescribeDocument,
                        owner: id,
                        priority: Priority::High,
                        payload: None,
                    },
                    now,
                )
            })
            .await
            .map_err(errors::store)?;
        let (Enqueued::New(job) | Enqueued::AlreadyQueued(job)) = queued;
        self.shared.queue.wake_all();
        self.shared.job_changed(job);
        Ok(job)
    }

    /// Stops taking up new work until [`Engine::resume`], also across restarts. What runs is finished.
    pub async fn pause(&self) -> Result<()> {
        self.set_paused(true).await
    }

    /// Takes up work again.
    pub async fn resume(&self) -> Result<()> {
        self.set_paused(false).await
    }

    /// Whether a person paused the queue.
    pub fn is_paused(&self) -> bool {
        self.shared.paused.load(Ordering::Acquire)
    }

    async fn set_paused(&self, paused: bool) -> Result<()> {
        let settings = Settings { paused, ..self.settings()? };
        self.shared.store.write(move |w| w.set_setting(SETTINGS, &settings)).await.map_err(errors::store)?;
        self.shared.paused.store(paused, Ordering::Release);
        self.shared.queue.wake_all();
        Ok(())
    }

    /// Waits until every added file is stored (or has failed).
    pub async fn stored(&self) -> Result<()> {
        self.wait_until(|r| Ok(r.pending_copies()?.is_empty())).await
    }

    /// Waits until no job is ready, running or due within `soon_ms`; returns at once while the queue is paused.
    pub async fn idle(&self, soon_ms: i64) -> Result<()> {
        self.wait_until(|r| {
            let soon = self.shared.clock.now().plus_ms(soon_ms);
            let work = r.has_work(soon)? && !self.is_paused();
            Ok(!work && r.pending_copies()?.is_empty())
        })
        .await
    }

    async fn wait_until(&self, reached: impl Fn(&Read<'_>) -> papertray_store::Result<bool>) -> Result<()> {
        let mut events = self.subscribe();
        while !self.shared.store.read(&reached).map_err(errors::store)? {
            // An event, or half a second as a net.
            let _ = tokio::time::timeout(Duration::from_millis(500), events.next()).await;
        }
        Ok(())
    }
}
