//! Reading a document again from its stored original because a person asks for it: before all others, and only so
//! often.

use papertray_model::{
    DocumentId, DocumentStatus, ErrorCode, JobId, JobKind, Priority, ReadMode, Timestamp, UserError,
    queue::Refreshed,
};
use papertray_store::{ActLimit, Enqueued, NewJob};

use crate::{Engine, Result, errors, jobs::read_document::Payload};

const REFRESH: ActLimit = ActLimit { action: "refresh", times: 5, within_ms: 300_000 };

/// What became of asking.
enum Asked {
    Queued(JobId),
    InWork(JobId),
    NotBefore(Timestamp),
}

impl Engine {
    /// Reads a document anew, every page of it. Refused where it is being read already, and more often than five
    /// times in five minutes; the refusal says when it may be asked for again.
    pub async fn refresh(&self, id: DocumentId) -> Result<Refreshed> {
        self.queue_reading(id, None).await
    }

    /// Reads one page anew, from 1, in a mode of its own; the other pages stay, and all are understood together again. The
    /// same bounds hold as for a whole document.
    pub async fn refresh_page(&self, id: DocumentId, number: u32, mode: ReadMode) -> Result<Refreshed> {
        let known = self.shared.store.read(|r| r.page_reading(id, number)).map_err(errors::store)?;
        if known.is_none() {
            return Err(UserError::new(
                ErrorCode::UnknownId,
                format!("There is no page {number} that was read."),
                "Ask for another page, or refresh the whole document.",
            ));
        }
        self.queue_reading(id, Some((number, mode))).await
    }

    async fn queue_reading(&self, id: DocumentId, page: Option<(u32, ReadMode)>) -> Result<Refreshed> {
        let row = self.document(id)?;
        self.stored_file(id)?;
        let payload = Payload { password: None, page };
        let payload = page.map(|_| serde_json::to_string(&payload)).transpose();
        let payload = payload.map_err(|e| errors::internal(&e))?;
        let now = self.shared.clock.now();
        let asked = self
            .shared
            .store
            .write(move |w| {
                let owner = id.to_string();
                if let Some(again) = w.allowed_again(&REFRESH, &owner, now)? {
                    return Ok(Asked::NotBefore(again));
                }
                let job = NewJob::new(JobKind::ReadDocument, id);
                let job = NewJob { priority: Priority::High, payload, ..job };
                match w.enqueue(&job, now)? {
                    Enqueued::AlreadyQueued(job) => Ok(Asked::InWork(job)),
                    Enqueued::New(job) => {
                        if page.is_none() {
                            w.forget_page_cache(id)?;
                        }
                        w.set_status(id, DocumentStatus::Uploading, None, now)?;
                        w.record_act(REFRESH.action, &owner, Some(job), now)?;
                        Ok(Asked::Queued(job))
                    }
                }
            })
            .await
            .map_err(errors::store)?;
        match asked {
            Asked::Queued(job) => {
                self.shared.log(id, Some(job), "info", "refresh queued".to_owned()).await?;
                self.shared.queue.wake_all();
                self.shared.job_changed(job);
                Ok(Refreshed {
                    job_id: job,
                    status: "queued".to_owned(),
                    message: format!("{} refresh queued successfully", row.filename),
                })
            }
            Asked::InWork(job) => Err(UserError::new(
                ErrorCode::WrongState,
                format!("`{}` is already being processed (job {job}).", row.filename),
                "Wait until it is done, or cancel it first.",
            )),
            Asked::NotBefore(again) => Err(UserError::new(
                ErrorCode::RateLimited,
                format!("`{}` was refreshed five times in five minutes. Rate limit exceeded.", row.filename),
                format!("It may be refreshed again in {} s.", again.since(now).div_ceil(1000).max(1)),
            )),
        }
    }

    /// When a document was refreshed and the job that did it, newest first.
    pub fn refreshes(&self, id: DocumentId) -> Result<Vec<(Timestamp, Option<JobId>)>> {
        self.document(id)?;
        self.shared.store.read(|r| r.acts(REFRESH.action, &id.to_string())).map_err(errors::store)
    }
}
