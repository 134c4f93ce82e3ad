//! Verbs that steer single jobs: cancel, set aside, move, retry, regenerate. Pauses of the whole queue are in `pause`.

use std::time::Duration;

use papertray_model::{
    DocumentId, DocumentRow, DocumentStatus, ErrorCode, Job, JobId, JobKind, JobState, MetadataState,
    Priority, Timestamp, UserError,
};
use papertray_store::{Enqueued, NewJob, PendingCopy, Read, StopOutcome, Write};

use crate::{Engine, Result, collections, documents::wrong_state, errors, intake, jobs::Payload};

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
        let (outcome, document) = self
            .shared
            .store
            .write(move |w| {
                let outcome = w.cancel_job(id, now)?;
                let job = w.job(id)?.ok_or(papertray_store::StoreError::NotFound("job"))?;
                if outcome == StopOutcome::Done {
                    mark_cancelled(w, &job, now)?;
                }
                Ok((outcome, (!job.kind.is_of_collection()).then(|| job.owner.document())))
            })
            .await
            .map_err(errors::store)?;
        match outcome {
            StopOutcome::Over(_) => return Ok(CancelReport::NothingToCancel),
            StopOutcome::Asked => self.shared.queue.stop(id),
            StopOutcome::Done => {
                if let Some(document) = document {
                    self.shared.log(document, Some(id), "info", "Processing cancelled".to_owned()).await?;
                }
                self.shared.job_changed(id);
            }
        }
        self.changed(document.into_iter().collect());
        Ok(CancelReport::Cancelled)
    }

    /// Stops everything that runs or waits; answers how many jobs.
    pub async fn cancel_all(&self) -> Result<u32> {
        let now = self.shared.clock.now();
        let (asked, owners) = self
            .shared
            .store
            .write(move |w| {
                let (mut asked, mut owners) = (vec![], vec![]);
                for id in w.open_jobs()? {
                    let Some(job) = w.job(id)? else { continue };
                    match w.cancel_job(id, now)? {
                        StopOutcome::Done => mark_cancelled(w, &job, now)?,
                        StopOutcome::Asked => asked.push(id),
                        StopOutcome::Over(_) => {}
                    }
                    owners.push(job.owner.document());
                }
                Ok((asked, owners))
            })
            .await
            .map_err(errors::store)?;
        for id in asked {
            self.shared.queue.stop(id);
        }
        let count = u32::try_from(owners.len()).unwrap_or(u32::MAX);
        tracing::info!("Processing cancelled: {count} jobs");
        self.changed(owners);
        Ok(count)
    }

    /// Sets a job aside until [`Engine::resume_job`], also across restarts; what is read is kept.
    pub async fn pause_job(&self, id: JobId) -> Result<()> {
        match self.shared.store.write(move |w| w.set_job_aside(id)).await.map_err(errors::store)? {
            StopOutcome::Done => {}
            StopOutcome::Asked => self.shared.queue.stop(id),
            StopOutcome::Over(state) => return Err(job_over(id, state)),
        }
        self.shared.job_changed(id);
        Ok(())
    }

    /// Lets a job that was set aside go on.
    pub async fn resume_job(&self, id: JobId) -> Result<()> {
        let resumed = self.shared.store.write(move |w| w.resume_job(id)).await.map_err(errors::store)?;
        self.waits_again(id, resumed)
    }

    /// Puts a waiting job before all others; one that waits for its time begins now.
    pub async fn run_next(&self, id: JobId) -> Result<()> {
        let now = self.shared.clock.now();
        let moved = self.shared.store.write(move |w| w.run_next(id, now)).await.map_err(errors::store)?;
        self.waits_again(id, moved)
    }

    fn waits_again(&self, id: JobId, changed: bool) -> Result<()> {
        if changed {
            self.shared.queue.wake_all();
            self.shared.job_changed(id);
            return Ok(());
        }
        let job = self.shared.store.read(|r| r.job(id)).map_err(errors::store)?;
        Err(job.map_or_else(|| errors::no_job(id), |job| job_over(id, job.status)))
    }

    /// Tries every standing failure of one cause again, or of every cause that may pass by itself; answers how many.
    pub async fn retry_failed(&self, code: Option<ErrorCode>) -> Result<u32> {
        let failed = self.shared.store.read(|r| r.standing_failures(code)).map_err(errors::store)?;
        let now = self.shared.clock.now();
        let retried = self
            .shared
            .store
            .write(move |w| {
                let mut retried = vec![];
                for id in failed {
                    if !w.retry_job(id, true, None)? {
                        continue; // it went on meanwhile
                    }
                    let Some(job) = w.job(id)? else { continue };
                    let document = job.owner.document();
                    match job.kind {
                        JobKind::ReadDocument => {
                            w.set_status(document, DocumentStatus::Uploading, None, now)?;
                        }
                        JobKind::DescribeDocument => {
                            w.set_metadata_state(document, MetadataState::Pending, now)?;
                        }
                        JobKind::ProcessCollection | JobKind::GenerateItems | JobKind::GenerateDeck => {
                            collections::mark(
                                w,
                                job.kind,
                                job.owner.collection(),
                                JobState::Pending,
                                None,
                                now,
                            )?;
                        }
                        JobKind::SendWebhook | JobKind::SendMail => {}
                    }
                    retried.push((document, w.batch_of(document)?));
                }
                Ok(retried)
            })
            .await
            .map_err(errors::store)?;
        for batch in retried.iter().filter_map(|(_, batch)| *batch) {
            self.shared.queue.reopen_batch(batch);
        }
        self.shared.queue.wake_all();
        let count = u32::try_from(retried.len()).unwrap_or(u32::MAX);
        self.changed(retried.into_iter().map(|(owner, _)| owner).collect());
        Ok(count)
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
            .map(|password| serde_json::to_string(&Payload { password: Some(password), page: None }))
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
                        &NewJob {
                            priority: Priority::High,
                            payload,
                            ..NewJob::new(JobKind::ReadDocument, id)
                        },
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
                let job = NewJob { priority: Priority::High, ..NewJob::new(JobKind::DescribeDocument, id) };
                w.enqueue(&job, now)
            })
            .await
            .map_err(errors::store)?;
        let (Enqueued::New(job) | Enqueued::AlreadyQueued(job)) = queued;
        self.shared.queue.wake_all();
        self.shared.job_changed(job);
        Ok(job)
    }

    /// Waits until every added file is stored (or has failed).
    pub async fn stored(&self) -> Result<()> {
        self.wait_until(|r| Ok(r.pending_copies()?.is_empty())).await
    }

    /// Waits until no job is ready, running or due within `soon_ms`; returns at once while the queue is paused.
    pub async fn idle(&self, soon_ms: i64) -> Result<()> {
        self.wait_until(|r| {
            let soon = self.shared.clock.now().plus_ms(soon_ms);
            let work = r.has_work(soon)? && self.paused().is_none();
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

/// A job that had not begun was cancelled.
fn mark_cancelled(w: &Write<'_>, job: &Job, now: Timestamp) -> papertray_store::Result<()> {
    if job.kind.is_of_collection() {
        collections::mark(w, job.kind, job.owner.collection(), JobState::Cancelled, None, now)
    } else if job.kind == JobKind::ReadDocument {
        w.set_status(job.owner.document(), DocumentStatus::Cancelled, None, now)
    } else {
        Ok(())
    }
}

fn job_over(id: JobId, state: JobState) -> UserError {
    UserError::new(
        ErrorCode::WrongState,
        format!("Job {id} is `{}`, so this does not apply.", state.as_str()),
        "",
    )
}
