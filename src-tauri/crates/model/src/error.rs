//! Errors as people meet them: what happened, what was kept, what to do.

use serde::{Deserialize, Serialize};

/// What went wrong, as a closed list that the window and scripts act on. Nobody matches on sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The file needs a password. Action: give one.
    Encrypted,
    /// A password was given and is not the right one.
    WrongPassword,
    /// The file has no bytes.
    EmptyFile,
    /// The file cannot be decoded: damaged, truncated, or not what its bytes begin as.
    Corrupt,
    /// The content is of a kind that Papertray does not read.
    UnsupportedType,
    /// The document has no pages.
    NoPages,
    /// A page has more pixels than may be decoded safely.
    TooLarge,
    /// A page took longer than the time limit and was given up.
    TimedOut,
    /// Reading a page needed more memory than is allowed.
    OutOfMemory,
    /// The reader process ended unexpectedly on this page.
    ReaderCrashed,
    /// The reader program, PDFium, the OCR runtime or a model is missing.
    ReaderMissing,
    /// No page of the document could be read.
    NoPageRead,
    /// Name, tags or summary could not be made.
    MetadataFailed,
    /// The file or folder is not there (any more).
    NotFound,
    /// The system refused access.
    PermissionDenied,
    /// The disk is full.
    DiskFull,
    /// Another process holds the library.
    LibraryLocked,
    /// The library was made by a newer version.
    LibraryTooNew,
    /// The library's database or files fail their checks.
    LibraryDamaged,
    /// No document, job or page has this id.
    UnknownId,
    /// The action does not apply in the present state; the message names it.
    WrongState,
    /// The job was tried as often as it may be.
    RetryLimit,
    /// It was asked for too often; the message says when it may be asked for again.
    RateLimited,
    /// A provider allows no more for now.
    ProviderLimit,
    /// The command was used wrongly.
    Usage,
    /// Reading or writing failed for another reason, named in the message.
    Io,
    /// A fault in Papertray itself.
    Internal,
}

/// How the queue treats a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// May pass by itself: tried again with growing pauses.
    Transient,
    /// Will fail the same way again: fails at once.
    Permanent,
    /// The surroundings are not right (disk full, folder gone): waits, the attempt is given back.
    Environment,
    /// A provider allows no more for now: waits longer, the attempt is given back.
    ProviderLimit,
}

impl ErrorCode {
    /// How the queue treats a job that ended with this code.
    pub fn class(self) -> ErrorClass {
        match self {
            Self::TimedOut
            | Self::OutOfMemory
            | Self::ReaderCrashed
            | Self::Io
            | Self::Internal
            | Self::MetadataFailed => ErrorClass::Transient,
            Self::DiskFull | Self::LibraryLocked | Self::ReaderMissing => ErrorClass::Environment,
            Self::ProviderLimit => ErrorClass::ProviderLimit,
            _ => ErrorClass::Permanent,
        }
    }

    /// Whether trying again may help without anything else being done first (a password, another file).
    pub fn may_pass(self) -> bool {
        self.class() != ErrorClass::Permanent
    }

    /// The code as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::WrongPassword => "wrong_password",
            Self::EmptyFile => "empty_file",
            Self::Corrupt => "corrupt",
            Self::UnsupportedType => "unsupported_type",
            Self::NoPages => "no_pages",
            Self::TooLarge => "too_large",
            Self::TimedOut => "timed_out",
            Self::OutOfMemory => "out_of_memory",
            Self::ReaderCrashed => "reader_crashed",
            Self::ReaderMissing => "reader_missing",
            Self::NoPageRead => "no_page_read",
            Self::MetadataFailed => "metadata_failed",
            Self::NotFound => "not_found",
            Self::PermissionDenied => "permission_denied",
            Self::DiskFull => "disk_full",
            Self::LibraryLocked => "library_locked",
            Self::LibraryTooNew => "library_too_new",
            Self::LibraryDamaged => "library_damaged",
            Self::UnknownId => "unknown_id",
            Self::WrongState => "wrong_state",
            Self::RetryLimit => "retry_limit",
            Self::RateLimited => "rate_limited",
            Self::ProviderLimit => "provider_limit",
            Self::Usage => "usage",
            Self::Io => "io",
            Self::Internal => "internal",
        }
    }
}

/// An error for a person: a code to act on, a sentence (what happened, what was kept), and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct UserError {
    /// What went wrong.
    pub code: ErrorCode,
    /// What happened and what was kept, one or two sentences.
    pub message: String,
    /// What to do now; empty only where nothing can be done.
    pub hint: String,
}

impl UserError {
    /// An error from its three parts.
    pub fn new(code: ErrorCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into() }
    }
}

impl std::fmt::Display for UserError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, " {}", self.hint) }
    }
}

impl std::error::Error for UserError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_spelled_the_same_in_json_and_in_text() {
        for code in [ErrorCode::Encrypted, ErrorCode::NoPageRead, ErrorCode::LibraryTooNew, ErrorCode::Io] {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
