//! Why a file or a page could not be read.

use papertray_model::{ErrorCode, UserError};
use serde::{Deserialize, Serialize};

/// Why a file or a page could not be read: a code to act on, a sentence, a hint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    /// What went wrong.
    pub code: ErrorCode,
    /// What happened, one sentence.
    pub message: String,
    /// What to do now.
    pub hint: String,
}

impl ReadError {
    /// An error from its parts.
    pub fn new(code: ErrorCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into() }
    }

    /// The file or page cannot be decoded.
    pub fn corrupt(message: impl Into<String>) -> Self {
        Self::new(
            ErrorCode::Corrupt,
            message,
            "Open it in another program; if that works, save a fresh copy.",
        )
    }

    /// The content is of a kind that Papertray does not read; `what` names it: `a ZIP archive`.
    pub fn unsupported(what: &str) -> Self {
        Self::new(
            ErrorCode::UnsupportedType,
            format!("The file is {what}, which Papertray does not read."),
            "Save it as PDF, or as a picture, and add that.",
        )
    }

    /// The page has more pixels than may be decoded.
    pub fn too_large(width: u64, height: u64, budget: u64) -> Self {
        Self::new(
            ErrorCode::TooLarge,
            format!(
                "The picture is {width} × {height} pixels; at most {} million are decoded.",
                budget / 1_000_000
            ),
            "Scale the picture down and add it again.",
        )
    }

    /// A fault in Papertray itself.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Internal, message, "Try again; if it happens again, report it.")
    }

    /// A part of the program is not in place.
    pub fn missing(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ReaderMissing, message, "Run the set-up again.")
    }

    /// What the system said about opening or reading the file.
    pub fn io(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => {
                Self::new(ErrorCode::NotFound, "The file is not there any more.", "Add it again.")
            }
            ErrorKind::PermissionDenied => Self::new(
                ErrorCode::PermissionDenied,
                "The system refused to read the file.",
                "Check who may read it.",
            ),
            ErrorKind::IsADirectory => Self::unsupported("a folder"),
            _ => Self::new(ErrorCode::Io, format!("The file could not be read: {error}."), "Try again."),
        }
    }
}

impl From<ReadError> for UserError {
    fn from(e: ReadError) -> Self {
        Self { code: e.code, message: e.message, hint: e.hint }
    }
}
