//! The only crate that may open a socket. Now: the gate that every provider will have to pass. It is shut unless a
//! person opened it for that provider, and nothing in this version opens it: Papertray reads on this computer only.

use std::collections::BTreeSet;

use papertray_model::{ErrorCode, UserError};

/// Decides whether anything may leave this computer.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    allowed: BTreeSet<String>,
}

impl Gate {
    /// Shut for everyone.
    pub fn shut() -> Self {
        Self::default()
    }

    /// A person allowed `provider` by name.
    pub fn allow(&mut self, provider: impl Into<String>) {
        self.allowed.insert(provider.into());
    }

    /// Whether `provider` may be called; asked before every connection.
    pub fn pass(&self, provider: &str) -> Result<(), UserError> {
        if self.allowed.contains(provider) {
            return Ok(());
        }
        Err(UserError::new(
            ErrorCode::PermissionDenied,
            format!(
                "`{provider}` is switched off, so nothing was sent. The work can be done on this computer."
            ),
            "Switch it on in the settings if you want to use it.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_passes_unless_it_was_allowed_by_name() {
        let mut gate = Gate::shut();
        assert!(gate.pass("mistral").is_err());
        gate.allow("mistral");
        assert!(gate.pass("mistral").is_ok() && gate.pass("anthropic").is_err());
    }
}
