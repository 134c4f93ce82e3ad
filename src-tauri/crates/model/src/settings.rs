//! What a person may set.

use serde::{Deserialize, Serialize};

use crate::{CollectionId, DocumentFilter, DocumentId, DocumentSort, Tell};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What Papertray speaks, in the window and outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Language {
    /// As the system, where Papertray speaks it; else English.
    #[default]
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
}

/// A way to look at the Inbox that a person keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct SavedView {
    /// Its name.
    pub name: String,
    /// Which documents.
    pub filter: DocumentFilter,
    /// What is searched.
    pub text: String,
    /// What it is sorted by.
    pub sort: DocumentSort,
    /// Smallest, earliest, oldest first.
    pub ascending: bool,
}

/// The samples of a library: what was added for a first look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Samples {
    /// Documents, the collection's among them.
    pub documents: Vec<DocumentId>,
    /// The collection made of a linesheet and an order.
    pub collection: Option<CollectionId>,
}

/// All settings of a library. A missing one has its default, so older libraries need no change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// What Papertray speaks.
    pub language: Language,
    /// Tell through the system when a batch is ready and the window is not in front.
    pub notify: bool,
    /// Closing the window keeps Papertray at work in the tray.
    pub close_to_tray: bool,
    /// The queue pauses while the computer saves its battery.
    pub pause_on_battery: bool,
    /// Finished jobs are forgotten after so many days; documents stay.
    pub history_days: u32,
    /// The computer stays awake while documents are read.
    pub keep_awake: bool,
    /// What lies in the trash goes for good after so many days; 0: never by itself.
    pub trash_days: u32,
    /// Who else is told when a batch is ready.
    pub tell: Tell,
    /// The person was told once that closing keeps working in the tray.
    pub told_about_tray: bool,
    /// The person was welcomed, and has chosen a drop folder or none.
    pub welcomed: bool,
    /// Ways to look at the Inbox.
    pub views: Vec<SavedView>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            language: Language::System,
            notify: true,
            close_to_tray: true,
            pause_on_battery: true,
            history_days: 30,
            keep_awake: true,
            trash_days: 30,
            tell: Tell::default(),
            told_about_tray: false,
            welcomed: false,
            views: vec![],
        }
    }
}
