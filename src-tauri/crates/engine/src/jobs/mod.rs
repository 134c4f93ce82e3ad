//! What jobs do, a file each, and how a run ends.

mod collecting;
mod describe_document;
mod extract;
mod generate_deck;
mod generate_items;
mod process_collection;
pub(crate) mod read_document;
mod tell_others;
mod unpack;

use papertray_model::{
    DocumentStatus, EngineEvent, JobKind, JobState, MetadataState, Timestamp, UserError,
    document::BatchSummary, job::Lane,
};
use papertray_reader::ReadError;
use papertray_store::{Claimed, Finish, LogLine, StoreError, Write};

pub(crate) use collecting::{Source, hash_of, load_one};
pub(crate) use read_document::Payload;

use crate::{Shared, collections, errors, retry};

/// Why a run did not reach its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A person stopped it, or another run took over.
    Stopped,
    /// Papertray stops; the work goes on at the next start.
    GivenBack,
    /// It failed.
    Error(UserError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Fenced => Self::Stopped,
            StoreError::Closed => Self::GivenBack,
            e => Self::Error(errors::store(e)),
        }
    }
}

impl From<UserError> for Failure {
    fn from(error: UserError) -> Self {
        Self::Error(error)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::Error(error.into())
    }
}

/// Runs a job. On success its result, and its end, are committed: one transaction holds both, and the claim of the job
/// that is answered.
pub(crate) async fn run(shared: &Shared, job: &Claimed) -> Result<Option<Claimed>, Failure> {
    match job.kind {
        JobKind::ReadDocument => read_document::run(shared, job).await,
        JobKind::DescribeDocument => describe_document::run(shared, job).await,
        JobKind::ProcessCollection => process_collection::run(shared, job).await,
        JobKind::GenerateItems => generate_items::run(shared, job).await,
        JobKind::GenerateDeck => generate_deck::run(shared, job).await,
        JobKind::SendWebhook | JobKind::SendMail => tell_others::run(shared, job).await,
    }
}

