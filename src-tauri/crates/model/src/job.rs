//! Jobs: durable pieces of work in the queue.

use serde::{Deserialize, Serialize};

use crate::{JobId, OwnerId, QueueStatus, Timestamp, UserError};

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Split a document into pages, read and understand each.
    ReadDocument,
    /// Give a read document its name, tags and summary.
    DescribeDocument,
    /// Find the products in a collection's linesheets.
    ProcessCollection,
    /// Make a collection's items of its products and orders.
    GenerateItems,
    /// Make a collection's deck of its items.
    GenerateDeck,
    /// Tell another program that a batch is ready.
    SendWebhook,
    /// Tell a person by e-mail.
    SendMail,
}

impl JobKind {
    /// All, for tables and tests.
    pub const ALL: [Self; 7] = [
        Self::ReadDocument,
        Self::DescribeDocument,
        Self::ProcessCollection,
        Self::GenerateItems,
        Self::GenerateDeck,
        Self::SendWebhook,
        Self::SendMail,
    ];

    /// The word used in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadDocument => "read_document",
            Self::DescribeDocument => "describe_document",
            Self::ProcessCollection => "process_collection",
            Self::GenerateItems => "generate_items",
            Self::GenerateDeck => "generate_deck",
            Self::SendWebhook => "send_webhook",
            Self::SendMail => "send_mail",
        }
    }

    /// The kind that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == word)
    }

    /// Whether it works on a collection; the others work on a document.
    pub fn is_of_collection(self) -> bool {
        matches!(self, Self::ProcessCollection | Self::GenerateItems | Self::GenerateDeck)
    }

    /// Which lane it runs in: long reading never starves short work.
    pub fn lane(self) -> Lane {
        match self {
            Self::ReadDocument => Lane::Reading,
            Self::DescribeDocument => Lane::Short,
            Self::ProcessCollection | Self::GenerateItems | Self::GenerateDeck => Lane::Collecting,
            Self::SendWebhook | Self::SendMail => Lane::Sending,
        }
    }
}

/// A lane of the queue with workers of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Work that needs a reader process.
    Reading = 0,
    /// Work of milliseconds.
    Short = 1,
    /// Waiting for somebody else's computer.
    Sending = 2,
    /// Collections: they wait for documents to be read, so they must not take a lane that reads.
    Collecting = 3,
}

impl Lane {
    /// All.
    pub const ALL: [Self; 4] = [Self::Reading, Self::Short, Self::Sending, Self::Collecting];
}

/// Where a job stands. The numbers are those in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its time.
    Scheduled = 0,
    /// Waits for a worker. People see "Queued".
    Pending = 1,
    /// At work.
    Processing = 2,
    /// Done.
    Completed = 3,
    /// Gave up.
    Failed = 4,
    /// A person stopped it.
    Cancelled = 5,
    /// A person set it aside.
    Paused = 6,
    /// Waits for another job or for the surroundings; the reason is in `error`.
    Waiting = 7,
}

impl JobState {
    /// All, for tables and tests.
    pub const ALL: [Self; 8] = [
        Self::Scheduled,
        Self::Pending,
        Self::Processing,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
        Self::Paused,
        Self::Waiting,
    ];

    /// The state with this number in the database.
    pub fn from_number(number: i64) -> Option<Self> {
        usize::try_from(number).ok().and_then(|i| Self::ALL.get(i).copied())
    }

    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Paused => "paused",
            Self::Waiting => "waiting",
        }
    }

    /// The state that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// Where a job may go from here: the one table of legal steps. The library enforces it.
    pub fn may_become(self) -> &'static [Self] {
        match self {
            Self::Scheduled | Self::Waiting => &[Self::Pending, Self::Paused, Self::Cancelled],
            Self::Pending => &[Self::Processing, Self::Paused, Self::Cancelled],
            Self::Processing => &[
                Self::Completed,
                Self::Failed,
                Self::Cancelled,
                Self::Paused,
                Self::Scheduled, // a retry, or what it needs is not there
                Self::Pending,   // given back
            ],
            Self::Completed => &[],
            Self::Failed | Self::Cancelled => &[Self::Pending], // tried again
            Self::Paused => &[Self::Pending, Self::Waiting, Self::Cancelled],
        }
    }

    /// Whether the job is over.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// Which job goes first. The numbers are those in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// After all others.
    Low = 0,
    /// The usual.
    #[default]
    Normal = 1,
    /// Before all others: what a person asked for just now.
    High = 2,
}

impl Priority {
    /// The priority with this number in the database; an unknown number is the usual one.
    pub fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Low,
            2 => Self::High,
            _ => Self::Normal,
        }
    }
}

/// How far a running job is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Progress {
    /// What it does now: `opening`, `reading`, `restarting`, `describing`.
    pub stage: String,
    /// How many pieces are done.
    pub n: u32,
    /// Of how many; 0 while that is not known.
    pub total: u32,
    /// 0 to 100.
    pub percentage: u8,
    /// Since the job started.
    pub elapsed_ms: u32,
    /// Until it ends, as far as known.
    pub eta_ms: Option<u32>,
}

/// A job as people and scripts see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: JobKind,
    /// Where it stands.
    pub status: JobState,
    /// Which goes first.
    pub priority: Priority,
    /// The document or collection it works on.
    pub owner: OwnerId,
    /// What that is called; empty where it is gone.
    pub name: String,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When its latest run began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// What it made, in a few words of JSON.
    pub result: Option<String>,
    /// Why it failed or waits.
    pub error: Option<UserError>,
    /// Runs that failed so far.
    pub retry_count: u32,
    /// How many may fail before it gives up.
    pub max_retries: u32,
    /// When it runs next, where it waits for a time.
    pub run_at: Option<Timestamp>,
    /// It was asked to stop and will be over in a moment.
    pub stopping: bool,
    /// How far it is.
    pub progress: Option<Progress>,
}

/// Whether the queue is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Health {
    /// `healthy` or `unhealthy`.
    pub status: HealthStatus,
    /// Counts.
    pub queue_status: QueueStatus,
    /// Jobs at work for more than an hour.
    pub stuck_jobs: u32,
    /// Whether the database answers.
    pub database_connected: bool,
    /// Whether the reader program and its parts are in place.
    pub reader_available: bool,
    /// What is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<UserError>,
}

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// All is well.
    Healthy,
    /// `error` says what is not.
    Unhealthy,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_keep_their_numbers_and_words() {
        for (i, state) in JobState::ALL.into_iter().enumerate() {
            assert_eq!(state as usize, i);
            assert_eq!(JobState::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        assert_eq!(JobState::from_number(99), None);
    }
}
