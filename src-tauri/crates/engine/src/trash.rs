//! What goes for good, and what the library takes of the disk.

use std::{io, path::Path, sync::Arc};

use papertray_model::{Settings, Storage, Timestamp};
use papertray_store::Gone;

use crate::{Engine, Result, Shared, blocking, errors};

/// A commit that removes more holds up the others.
const CHUNK: u32 = 200;
const DAY_MS: i64 = 86_400_000;

impl Engine {
    /// Everything in the trash goes for good; answers how many documents.
    pub async fn empty_trash(&self) -> Result<u32> {
        let gone = self.shared.purge_trash(Timestamp(i64::MAX)).await?;
        self.changed(vec![]);
        Ok(gone)
    }

    /// Where the library lies and what it takes.
    pub async fn storage(&self) -> Result<Storage> {
        let shared = Arc::clone(&self.shared);
        blocking(move || {
            let root = shared.store.root();
            let (bytes, counts) =
                shared.store.read(|r| Ok((r.original_bytes()?, r.inbox_counts()?))).map_err(errors::store)?;
            let database = ["library.sqlite", "library.sqlite-wal", "library.sqlite-shm"];
            Ok(Storage {
                library: root.to_string_lossy().into_owned(),
                originals: bytes.0,
                trash: bytes.1,
                trash_documents: counts.trash,
                pictures: size_of(&root.join("storage")).map_err(|e| errors::io_error(&e))?,
                database: database
                    .iter()
                    .filter_map(|name| fs_err::metadata(root.join(name)).ok())
                    .map(|meta| meta.len())
                    .sum(),
                free: shared.surroundings.free_disk(root),
            })
        })
        .await?
    }
}

impl Shared {
    /// What lies in the trash for longer than a person wants goes for good.
    pub(crate) async fn purge_old_trash(&self, settings: &Settings) {
        if settings.trash_days == 0 {
            return;
        }
        let before = self.clock.now().plus_ms(-DAY_MS * i64::from(settings.trash_days));
        match self.purge_trash(before).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!("{gone} documents of the trash went for good"),
            Err(e) => tracing::error!("the trash could not be emptied: {e}"),
        }
    }

    async fn purge_trash(&self, before: Timestamp) -> Result<u32> {
        let mut count = 0;
        self.store.write(move |w| w.purge_collections(before)).await.map_err(errors::store)?;
        loop {
            let _alone = self.files_stay.lock().await;
            let gone =
                self.store.write(move |w| w.purge_trash(before, CHUNK)).await.map_err(errors::store)?;
            if gone.is_empty() {
                return Ok(count);
            }
            count += u32::try_from(gone.len()).unwrap_or(u32::MAX);
            self.remove_files(gone).await;
        }
    }

    /// Files go after the commit that took their documents. A stored file is removed by the writing thread, which looks
    /// once more whether nobody needs it: whoever adds the same bytes looks there too, in the same thread, whether they
    /// are still stored. What a crash leaves behind, `doctor` finds.
    async fn remove_files(&self, gone: Vec<Gone>) {
        let blobs = self.store.blobs().clone();
        let removed = self.store.write(move |w| {
            for Gone { document, blobs: unneeded } in gone {
                for hash in unneeded {
                    if !w.needs_blob(&hash)?
                        && let Err(e) = blobs.remove(&hash)
                    {
                        tracing::warn!("[{document}] a stored file stays behind: {e}");
                    }
                }
                if let Err(e) = blobs.remove_pages(document) {
                    tracing::warn!("[{document}] its page pictures stay behind: {e}");
                }
            }
            Ok(())
        });
        if let Err(e) = removed.await {
            tracing::error!("files of removed documents stay behind: {e}");
        }
    }
}

/// Bytes of all files below a folder; one that goes meanwhile counts nothing.
fn size_of(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        bytes += match entry.metadata() {
            Ok(meta) if meta.is_dir() => size_of(&entry.path())?,
            Ok(meta) => meta.len(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => 0,
            Err(e) => return Err(e),
        };
    }
    Ok(bytes)
}
