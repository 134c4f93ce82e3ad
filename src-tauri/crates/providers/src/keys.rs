//! Keys of services: in the system's keychain, nowhere else.

use papertray_model::{ErrorCode, UserError};

/// The name under which the keychain lists our keys.
const OWNER: &str = "papertray";

/// A key. It shows itself to nobody but the header it is sent in.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a key.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// A text without the key: services repeat it in their complaints.
    pub(crate) fn hidden_in(&self, text: &str) -> String {
        let mut hidden = text.to_owned();
        if self.0.len() >= 4 {
            hidden = hidden.replace(&self.0, "…");
        }
        hidden
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where keys are kept.
pub trait Keys: Send + Sync {
    /// The key of a service; none where it has none.
    fn get(&self, service: &str) -> Result<Option<Secret>, UserError>;
    /// Keeps a service's key.
    fn set(&self, service: &str, key: &Secret) -> Result<(), UserError>;
    /// Forgets a service's key.
    fn remove(&self, service: &str) -> Result<(), UserError>;
}

/// The system's keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keychain;

impl Keychain {
    fn entry(service: &str) -> Result<keyring::Entry, UserError> {
        keyring::Entry::new(OWNER, service).map_err(|e| unusable(&e))
    }
}

impl Keys for Keychain {
    fn get(&self, service: &str) -> Result<Option<Secret>, UserError> {
        match Self::entry(service)?.get_password() {
            Ok(key) => Ok(Some(Secret(key))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(unusable(&error)),
        }
    }

    fn set(&self, service: &str, key: &Secret) -> Result<(), UserError> {
        Self::entry(service)?.set_password(&key.0).map_err(|e| unusable(&e))
    }

    fn remove(&self, service: &str) -> Result<(), UserError> {
        match Self::entry(service)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(unusable(&error)),
        }
    }
}

/// The keychain's own words may hold what was to be kept, so only the kind of its complaint is passed on.
fn unusable(error: &keyring::Error) -> UserError {
    let why = match error {
        keyring::Error::NoStorageAccess(_) => "it is locked, or this program may not use it",
        keyring::Error::PlatformFailure(_) => "it does not run or does not answer",
        keyring::Error::TooLong(..) => "the name or the key is too long for it",
        _ => "it refused",
    };
    UserError::new(
        ErrorCode::PermissionDenied,
        format!("The system's keychain cannot be used: {why}. No key was stored or sent."),
        "On Linux a Secret Service must run and be unlocked (GNOME Keyring, KWallet or KeePassXC). Services on this computer need no key.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_itself_nowhere() {
        let key = Secret::new("sk-very-secret");
        assert_eq!(format!("{key:?}"), "Secret(…)");
        assert_eq!(key.hidden_in("Incorrect key sk-very-secret given"), "Incorrect key … given");
    }
}