/// Commits what a run made together with its end, and claims the next job of its lane: a worker pays one commit a job.
pub(crate) async fn complete<F>(
    shared: &Shared,
    job: &Claimed,
    result: Option<String>,
    store: F,
) -> Result<Option<Claimed>, Failure>
where
    F: FnOnce(&Write<'_>) -> papertray_store::Result<()> + Send + 'static,
{
    let (job, now, next) = (job.clone(), shared.clock.now(), shared.next_claim(job.kind.lane()));
    let next = shared
        .store
        .write(move |w| {
            w.holds(job.id, &job.token)?;
            store(w)?;
            w.finish(job.id, &job.token, &Finish::Completed { result }, now)?;
            next.map_or(Ok(None), |claim| claim.make(w))
        })
        .await?;
    Ok(next)
}

/// Records how a run ended, where it did not record that itself; answers the job that was claimed with its end.
pub(crate) async fn settle(
    shared: &Shared,
    job: &Claimed,
    outcome: Result<Option<Claimed>, Failure>,
) -> Option<Claimed> {
    let now = shared.clock.now();
    let finish = match outcome {
        Ok(next) => {
            tell_batch_end(shared, job).await;
            return next;
        }
        Err(Failure::Stopped) => Finish::Stopped,
        Err(Failure::GivenBack) => Finish::GivenBack,
        Err(Failure::Error(error)) => retry::after_failure(job, error, now, retry::chance()),
    };
    let (claimed, ended) = (job.clone(), finish.clone());
    let written = shared.store.write(move |w| {
        let Some(state) = w.finish(claimed.id, &claimed.token, &ended, now)? else {
            return Ok(None); // whoever took over or finished first decides
        };
        w.log(&LogLine {
            at: now,
            document_id: (!claimed.kind.is_of_collection()).then(|| claimed.owner.document()),
            job_id: Some(claimed.id),
            level: if state == JobState::Failed { "error" } else { "info" }.to_owned(),
            message: end_message(&ended, state),
        })?;
        mark_owner(w, &claimed, &ended, state, now)?;
        Ok(Some(state))
    });
    match written.await {
        Ok(Some(state)) => {
            tracing::info!("[{}] job {}: {}", job.owner, job.id, end_message(&finish, state));
            tell_batch_end(shared, job).await;
        }
        Ok(None) => {}
        Err(e) => tracing::error!("[{}] job {}: its end could not be stored: {e}", job.owner, job.id),
    }
    shared.queue.rescheduled.notify_one();
    None
}

/// What a run's end means for its document or collection.
fn mark_owner(
    w: &Write<'_>,
    job: &Claimed,
    finish: &Finish,
    state: JobState,
    now: Timestamp,
) -> papertray_store::Result<()> {
    let document = job.owner.document();
    match (job.kind, state) {
        (JobKind::ProcessCollection | JobKind::GenerateItems | JobKind::GenerateDeck, _) => {
            let error = match finish {
                Finish::Failed { error } => Some(error),
                _ => None,
            };
            collections::mark(w, job.kind, job.owner.collection(), state, error, now)
        }
        (JobKind::ReadDocument, JobState::Cancelled) => {
            w.set_status(document, DocumentStatus::Cancelled, None, now)
        }
        (JobKind::ReadDocument, JobState::Failed) => {
            let error = match finish {
                Finish::Failed { error } => Some(error),
                _ => None,
            };
            w.set_status(document, DocumentStatus::Failed, error, now)
        }
        (JobKind::ReadDocument, _) => w.set_status(document, DocumentStatus::Uploading, None, now),
        // The metadata's failure only: the document stays as it is.
        (JobKind::DescribeDocument, JobState::Failed) => {
            w.set_metadata_state(document, MetadataState::Failed, now)
        }
        (JobKind::DescribeDocument, _) => w.set_metadata_state(document, MetadataState::Pending, now),
        (JobKind::SendWebhook | JobKind::SendMail, _) => Ok(()),
    }
}

fn end_message(finish: &Finish, state: JobState) -> String {
    match finish {
        Finish::Completed { .. } => "complete".to_owned(),
        Finish::Stopped if state == JobState::Paused => "set aside".to_owned(),
        Finish::Stopped => "Processing cancelled".to_owned(),
        Finish::GivenBack => "set aside until the queue goes on".to_owned(),
        Finish::Failed { error } => format!("failed: {error}"),
        Finish::Retry { error, .. } => format!("will be tried again: {error}"),
        Finish::Wait { error, .. } => format!("waits: {error}"),
    }
}

/// When the last work of a batch is over, its end is told: once.
async fn tell_batch_end(shared: &Shared, job: &Claimed) {
    if job.kind.lane() == Lane::Sending || job.kind.is_of_collection() {
        return; // that is the telling itself, or no document's end
    }
    let summary = shared.store.read(|r| {
        let Some(batch) = r.batch_of(job.owner.document())? else { return Ok(None) };
        if r.batch_is_open(batch)? {
            return Ok(None);
        }
        Ok(Some((batch, r.batch(batch)?)))
    });
    match summary {
        Ok(Some((batch, documents))) if shared.queue.tell_once(batch) => {
            let name = |d: &papertray_model::DocumentRow| {
                d.display_name.clone().unwrap_or_else(|| d.filename.clone())
            };
            let (read, failed): (Vec<_>, Vec<_>) = documents
                .iter()
                .filter(|d| d.status != DocumentStatus::Cancelled)
                .partition(|d| d.status == DocumentStatus::OcrComplete);
            let summary = BatchSummary {
                needs_review: read.iter().filter(|d| d.uncertain > 0).count() as u32,
                failed_names: failed.iter().take(3).map(|d| name(d)).collect(),
                only_name: if documents.len() == 1 { documents.first().map(name) } else { None },
                read: read.iter().map(|d| d.document_id).collect(),
                failed: failed.iter().map(|d| d.document_id).collect(),
            };
            if !(summary.read.is_empty() && summary.failed.is_empty()) {
                shared.tell_others(&read, &failed, summary.needs_review).await;
                shared.events.send(EngineEvent::BatchFinished { summary });
            }
        }
        Ok(_) => {}
        Err(e) => tracing::error!("looking at a batch failed: {e}"),
    }
}
