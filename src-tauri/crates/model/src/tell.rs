//! Who else is told when a batch is ready: another program, or a person by e-mail. Off until a person sets it up.

use serde::{Deserialize, Serialize};

use crate::{DocType, DocumentId, Timestamp, UserError};

/// Who else is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Tell {
    /// Another program.
    pub webhook: Webhook,
    /// A person.
    pub mail: Mail,
}

/// A program that hears of every batch, by a signed `POST`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Webhook {
    /// Whether it is told.
    pub on: bool,
    /// Its address.
    pub url: String,
}

/// A person who hears of every batch, by e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Mail {
    /// Whether they are told.
    pub on: bool,
    /// The server that takes mail.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the way there is kept secret.
    pub security: MailSecurity,
    /// The account's name; empty: none is needed.
    pub user: String,
    /// Who writes.
    pub from: String,
    /// Who reads.
    pub to: String,
}

impl Default for Mail {
    fn default() -> Self {
        let nothing = String::new;
        Self {
            on: false,
            server: nothing(),
            port: 465,
            security: MailSecurity::Tls,
            user: nothing(),
            from: nothing(),
            to: nothing(),
        }
    }
}

/// How the way to a mail server is kept secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// From the first byte on (port 465).
    #[default]
    Tls,
    /// After the greeting, and never without (port 587).
    StartTls,
    /// Not at all: only for a server on this computer or in the local network.
    None,
}

/// Whose secret is kept in the system's keychain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TellTarget {
    /// The webhook's, which signs.
    Webhook,
    /// The mail account's password.
    Mail,
}

/// What a webhook is told: names and counts, no content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// 1.
    pub schema: u32,
    /// `batch_finished`, or `test`.
    pub event: String,
    /// When the batch ended.
    pub at: Timestamp,
    /// Documents read in full, oldest first.
    pub read: Vec<ToldDocument>,
    /// Documents that failed or were read in part.
    pub failed: Vec<ToldDocument>,
    /// How many of the read ones have values that want a look.
    pub needs_review: u32,
}

/// One document of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldDocument {
    /// Which.
    pub document_id: DocumentId,
    /// What it is called.
    pub name: String,
    /// Its file's name.
    pub filename: String,
    /// Its type, once known.
    pub doc_type: Option<DocType>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<UserError>,
}
