//! Verbs that say what the queue does and whether all is well.

use papertray_model::{
    ErrorCode, Job, JobId, JobQuery, UserError,
    job::{Health, HealthStatus},
    queue::{FailureCause, JobDetail, JobList, QueueMetrics},
    spending::Analytics,
};
use papertray_reader::native;
use serde::{Deserialize, Serialize};

use crate::{Engine, Result, blocking, config::find_reader, errors};

/// A job at work for longer is stuck.
const STUCK_MS: i64 = 3_600_000;
const DAY_MS: i64 = 86_400_000;
/// Charts name so many vendors.
const VENDORS: u32 = 12;
/// A chart of measurements has so many columns.
const SPANS: u32 = 60;

/// What `doctor` found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Diagnosis {
    /// Whether nothing is wrong.
    pub sound: bool,
    /// Stored files that were compared with their hash.
    pub files_checked: u32,
    /// What is wrong, a sentence each.
    pub problems: Vec<String>,
    /// Versions of the reader's parts; absent where they do not load.
    pub reader: Option<String>,
}

impl Engine {
    /// Whether the queue moves and everything that reading needs is there. Cheap.
    pub fn health(&self) -> Health {
        let hour_ago = self.shared.clock.now().plus_ms(-STUCK_MS);
        let queue = self.shared.store.read(|r| r.running_since_before(hour_ago));
        let queue_status = self.shared.store.queue_status();
        let reader = find_reader().and_then(|_| native::find().map_err(UserError::from));
        let (stuck_jobs, database) = match queue {
            Ok(stuck) => (stuck, None),
            Err(e) => (0, Some(errors::store(e))),
        };
        let stuck = (stuck_jobs > 0).then(|| {
            UserError::new(
                ErrorCode::WrongState,
                format!("{stuck_jobs} jobs have been at work for more than an hour."),
                "Cancel and retry them.",
            )
        });
        let database_connected = database.is_none();
        let reader_available = reader.is_ok();
        let error = database.or(reader.err()).or(stuck);
        Health {
            status: if error.is_none() { HealthStatus::Healthy } else { HealthStatus::Unhealthy },
            queue_status,
            stuck_jobs,
            database_connected,
            reader_available,
            error,
        }
    }

    /// A page of the queue's jobs, newest first.
    pub fn jobs(&self, query: &JobQuery) -> Result<JobList> {
        self.shared.store.read(|r| r.jobs(query)).map_err(errors::store)
    }

    /// The jobs that wait for a worker, in the order they will be taken up.
    pub fn next_jobs(&self, limit: u32) -> Result<Vec<Job>> {
        self.shared.store.read(|r| r.next_jobs(limit)).map_err(errors::store)
    }

    /// One job with its runs and its log.
    pub fn job(&self, id: JobId) -> Result<JobDetail> {
        self.shared.store.read(|r| r.job_detail(id)).map_err(|e| match e {
            papertray_store::StoreError::NotFound(_) => errors::no_job(id),
            e => errors::store(e),
        })
    }

    /// Standing failures by cause, the most frequent first.
    pub fn failure_causes(&self) -> Result<Vec<FailureCause>> {
        self.shared.store.read(|r| r.failure_causes()).map_err(errors::store)
    }

    /// What the documents of the last `days` add up to; days are those of a clock `minutes_east` of Greenwich.
    pub fn analytics(&self, days: u32, minutes_east: i32) -> Result<Analytics> {
        let since = self.shared.clock.now().plus_ms(-i64::from(days) * DAY_MS).0;
        self.shared.store.read(|r| r.analytics(since, minutes_east, VENDORS)).map_err(errors::store)
    }

    /// What the queue did in the last `hours`.
    pub async fn queue_metrics(&self, hours: u32) -> Result<QueueMetrics> {
        let now = self.shared.clock.now();
        let flushed = self.shared.store.write(move |w| {
            w.flush_measurements()?;
            w.queue_metrics(now, hours, SPANS)
        });
        flushed.await.map_err(errors::store)
    }

    /// Checks everything that can be checked: the database file, every stored file against its hash, orphans both
    /// ways, and that the reader's parts load. Takes as long as reading all stored files.
    pub async fn diagnose(&self) -> Result<Diagnosis> {
        let reader = self.shared.pool.check().await;
        let store = self.shared.store.clone();
        let mut found = blocking(move || check_library(&store)).await??;
        match reader {
            Ok(versions) => found.reader = Some(format!("{versions:?}")),
            Err(e) => found.problems.push(format!("{} {}", e.message, e.hint)),
        }
        found.sound = found.problems.is_empty();
        Ok(found)
    }
}

fn check_library(store: &papertray_store::Store) -> Result<Diagnosis> {
    let mut found = Diagnosis::default();
    for fault in store.integrity_check().map_err(errors::store)? {
        found.problems.push(format!("The database is damaged: {fault}."));
    }
    let named = store.read(|r| r.document_blobs()).map_err(errors::store)?;
    for (document, hash) in &named {
        match store.blobs().verify(hash) {
            Ok(true) => found.files_checked += 1,
            Ok(false) => found.problems.push(format!("The stored file of document {document} has changed.")),
            Err(e) => {
                found.problems.push(format!("The stored file of document {document} cannot be read: {e}."));
            }
        }
    }
    let pictures: std::collections::HashSet<_> =
        store.read(|r| r.extracted_blobs()).map_err(errors::store)?.into_iter().collect();
    for hash in store.blobs().all().map_err(errors::store)? {
        if !named.iter().any(|(_, h)| *h == hash) && !pictures.contains(&hash) {
            found.problems.push(format!("The stored file {hash} belongs to no document."));
        }
    }
    Ok(found)
}
