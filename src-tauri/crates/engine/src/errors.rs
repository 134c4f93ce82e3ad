//! Inside errors become sentences: what happened, what was kept, what to do.

use std::{io, path::Path};

use papertray_model::{ErrorCode, UserError};
use papertray_store::StoreError;

/// An error of the library in the middle of work.
pub(crate) fn store(error: StoreError) -> UserError {
    match error {
        e if e.is_disk_full() => UserError::new(
            ErrorCode::DiskFull,
            "The disk is full. What was stored before is safe.",
            "Free some space; work goes on by itself.",
        ),
        StoreError::NotFound(what) => {
            UserError::new(ErrorCode::UnknownId, format!("There is no such {what}."), "")
        }
        StoreError::Io(e) => io_error(&e),
        StoreError::Fenced => UserError::new(ErrorCode::WrongState, "The work was stopped meanwhile.", ""),
        StoreError::Closed => {
            UserError::new(ErrorCode::WrongState, "Papertray is closing.", "Start it again and repeat this.")
        }
        e @ (StoreError::Damaged(_) | StoreError::Json(_) | StoreError::RowCount { .. }) => UserError::new(
            ErrorCode::LibraryDamaged,
            format!("The library holds something unexpected: {e}."),
            "Run `papertray-cli doctor` to see what is wrong.",
        ),
        e => UserError::new(
            ErrorCode::Io,
            format!("The library's database could not be used: {e}."),
            "Try again; if it happens again, run `papertray-cli doctor`.",
        ),
    }
}

pub(crate) fn no_job(id: papertray_model::JobId) -> UserError {
    UserError::new(ErrorCode::UnknownId, format!("There is no job {id}."), "")
}

/// An error of opening the library at `path`.
pub(crate) fn opening(error: &StoreError, path: &Path) -> UserError {
    let path = path.display();
    match error {
        StoreError::Locked(holder) => UserError::new(
            ErrorCode::LibraryLocked,
            format!("The library `{path}` is in use by {holder}."),
            "Close that program, or name another library.",
        ),
        StoreError::TooNew => UserError::new(
            ErrorCode::LibraryTooNew,
            format!("The library `{path}` was made by a newer Papertray. Nothing was changed."),
            "Install the newer version to open it.",
        ),
        StoreError::Io(e) if e.kind() == io::ErrorKind::PermissionDenied => UserError::new(
            ErrorCode::PermissionDenied,
            format!("The system refuses to open the library `{path}`: {e}."),
            "Give yourself the right to write there, or name another folder.",
        ),
        e => UserError::new(
            ErrorCode::LibraryDamaged,
            format!("The library `{path}` could not be opened: {e}."),
            "Nothing was changed. Restore a backup, or name another folder.",
        ),
    }
}

/// An error of a file.
pub(crate) fn io_error(error: &io::Error) -> UserError {
    match error.kind() {
        io::ErrorKind::NotFound => UserError::new(
            ErrorCode::NotFound,
            format!("It is not there (any more): {error}."),
            "Add it again.",
        ),
        io::ErrorKind::PermissionDenied => UserError::new(
            ErrorCode::PermissionDenied,
            format!("The system refuses access: {error}."),
            "Give yourself the right to read it, then try again.",
        ),
        io::ErrorKind::StorageFull => UserError::new(
            ErrorCode::DiskFull,
            "The disk is full. The original is untouched.",
            "Free some space, then try again.",
        ),
        _ => UserError::new(ErrorCode::Io, format!("Reading or writing failed: {error}."), "Try again."),
    }
}

/// A fault of ours.
pub(crate) fn internal(error: &dyn std::fmt::Display) -> UserError {
    UserError::new(
        ErrorCode::Internal,
        format!("Something went wrong inside Papertray: {error}. Everything stored is safe."),
        "Try again; if it happens again, please report it.",
    )
}

/// No document with this id.
pub(crate) fn no_document() -> UserError {
    UserError::new(ErrorCode::UnknownId, "There is no document with this id.", "It may have been removed.")
}
