//! What the program prints: JSON lines for scripts, or a few plain lines for people.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is this module's purpose")]

use std::{
    io::{self, Write as _},
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
};

use papertray_model::{AddOutcome, DocumentRow, ErrorCode, Job, LedgerEntry, UserError, answer::Reading};
use serde::Serialize;
use serde_json::json;

pub(crate) struct Output {
    json: bool,
    some_failed: AtomicBool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, some_failed: AtomicBool::new(false) }
    }

    /// One answer: `value` with `--json`, else `plain`.
    pub(crate) fn answer(&self, value: &impl Serialize, plain: impl FnOnce() -> String) {
        let line = if self.json {
            match serde_json::to_value(value) {
                Ok(mut value) => {
                    if let Some(object) = value.as_object_mut() {
                        object.entry("schema").or_insert(papertray_model::ANSWER_SCHEMA.into());
                    }
                    value.to_string()
                }
                Err(e) => {
                    json!({"error": {"code": "internal", "message": e.to_string(), "hint": ""}}).to_string()
                }
            }
        } else {
            plain()
        };
        // A reader that closed the pipe has heard enough.
        if writeln!(io::stdout().lock(), "{line}").is_err() {
            std::process::exit(0);
        }
    }

    /// An input failed; the rest goes on.
    pub(crate) fn failed_input(&self, key: &str, name: &str, error: &UserError) {
        self.note_failure();
        self.answer(&json!({"error": error, key: name}), || format!("{name}: {error}"));
    }

    pub(crate) fn note_failure(&self) {
        self.some_failed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(u8::from(self.some_failed.load(Ordering::Relaxed)))
    }

    /// The command as a whole failed.
    pub(crate) fn fail(&self, error: &UserError) -> ExitCode {
        if self.json {
            self.answer(&json!({"error": error}), String::new);
        } else {
            eprintln!("papertray-cli: {error}");
        }
        ExitCode::from(match error.code {
            ErrorCode::LibraryLocked => 3,
            ErrorCode::Usage => 2,
            _ => 1,
        })
    }
}

pub(crate) fn plain_reading(reading: &Reading) -> String {
    let mut lines = vec![format!("{}: {}", reading.file, reading.status.as_str())];
    if let Some(error) = &reading.error {
        lines.push(format!("  {error}"));
    }
    if !reading.metadata.display_name.is_empty() {
        lines.push(format!("  {}", reading.metadata.display_name));
        lines.push(format!("  {}", reading.metadata.summary));
    }
    lines.push(format!(
        "  {} · {} pages · {} · {} ms",
        reading.doc_type.as_str(),
        reading.page_count,
        reading.model.as_deref().unwrap_or("not read"),
        reading.processing_time_ms
    ));
    lines.extend(
        reading
            .fields
            .iter()
            .map(|(name, f)| format!("  {name:<16} {} ({:.0} %)", f.value, f.confidence * 100.0)),
    );
    lines.join("\n")
}

pub(crate) fn plain_outcome(outcome: &AddOutcome) -> String {
    match outcome {
        AddOutcome::Added { document_id, filename, .. } => format!("{document_id}  {filename}  uploading"),
        AddOutcome::AlreadyImported { document_id, file, .. } => {
            format!("{document_id}  {file}  already imported")
        }
        AddOutcome::Refused { file, error } => format!("{file}: {error}"),
    }
}

pub(crate) fn plain_row(row: &DocumentRow) -> String {
    let name = row.display_name.as_deref().unwrap_or(&row.filename);
    let error = row.error.as_ref().map_or(String::new(), |e| format!("  {}", e.message));
    format!("{}  {:<12}  {name}{error}", row.document_id, row.status.as_str())
}

pub(crate) fn plain_job(job: &Job) -> String {
    let error = job.error.as_ref().map_or(String::new(), |e| format!("  {}", e.message));
    format!("{:>6}  {:<17}  {:<10}  {}{error}", job.id, job.kind.as_str(), job.status.as_str(), job.owner)
}

pub(crate) fn plain_entry(entry: &LedgerEntry) -> String {
    let reason = entry.reason.as_ref().map_or(String::new(), |reason| format!("  {reason}"));
    format!("{:<9}  {}{reason}", entry.fate.as_str(), entry.path)
}
