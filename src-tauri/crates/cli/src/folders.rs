//! Drop folders from the command line: watch one, and show the ledger.

use std::path::Path;

use papertray_engine::Engine;
use papertray_model::{DropFolder, Fate, LedgerEntry, LedgerQuery, NewDropFolder};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    commands::{Result, SOON_MS},
    output::{Output, plain_entry},
    usage::Watch,
};

/// Runs a drop folder and prints each line that the ledger gets.
pub(crate) async fn watch(engine: &Engine, watch: Watch, output: &Output) -> Result<()> {
    let mut fates = engine.fates();
    let folder = as_said(engine, &watch).await?;
    if !watch.once {
        engine.watch_folder(folder.id)?;
        while let Some(entry) = next(&mut fates).await {
            print(&entry, output);
        }
        return Ok(());
    }
    let looking = engine.scan_once(folder.id);
    tokio::pin!(looking);
    let looked = loop {
        tokio::select! {
            looked = &mut looking => break looked,
            entry = next(&mut fates) => if let Some(entry) = entry { print(&entry, output) },
        }
    };
    while let Ok(entry) = fates.try_recv() {
        print(&entry, output);
    }
    looked?;
    if watch.wait {
        engine.idle(SOON_MS).await?;
    }
    Ok(())
}

async fn next(fates: &mut Receiver<LedgerEntry>) -> Option<LedgerEntry> {
    loop {
        match fates.recv().await {
            Ok(entry) => return Some(entry),
            Err(RecvError::Lagged(_)) => {} // `ledger` shows them all
            Err(RecvError::Closed) => return None,
        }
    }
}

/// The folder, watched as the command line says; what it does not say stays as it was.
async fn as_said(engine: &Engine, watch: &Watch) -> Result<DropFolder> {
    let usual = NewDropFolder::default();
    let before = engine.folder_at(&watch.dir).ok();
    let before = before.map(|f| NewDropFolder {
        path: f.path,
        recursive: f.recursive,
        subfolders: f.subfolders,
        after: f.after,
        ignore: f.ignore,
        changed: f.changed,
    });
    let before = before.unwrap_or(usual);
    engine
        .add_folder(NewDropFolder {
            path: watch.dir.to_string_lossy().into_owned(),
            recursive: watch.recursive.unwrap_or(before.recursive),
            subfolders: watch.subfolders.unwrap_or(before.subfolders),
            after: watch.after.unwrap_or(before.after),
            changed: watch.changed.unwrap_or(before.changed),
            ignore: if watch.ignore.is_empty() { before.ignore } else { watch.ignore.clone() },
        })
        .await
}

fn print(entry: &LedgerEntry, output: &Output) {
    if entry.fate == Fate::Failed {
        output.note_failure();
    }
    output.answer(entry, || plain_entry(entry));
}

/// Prints the ledger, newest first.
pub(crate) fn ledger(engine: &Engine, dir: Option<&Path>, output: &Output) -> Result<()> {
    let folder = dir.map(|dir| engine.folder_at(dir)).transpose()?.map(|folder| folder.id);
    let mut query = LedgerQuery { folder, limit: 1000, ..LedgerQuery::default() };
    loop {
        let page = engine.ledger(&query)?;
        for entry in &page.entries {
            output.answer(entry, || plain_entry(entry));
        }
        query.before = page.entries.last().map(|entry| entry.id);
        if !page.more {
            return Ok(());
        }
    }
}
