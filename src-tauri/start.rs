//! How Papertray is started: with files, hidden with the system, or while another one is just ending.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use tauri::{AppHandle, Manager as _};

use crate::state::AppState;

/// Started with the system: no window, only the tray icon.
pub(crate) const HIDDEN: &str = "--hidden";
/// Counts how often a start met a Papertray that was just ending.
const TRIES: &str = "PAPERTRAY_START_TRIES";
const MOST_TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(250);

/// Whether this start shall show no window.
pub(crate) fn is_hidden(arguments: &[String]) -> bool {
    arguments.iter().any(|argument| argument == HIDDEN)
}

/// The files that a start names; paths are seen from `folder`.
pub(crate) fn files(arguments: &[String], folder: &str) -> Vec<PathBuf> {
    let named = arguments.iter().skip(1).filter(|argument| *argument != HIDDEN);
    named.map(|file| PathBuf::from(folder).join(file)).collect()
}

/// The application could not be built. Where that is because the running one ended at the very moment it was asked to
/// take this start's files, this start is made again.
pub(crate) fn once_more(error: &tauri::Error) -> ExitCode {
    let tries: u32 = std::env::var(TRIES).ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    if !error.to_string().contains("failed to forward arguments") || tries >= MOST_TRIES {
        tracing::error!("Papertray could not start: {error}");
        return ExitCode::FAILURE;
    }
    std::thread::sleep(PAUSE);
    match spawn(std::env::args().skip(1), tries + 1) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            tracing::error!("Papertray could not start again: {e}");
            ExitCode::FAILURE
        }
    }
}

/// At the very end: a start that came while this process was ending is made now.
pub(crate) fn again_if_asked(app: &AppHandle) {
    if std::env::var_os("PAPERTRAY_SEVERAL").is_none() {
        tauri_plugin_single_instance::destroy(app); // from here on a new start is its own
    }
    let asked = app.state::<AppState>().started_meanwhile();
    if let Some((arguments, folder)) = asked {
        let files = files(&arguments, &folder).into_iter().map(|file| file.to_string_lossy().into_owned());
        let hidden = is_hidden(&arguments).then(|| HIDDEN.to_owned());
        if let Err(e) = spawn(files.chain(hidden), 0) {
            tracing::error!("Papertray could not start again: {e}");
        }
    }
}

fn spawn(arguments: impl Iterator<Item = String>, tries: u32) -> std::io::Result<()> {
    let program = std::env::current_exe()?;
    std::process::Command::new(program).args(arguments).env(TRIES, tries.to_string()).spawn().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_seen_from_where_they_were_named() {
        let arguments = ["papertray", "--hidden", "a b.pdf", "/x/c.png"].map(str::to_owned);
        assert!(is_hidden(&arguments));
        assert_eq!(files(&arguments, "/home/p"), [PathBuf::from("/home/p/a b.pdf"), "/x/c.png".into()]);
        assert!(!is_hidden(&arguments[2..]));
    }
}
