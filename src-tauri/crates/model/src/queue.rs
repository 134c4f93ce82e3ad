//! The queue as a whole: counts, pauses, history, causes of failure, measurements.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, Job, JobId, JobKind, JobState, OwnerId, Timestamp, UserError};

/// How many jobs stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QueueStatus {
    /// Waiting for a worker, their time, or something else.
    pub pending: u32,
    /// At work.
    pub processing: u32,
    /// Done.
    pub completed: u32,
    /// Gave up.
    pub failed: u32,
    /// All, cancelled ones too.
    pub total: u32,
}

/// What happens to running work when the queue is paused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PauseMode {
    /// It is finished.
    #[default]
    Drain,
    /// It stops at once; pages that are read are kept.
    Suspend,
}

/// Who or what paused the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PauseCause {
    /// A person.
    Person,
    /// The computer saves its battery.
    Battery,
    /// The library's disk is nearly full.
    LowDisk,
}

/// A pause of the whole queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Pause {
    /// Why.
    pub cause: PauseCause,
    /// What happens to running work.
    pub mode: PauseMode,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself; absent where a person (or the cause's end) ends it.
    pub until: Option<Timestamp>,
}

/// Which jobs a list shows, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct JobQuery {
    /// Only in these states; none means all.
    pub states: Vec<JobState>,
    /// Only of this document or collection.
    pub owner: Option<OwnerId>,
    /// Only failures of this cause that stand: a later job of the same document is not there.
    pub code: Option<ErrorCode>,
    /// Only jobs older than this one: the next page of a list.
    pub before: Option<JobId>,
    /// At most this many; 0 means 500.
    pub limit: u32,
}

/// One page of jobs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JobList {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// Whether there are more after these.
    pub more: bool,
}

/// One run of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JobAttempt {
    /// From 1.
    pub attempt: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; absent while it runs.
    pub ended_at: Option<Timestamp>,
    /// `completed`, `failed`, `retry`, `waiting`, `cancelled`, `given_back`, `interrupted`.
    pub outcome: Option<String>,
    /// Why it failed.
    pub error: Option<UserError>,
}

/// One line of a job's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JobLogLine {
    /// When.
    pub at: Timestamp,
    /// `info`, `warn` or `error`.
    pub level: String,
    /// What happened.
    pub message: String,
}

/// A job with its history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JobDetail {
    /// The job.
    pub job: Job,
    /// Its runs, oldest first.
    pub attempts: Vec<JobAttempt>,
    /// Its log, oldest first.
    pub log: Vec<JobLogLine>,
}

/// Failed jobs that share a cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FailureCause {
    /// The cause.
    pub code: ErrorCode,
    /// How many documents.
    pub count: u32,
    /// The latest of them in words.
    pub example: UserError,
    /// Whether trying again may help by itself (no password or other file is needed).
    pub retryable: bool,
}

/// A document read again from its stored original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Refreshed {
    /// The job that does it.
    pub job_id: JobId,
    /// `queued`.
    pub status: String,
    /// For people.
    pub message: String,
}

/// What the queue did in one span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Span {
    /// When the span begins.
    pub at: Timestamp,
    /// Pages read.
    pub pages: u32,
    /// Jobs done.
    pub completed: u32,
    /// Jobs that gave up.
    pub failed: u32,
}

/// How long one kind of work takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StageTime {
    /// `text_layer`, `ocr`, `blank`, `failed` a page; `describe_document` and other job kinds a job.
    pub stage: String,
    /// How often it was measured.
    pub count: u32,
    /// Milliseconds on average, all of them alike.
    pub mean_ms: f32,
    /// Milliseconds lately: the newest weigh most. Estimates of the time left use this.
    pub recent_ms: f32,
}

/// How often a job ended in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EndCount {
    /// What the job did.
    pub kind: JobKind,
    /// `completed`, `failed`, `retry`, `cancelled`, `interrupted`.
    pub outcome: String,
    /// How often.
    pub count: u32,
}

/// How often a cause ended a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CauseCount {
    /// The cause.
    pub code: ErrorCode,
    /// How often.
    pub count: u32,
}

/// What the queue did lately.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QueueMetrics {
    /// Seconds of one span.
    pub span_s: u32,
    /// Spans of equal length, oldest first, empty ones too.
    pub spans: Vec<Span>,
    /// Time by stage.
    pub stages: Vec<StageTime>,
    /// Ends of runs since the library was made.
    pub ends: Vec<EndCount>,
    /// Causes of failure since the library was made, most frequent first.
    pub causes: Vec<CauseCount>,
}
