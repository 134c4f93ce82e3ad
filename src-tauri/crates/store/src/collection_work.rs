//! Tables `collection_work` and `phase_result`: where a collection's works stand, and what each phase gave.

use papertray_model::{CollectionId, JobId, Timestamp, UserError, collection::WorkState};
use rusqlite::params;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Read, Result, Write,
    rows::{from_json_word, json, json_or_null, json_word, word},
};

/// One of a collection's works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Finding its products.
    Process,
    /// Making its items.
    Items,
    /// Making its deck.
    Deck,
}

impl Work {
    fn as_str(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Items => "items",
            Self::Deck => "deck",
        }
    }
}

/// Where a work stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredWork {
    /// The job that does or did it.
    pub job: Option<JobId>,
    /// Where it stands.
    pub state: WorkState,
    /// The phase it is in or ended in, from 1.
    pub phase: u32,
    /// An earlier run of it ended with the application.
    pub restarting: bool,
    /// Runs that failed from phase 4 on since the last that did not: the next tries another way.
    pub tries: u32,
    /// Why it failed.
    pub error: Option<UserError>,
    /// What the last whole run was made from.
    pub made_from: Option<String>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
}

impl Read<'_> {
    /// Where a work stands; as it began where it was never asked for.
    pub fn collection_work(&self, id: CollectionId, work: Work) -> Result<StoredWork> {
        let found = self.first(
            "SELECT job_id, state, phase, restarting, tries, error, made_from, completed_at FROM collection_work
             WHERE collection_id = ?1 AND work = ?2",
            params![id.to_string(), work.as_str()],
            |row| {
                Ok(StoredWork {
                    job: row.get::<_, Option<u32>>(0)?.map(JobId),
                    state: word(row, 1, from_json_word)?,
                    phase: row.get(2)?,
                    restarting: row.get(3)?,
                    tries: row.get(4)?,
                    error: json_or_null(row, 5)?,
                    made_from: row.get(6)?,
                    completed_at: row.get::<_, Option<i64>>(7)?.map(Timestamp),
                })
            },
        )?;
        Ok(found.unwrap_or_default())
    }

    /// What a phase gave, where it was made from the same.
    pub fn phase_result<T: DeserializeOwned>(
        &self,
        id: CollectionId,
        work: Work,
        phase: u32,
        input_hash: &str,
    ) -> Result<Option<T>> {
        self.first(
            "SELECT result FROM phase_result WHERE collection_id = ?1 AND work = ?2 AND phase = ?3 AND input_hash = ?4",
            params![id.to_string(), work.as_str(), phase, input_hash],
            |row| json(row, 0),
        )
    }

    /// What a phase gave last, whatever it was made from.
    pub fn last_phase_result<T: DeserializeOwned>(
        &self,
        id: CollectionId,
        work: Work,
        phase: u32,
    ) -> Result<Option<T>> {
        self.first(
            "SELECT result FROM phase_result WHERE collection_id = ?1 AND work = ?2 AND phase = ?3",
            params![id.to_string(), work.as_str(), phase],
            |row| json(row, 0),
        )
    }
}

impl Write<'_> {
    /// A work was asked for.
    pub fn begin_work(&self, id: CollectionId, work: Work, job: JobId) -> Result<()> {
        self.run_one(
            "begin work",
            "INSERT INTO collection_work(collection_id, work, job_id, state) VALUES (?1, ?2, ?3, 'processing')
             ON CONFLICT(collection_id, work) DO UPDATE SET job_id = excluded.job_id, state = excluded.state, phase = 0,
               restarting = 0, error = NULL, completed_at = NULL",
            params![id.to_string(), work.as_str(), job.0],
        )
    }

    /// A work is in a phase, from 1.
    pub fn begin_phase(&self, id: CollectionId, work: Work, phase: u32, restarting: bool) -> Result<()> {
        self.run_one(
            "begin phase",
            "UPDATE collection_work SET phase = ?3, restarting = ?4, state = 'processing', error = NULL
             WHERE collection_id = ?1 AND work = ?2",
            params![id.to_string(), work.as_str(), phase, restarting],
        )
    }

    /// A work ended, or waits for another run (`Processing`).
    pub fn end_work(
        &self,
        id: CollectionId,
        work: Work,
        state: WorkState,
        error: Option<&UserError>,
        now: Timestamp,
    ) -> Result<()> {
        let error = error.map(serde_json::to_string).transpose()?;
        let over = state != WorkState::Processing;
        self.run(
            "UPDATE collection_work SET state = ?3, error = ?4, completed_at = CASE WHEN ?6 THEN ?5 END, restarting = 0,
               tries = CASE ?3 WHEN 'completed' THEN 0 WHEN 'failed' THEN tries + (phase >= 4) ELSE tries END
             WHERE collection_id = ?1 AND work = ?2",
            params![id.to_string(), work.as_str(), json_word(&state)?, error, now.0, over],
        )
        .map(drop)
    }

    /// What the run that ends now was made from.
    pub fn set_made_from(&self, id: CollectionId, work: Work, hash: &str) -> Result<()> {
        self.run_one(
            "set made from",
            "UPDATE collection_work SET made_from = ?3 WHERE collection_id = ?1 AND work = ?2",
            params![id.to_string(), work.as_str(), hash],
        )
    }

    /// Keeps what a phase gave.
    pub fn put_phase_result<T: Serialize>(
        &self,
        id: CollectionId,
        work: Work,
        phase: u32,
        input_hash: &str,
        result: &T,
    ) -> Result<()> {
        self.run_one(
            "put phase result",
            "INSERT OR REPLACE INTO phase_result(collection_id, work, phase, input_hash, result) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id.to_string(), work.as_str(), phase, input_hash, serde_json::to_string(result)?],
        )
    }

    /// Forgets what the phases from `phase` on gave.
    pub fn forget_phases(&self, id: CollectionId, work: Work, phase: u32) -> Result<()> {
        self.run(
            "DELETE FROM phase_result WHERE collection_id = ?1 AND work = ?2 AND phase >= ?3",
            params![id.to_string(), work.as_str(), phase],
        )
        .map(drop)
    }
}
