//! Table `event_log`: what happened to a document or job, in the order it happened.

use papertray_model::{DocumentId, JobId, Timestamp};
use rusqlite::{Row, params};

use crate::{Read, Result, Write, rows::parsed};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When.
    pub at: Timestamp,
    /// Of which document.
    pub document_id: Option<DocumentId>,
    /// Of which job.
    pub job_id: Option<JobId>,
    /// `info`, `warn` or `error`.
    pub level: String,
    /// What happened.
    pub message: String,
}

fn row_to_line(row: &Row<'_>) -> rusqlite::Result<LogLine> {
    Ok(LogLine {
        at: Timestamp(row.get(0)?),
        document_id: parsed(row, 1)?,
        job_id: row.get::<_, Option<u32>>(2)?.map(JobId),
        level: row.get(3)?,
        message: row.get(4)?,
    })
}

impl Read<'_> {
    /// A job's lines, oldest first.
    pub fn job_log(&self, job: JobId) -> Result<Vec<LogLine>> {
        let sql =
            "SELECT at, document_id, job_id, level, message FROM event_log WHERE job_id = ?1 ORDER BY id";
        self.rows(sql, [job.0], row_to_line)
    }

    /// A document's lines, oldest first.
    pub fn document_log(&self, document: DocumentId) -> Result<Vec<LogLine>> {
        let sql = "SELECT at, document_id, job_id, level, message FROM event_log WHERE document_id = ?1 ORDER BY id";
        self.rows(sql, [document.to_string()], row_to_line)
    }
}

impl Write<'_> {
    /// Adds a line.
    pub fn log(&self, line: &LogLine) -> Result<()> {
        self.run_one(
            "log",
            "INSERT INTO event_log(at, document_id, job_id, level, message) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                line.at.0,
                line.document_id.map(|d| d.to_string()),
                line.job_id.map(|j| j.0),
                line.level,
                line.message
            ],
        )
    }
}
