//! Services outside this computer: which there are, what they may do, their keys, and what was sent to them.

use papertray_engine::Secret;
use papertray_model::{ProviderSettings, SendingRow, Spent};
use serde::Serialize;
use specta::Type;
use tauri::AppHandle;

use super::{Result, engine};

/// How services are set up and what they were used for.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Providers {
    settings: ProviderSettings,
    /// A page that cannot be read ends its document's reading.
    stop_at_bad_page: bool,
    /// In the last 30 days.
    spent: Spent,
    /// Seconds until a service that asked for a pause is asked again.
    pauses: Vec<ServicePause>,
}

#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct ServicePause {
    service: String,
    #[specta(type = f64)]
    seconds: u64,
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn providers(app: AppHandle) -> Result<Providers> {
    let engine = engine(&app).await?;
    let work = engine.work_settings()?;
    let names = work.providers.services.keys();
    let pauses = names
        .filter_map(|name| Some(ServicePause { service: name.clone(), seconds: engine.service_pause(name)? }))
        .collect();
    let (settings, stop_at_bad_page) = (work.providers, work.stop_at_bad_page);
    Ok(Providers { settings, stop_at_bad_page, spent: engine.spent()?, pauses })
}

/// Keeps how services are set up. A key of a service that is gone goes too.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_providers(
    app: AppHandle,
    settings: ProviderSettings,
    stop_at_bad_page: bool,
) -> Result<()> {
    let engine = engine(&app).await?;
    let mut work = engine.work_settings()?;
    let gone: Vec<String> = work
        .providers
        .services
        .keys()
        .filter(|name| !settings.services.contains_key(*name))
        .cloned()
        .collect();
    work.providers = settings;
    work.stop_at_bad_page = stop_at_bad_page;
    engine.set_work_settings(work).await?;
    for name in gone {
        engine.remove_service_key(&name).await?;
    }
    Ok(())
}

/// Keeps a service's key in the system's keychain; nothing: forgets it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_service_key(app: AppHandle, service: String, key: Option<String>) -> Result<()> {
    let engine = engine(&app).await?;
    match key {
        Some(key) => engine.set_service_key(&service, Secret::new(key.trim())).await,
        None => engine.remove_service_key(&service).await,
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn has_service_key(app: AppHandle, service: String) -> Result<bool> {
    engine(&app).await?.has_service_key(&service).await
}

/// Asks a service one small question, without anything of anybody's; answers how many milliseconds it took.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_service(app: AppHandle, service: String) -> Result<u32> {
    engine(&app).await?.test_service(&service).await
}

/// A page of the privacy ledger.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Sendings {
    /// Newest first.
    rows: Vec<SendingRow>,
    /// Whether more follow.
    more: bool,
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn list_sendings(app: AppHandle, before: Option<f64>, limit: u32) -> Result<Sendings> {
    let limit = limit.clamp(1, 1000);
    let mut rows = engine(&app).await?.sendings(before.map(|id| id as i64), limit + 1)?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    Ok(Sendings { rows, more })
}
