//! The one list of commands and events that the window knows. `ui/src/lib/bindings.ts` is generated from it; a test
//! keeps that file current.

use specta_typescript::Typescript;
use tauri_specta::{Builder, collect_commands, collect_events};

use crate::{commands, events};

/// Commands and events.
pub fn builder() -> Builder<tauri::Wry> {
    Builder::new()
        .commands(collect_commands![
            commands::documents::snapshot,
            commands::documents::list_documents,
            commands::documents::get_document,
            commands::documents::get_page,
            commands::documents::add_files,
            commands::documents::choose_files,
            commands::documents::add_pasted,
            commands::documents::process_staged,
            commands::documents::separate_version,
            commands::documents::remove_documents,
            commands::documents::restore_documents,
            commands::documents::show_in_folder,
            commands::documents::open_original,
            commands::review::set_field,
            commands::review::release_field,
            commands::review::settle_change,
            commands::review::split_document,
            commands::review::replay_document,
            commands::review::set_types,
            commands::review::change_tags,
            commands::review::set_description,
            commands::review::unaccept_document,
            commands::review::accept_document,
            commands::review::regenerate,
            commands::review::set_lines,
            commands::pages::arrange_pages,
            commands::pages::split_pages,
            commands::pages::merge_documents,
            commands::pages::list_twins,
            commands::pages::set_different,
            commands::moving::move_library,
            commands::moving::move_state,
            commands::moving::restore_library,
            commands::jobs::retry_documents,
            commands::jobs::cancel_documents,
            commands::jobs::unlock_document,
            commands::jobs::refresh_document,
            commands::jobs::list_jobs,
            commands::jobs::next_jobs,
            commands::jobs::job_detail,
            commands::jobs::cancel_job,
            commands::jobs::cancel_all,
            commands::jobs::pause_job,
            commands::jobs::resume_job,
            commands::jobs::run_next,
            commands::jobs::failure_causes,
            commands::jobs::retry_failed,
            commands::jobs::pause_queue,
            commands::jobs::resume_queue,
            commands::jobs::queue_metrics,
            commands::jobs::analytics,
            commands::finding::hits,
            commands::finding::export_choices,
            commands::finding::set_export_presets,
            commands::finding::export_documents,
            commands::finding::export_text,
            commands::finding::show_file,
            commands::finding::backup_library,
            commands::finding::verify_library,
            commands::folders::list_folders,
            commands::folders::suggested_folder,
            commands::folders::choose_folder,
            commands::folders::add_folder,
            commands::folders::set_folder,
            commands::folders::remove_folder,
            commands::folders::scan_folder,
            commands::folders::open_folder,
            commands::folders::ledger,
            commands::known::list_types,
            commands::known::open_types_folder,
            commands::known::documents_of_type,
            commands::known::list_lessons,
            commands::known::forget_lessons,
            commands::services::providers,
            commands::services::set_providers,
            commands::services::set_service_key,
            commands::services::has_service_key,
            commands::services::test_service,
            commands::services::list_sendings,
            commands::collections::list_collections,
            commands::collections::create_collection,
            commands::collections::collection,
            commands::collections::set_collection_info,
            commands::collections::remove_collection,
            commands::collections::restore_collection,
            commands::collections::choose_collection_files,
            commands::collections::add_collection_files,
            commands::collections::add_collection_documents,
            commands::collections::remove_collection_input,
            commands::collections::set_input_role,
            commands::collections::process_collection,
            commands::collections::generate_items,
            commands::collections::cancel_collection,
            commands::collections::collection_items,
            commands::collections::collection_products,
            commands::collections::collection_photos,
            commands::collections::set_items,
            commands::collections::reset_item,
            commands::collections::move_items,
            commands::collections::resolve_line,
            commands::collections::set_order_column,
            commands::collections::rename_category,
            commands::collections::order_categories,
            commands::decks::deck_settings,
            commands::decks::set_deck_settings,
            commands::decks::choose_deck_logo,
            commands::decks::set_deck_logo,
            commands::decks::deck_preview,
            commands::decks::generate_deck,
            commands::decks::deck_versions,
            commands::decks::save_deck,
            commands::decks::open_deck,
            commands::decks::show_deck,
            commands::samples::samples,
            commands::samples::add_samples,
            commands::samples::remove_samples,
            commands::settings::health,
            commands::settings::get_settings,
            commands::settings::set_settings,
            commands::settings::storage,
            commands::settings::empty_trash,
            commands::settings::open_library,
            commands::settings::autostart,
            commands::settings::set_autostart,
            commands::settings::offline,
            commands::settings::set_offline,
            commands::settings::set_secret,
            commands::settings::has_secret,
            commands::settings::test_tell,
            commands::settings::window_ready,
            commands::settings::quit,
        ])
        .events(collect_events![events::EventBatch, events::FilesAdded, events::Navigate, events::QuitAsked])
        .disable_serde_phases()
}

/// Writes what `ui/src/lib/bindings.ts` holds.
pub fn write_typescript(path: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
    Ok(builder().export(Typescript::default(), path)?)
}

#[cfg(test)]
mod tests {
    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/lib/bindings.ts");

    /// With `UPDATE_BINDINGS=1` writes the file instead of comparing.
    #[test]
    fn the_windows_bindings_are_current() {
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            super::write_typescript(FILE.as_ref()).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let fresh = folder.path().join("bindings.ts");
        super::write_typescript(&fresh).unwrap();
        let wanted = fs_err::read_to_string(fresh).unwrap();
        let found = fs_err::read_to_string(FILE).unwrap();
        assert!(
            found == wanted,
            "ui/src/lib/bindings.ts is out of date: run this test with UPDATE_BINDINGS=1"
        );
    }
}
