//! What the shell itself says, outside the window: the tray, notifications and the system's file dialogs, in the
//! person's language. A field that one language lacks does not compile.

use papertray_model::{Language, Settings};
use tauri::{AppHandle, Manager as _};

use crate::state::AppState;

/// Everything the shell says in one language.
pub(crate) struct Words {
    pub(crate) open_papertray: &'static str,
    pub(crate) add_files_menu: &'static str,
    pub(crate) open_drop_folder: &'static str,
    pub(crate) resume_reading: &'static str,
    pub(crate) pause_reading: &'static str,
    pub(crate) latest: &'static str,
    pub(crate) quit: &'static str,
    /// How many documents wait.
    pub(crate) paused: fn(u32) -> String,
    /// How many documents are still to be read.
    pub(crate) reading: fn(u32) -> String,
    /// How many documents failed.
    pub(crate) attention: fn(u32) -> String,
    pub(crate) keeps_working: &'static str,
    pub(crate) keeps_working_where: &'static str,
    pub(crate) open: &'static str,
    pub(crate) ready: &'static str,
    /// A document's name.
    pub(crate) could_not_be_read: fn(&str) -> String,
    /// How many were read.
    pub(crate) read: fn(usize) -> String,
    /// How many were not.
    pub(crate) not_read: fn(usize) -> String,
    /// How many were read, how many not.
    pub(crate) read_and_not: fn(usize, usize) -> String,
    pub(crate) values_to_check: &'static str,
    /// How many documents a person should look at.
    pub(crate) to_check: fn(u32) -> String,
    /// Names of files, and whether there are more.
    pub(crate) names_not_read: fn(&str, bool) -> String,
    pub(crate) save_deck: &'static str,
    pub(crate) add_files: &'static str,
    pub(crate) export: &'static str,
    pub(crate) export_searchable: &'static str,
    pub(crate) export_originals: &'static str,
    /// The name proposed for a file of exported documents, without its ending.
    pub(crate) export_name: &'static str,
    pub(crate) back_up: &'static str,
    pub(crate) choose_watched: &'static str,
}

static ENGLISH: Words = Words {
    open_papertray: "Open Papertray",
    add_files_menu: "Add files…",
    open_drop_folder: "Open drop folder",
    resume_reading: "Resume reading",
    pause_reading: "Pause reading",
    latest: "Latest",
    quit: "Quit",
    paused: |n| format!("Papertray: paused, {n} waiting"),
    reading: |n| format!("Papertray: reading, {n} to go"),
    attention: |n| format!("Papertray: {n} need attention"),
    keeps_working: "Papertray keeps working",
    keeps_working_where: "It is in the system tray; Quit is in its menu.",
    open: "Open",
    ready: "Ready.",
    could_not_be_read: |name| format!("{name} could not be read"),
    read: |n| format!("{n} documents read"),
    not_read: |n| format!("{n} documents could not be read"),
    read_and_not: |read, not| format!("{read} documents read, {not} not"),
    values_to_check: "Some values want a look.",
    to_check: |n| if n == 1 { "1 needs review.".to_owned() } else { format!("{n} need review.") },
    names_not_read: |names, more| format!("Not read: {names}{}.", if more { " and more" } else { "" }),
    save_deck: "Save the deck",
    add_files: "Add files",
    export: "Export",
    export_searchable: "Export searchable copies",
    export_originals: "Export originals",
    export_name: "documents",
    back_up: "Back up",
    choose_watched: "Choose a folder to watch",
};

static GERMAN: Words = Words {
    open_papertray: "Papertray öffnen",
    add_files_menu: "Dateien hinzufügen…",
    open_drop_folder: "Überwachten Ordner öffnen",
    resume_reading: "Lesen fortsetzen",
    pause_reading: "Lesen anhalten",
    latest: "Zuletzt gelesen",
    quit: "Beenden",
    paused: |n| format!("Papertray: angehalten, {n} warten"),
    reading: |n| format!("Papertray: liest, noch {n}"),
    attention: |n| format!("Papertray: {n} bitte ansehen"),
    keeps_working: "Papertray arbeitet weiter",
    keeps_working_where: "Sie finden es im Infobereich; „Beenden“ steht in seinem Menü.",
    open: "Öffnen",
    ready: "Fertig.",
    could_not_be_read: |name| format!("{name} konnte nicht gelesen werden"),
    read: |n| format!("{n} Dokumente gelesen"),
    not_read: |n| format!("{n} Dokumente konnten nicht gelesen werden"),
    read_and_not: |read, not| format!("{read} Dokumente gelesen, {not} nicht"),
    values_to_check: "Einige Werte sind zu prüfen.",
    to_check: |n| if n == 1 { "1 ist zu prüfen.".to_owned() } else { format!("{n} sind zu prüfen.") },
    names_not_read: |names, more| {
        format!("Nicht gelesen: {names}{}.", if more { " und weitere" } else { "" })
    },
    save_deck: "Präsentation speichern",
    add_files: "Dateien hinzufügen",
    export: "Exportieren",
    export_searchable: "Durchsuchbare Kopien exportieren",
    export_originals: "Originale exportieren",
    export_name: "Dokumente",
    back_up: "Bibliothek sichern",
    choose_watched: "Ordner zum Überwachen auswählen",
};

impl Words {
    /// In the language the person chose; where the library is not open yet, in the system's.
    pub(crate) fn of(app: &AppHandle) -> &'static Self {
        let settings = app.state::<AppState>().opened().and_then(|engine| engine.settings().ok());
        Self::by(&settings.unwrap_or_default())
    }

    /// In the language of these settings.
    pub(crate) fn by(settings: &Settings) -> &'static Self {
        Self::in_language(settings.language, sys_locale::get_locale().as_deref().unwrap_or_default())
    }

    /// As the window chooses (`locale.svelte.ts`): German where the system speaks it, else English.
    fn in_language(chosen: Language, system: &str) -> &'static Self {
        match chosen {
            Language::German => &GERMAN,
            Language::System if system.to_lowercase().starts_with("de") => &GERMAN,
            Language::English | Language::System => &ENGLISH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_counts_before_the_system() {
        let quit = |chosen, system| Words::in_language(chosen, system).quit;
        assert_eq!(quit(Language::System, "de-AT"), "Beenden");
        assert_eq!(quit(Language::System, "fr-FR"), "Quit");
        assert_eq!(quit(Language::System, ""), "Quit");
        assert_eq!(quit(Language::English, "de-DE"), "Quit");
        assert_eq!(quit(Language::German, "en-GB"), "Beenden");
    }
}
