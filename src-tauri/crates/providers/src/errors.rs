//! What goes wrong with a service, as sentences without its key.

use papertray_model::{ErrorCode, UserError};

/// The switch is on: nothing leaves this computer.
pub fn offline(name: &str) -> UserError {
    UserError::new(
        ErrorCode::PermissionDenied,
        format!("Papertray is set to stay offline, so `{name}` was not asked and nothing was sent."),
        "Switch that off in the settings if you want to use it.",
    )
}

pub(crate) fn paused(name: &str, seconds: u64) -> UserError {
    UserError::new(
        ErrorCode::ProviderLimit,
        format!("`{name}` allows no more for now; it is asked again in {seconds} s. Nothing was sent."),
        "What can be done on this computer goes on.",
    )
}

pub(crate) fn capped(what: &str) -> UserError {
    UserError::new(
        ErrorCode::ProviderLimit,
        format!("The limit you set for services is reached ({what} in 30 days). Nothing was sent."),
        "Raise it in the settings, or wait; what can be done on this computer goes on.",
    )
}

pub(crate) fn refused(name: &str, status: u16, why: &str) -> UserError {
    let (code, hint) = match status {
        401 | 403 => (ErrorCode::PermissionDenied, "Check its key in the settings."),
        408 | 425 | 500..=599 => (ErrorCode::Io, "Try again later; nothing was counted against your limit."),
        413 => (ErrorCode::TooLarge, "The page is larger than it accepts."),
        _ => (ErrorCode::Usage, "Check its address and model in the settings."),
    };
    let why = if why.is_empty() { String::new() } else { format!(" It says: {why}") };
    UserError::new(code, format!("`{name}` refused with status {status}.{why}"), hint)
}

pub(crate) fn timed_out(name: &str, seconds: u32) -> UserError {
    UserError::new(
        ErrorCode::TimedOut,
        format!("`{name}` did not answer within {seconds} s. Nothing was counted against your limit."),
        "Try again later.",
    )
}

pub(crate) fn too_long(name: &str, bytes: usize) -> UserError {
    UserError::new(
        ErrorCode::TooLarge,
        format!("The answer of `{name}` has more than {bytes} bytes and was given up."),
        "Try another model.",
    )
}

/// `why` is the transport's own word for it, without the address.
pub(crate) fn unreachable(name: &str, why: &str) -> UserError {
    UserError::new(
        ErrorCode::Io,
        format!("`{name}` could not be reached, or the connection was cut: {why}."),
        "Check the network and its address in the settings.",
    )
}

pub(crate) fn unusable(name: &str, why: &str) -> UserError {
    UserError::new(
        ErrorCode::Io,
        format!("`{name}` answered twice with something that cannot be used: {why}."),
        "Try another model; what was read on this computer is kept.",
    )
}
