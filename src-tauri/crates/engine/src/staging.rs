//! Documents that are added without being processed, and the verb that has them processed later.

use papertray_model::{DocumentId, DocumentStatus, JobKind};
use papertray_store::NewJob;

use crate::{Engine, Result, errors};

impl Engine {
    /// The documents that were added without being processed, oldest first.
    pub fn staged(&self) -> Result<Vec<DocumentId>> {
        self.shared.store.read(|r| r.staged()).map_err(errors::store)
    }

    /// Has staged documents processed; others among `ids` are left as they are. Answers which were staged. One whose
    /// file is still being stored follows when it is.
    pub async fn process_staged(&self, ids: Vec<DocumentId>) -> Result<Vec<DocumentId>> {
        let now = self.shared.clock.now();
        let begun = self.shared.store.write(move |w| {
            let mut begun = vec![];
            for id in ids {
                let Some(row) = w.document(id)? else { continue }; // in the trash: it stays staged
                if !w.unstage(id)? {
                    continue;
                }
                let stored = w.document_file(id)?.is_some_and(|(hash, _)| hash.is_some());
                if stored && row.status == DocumentStatus::Uploading {
                    w.enqueue(&NewJob::new(JobKind::ReadDocument, id), now)?;
                }
                begun.push((id, w.batch_of(id)?));
            }
            Ok(begun)
        });
        let begun = begun.await.map_err(errors::store)?;
        for batch in begun.iter().filter_map(|(_, batch)| *batch) {
            self.shared.queue.reopen_batch(batch);
        }
        self.shared.queue.wake_all();
        let ids: Vec<DocumentId> = begun.into_iter().map(|(id, _)| id).collect();
        self.changed(ids.clone());
        Ok(ids)
    }
}
