//! The desktop shell: one window over the engine, a tray icon, notifications. It holds no fact of its own.
//!
//! `state` opens the engine and says so where it cannot be opened; `commands` adapt the engine's verbs for the
//! window; `events` carries what happens back; `tray`, `notify` and `window` are the system's side.

mod awake;
pub mod bindings;
mod clipboard;
mod commands;
mod events;
mod notify;
mod pictures;
mod start;
mod state;
mod tray;
mod window;
mod words;

use std::process::ExitCode;

use tauri::{Manager as _, RunEvent};
use tauri_plugin_window_state::StateFlags;

use crate::state::AppState;

/// Runs Papertray until the person quits.
pub fn run() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("PAPERTRAY_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,papertray=info")),
        )
        .init();
    let bindings = bindings::builder();
    let handler = bindings.invoke_handler();
    let mut builder = tauri::Builder::default();
    // Tests start several programs at once, each with a library of its own.
    if std::env::var_os("PAPERTRAY_SEVERAL").is_none() {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, arguments, folder| {
            window::second_start(app, arguments, folder);
        }));
    }
    let app = builder
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_autostart::Builder::new().arg(start::HIDDEN).build())
        // Whether it is shown is ours to say: started with the system, it is not.
        .plugin(
            tauri_plugin_window_state::Builder::default()
                .with_state_flags(StateFlags::all().difference(StateFlags::VISIBLE))
                .build(),
        )
        .manage(AppState::default())
        .register_asynchronous_uri_scheme_protocol(pictures::SCHEME, |context, request, responder| {
            pictures::answer(context.app_handle().clone(), request, responder);
        })
        .invoke_handler(handler)
        .setup(move |app| {
            bindings.mount_events(app);
            window::open(app)?;
            tray::create(app.handle());
            state::start(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|app, event| match event {
                // The last window closed: stay in the tray, unless the person asked to quit.
                RunEvent::ExitRequested { api, code: None, .. } if window::stays_in_tray(app) => {
                    api.prevent_exit();
                }
                RunEvent::Exit => {
                    app.state::<AppState>().shut_down();
                    start::again_if_asked(app);
                }
                _ => {}
            });
            ExitCode::SUCCESS
        }
        Err(e) => start::once_more(&e),
    }
}
