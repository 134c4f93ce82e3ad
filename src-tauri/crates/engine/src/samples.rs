//! Samples for a first look: a few documents, and a collection of a linesheet and an order. Added by one verb and taken
//! away by another; the library remembers which documents they are.

use papertray_model::{
    AddOptions, AddOutcome, DocumentId, Samples,
    collection::{CollectionInfo, InputRole},
};

use crate::{Engine, Result, errors};

/// Where the library keeps which documents they are.
const KEPT: &str = "samples";

/// Name, bytes, and what it is in the sample collection.
const FILES: [(&str, &[u8], Option<InputRole>); 6] = [
    ("sample-invoice.pdf", include_bytes!("../../../samples/sample-invoice.pdf"), None),
    ("sample-scan.pdf", include_bytes!("../../../samples/sample-scan.pdf"), None),
    ("sample-delivery-note.pdf", include_bytes!("../../../samples/sample-delivery-note.pdf"), None),
    ("sample-receipt.jpg", include_bytes!("../../../samples/sample-receipt.jpg"), None),
    (
        "sample-linesheet.pdf",
        include_bytes!("../../../samples/sample-linesheet.pdf"),
        Some(InputRole::Linesheet),
    ),
    ("sample-order.csv", include_bytes!("../../../samples/sample-order.csv"), Some(InputRole::PurchaseOrder)),
];

impl Engine {
    /// The samples that are in the library and not in the trash.
    pub fn samples(&self) -> Result<Samples> {
        let found = self.shared.store.read(|r| {
            let kept: Samples = r.setting(KEPT)?.unwrap_or_default();
            let mut documents = vec![];
            for id in kept.documents {
                if r.document(id)?.is_some() {
                    documents.push(id);
                }
            }
            let collection = match kept.collection {
                Some(id) => r.collection(id)?.map(|c| c.id),
                None => None,
            };
            Ok(Samples { documents, collection })
        });
        found.map_err(errors::store)
    }

    /// Adds the samples that are not there, has the documents read and begins to process the collection.
    pub async fn add_samples(&self) -> Result<Samples> {
        let there = self.samples()?;
        if there.collection.is_some() && there.documents.len() == FILES.len() {
            return Ok(there);
        }
        let mut samples = Samples { documents: vec![], collection: there.collection };
        let mut inputs = vec![];
        for (name, bytes, role) in FILES {
            let options = AddOptions { stage: role.is_some(), ..AddOptions::default() };
            let id = match self.add_bytes(name.to_owned(), bytes.to_vec(), options).await? {
                AddOutcome::Added { document_id, .. } => document_id,
                AddOutcome::AlreadyImported { document_id, in_trash, .. } => {
                    if in_trash {
                        self.restore(vec![document_id]).await?;
                    }
                    document_id
                }
                AddOutcome::Refused { error, .. } => return Err(error),
            };
            samples.documents.push(id);
            inputs.extend(role.map(|role| (id, role)));
        }
        if samples.collection.is_none() {
            let info = CollectionInfo { name: "Sample collection".to_owned(), ..CollectionInfo::default() };
            let id = self.create_collection(info).await?.id;
            for (document, role) in inputs {
                self.add_collection_documents(id, role, vec![document]).await?;
            }
            samples.collection = Some(id);
        }
        self.keep_samples(samples.clone()).await?;
        if let Some(id) = samples.collection.filter(|id| Some(*id) != there.collection) {
            self.process_collection(id).await?;
        }
        Ok(samples)
    }

    /// Puts the samples into the trash.
    pub async fn remove_samples(&self) -> Result<Vec<DocumentId>> {
        let Samples { documents, collection } = self.samples()?;
        if let Some(id) = collection {
            // What is at work on it stops first; nothing to stop is fine.
            let _ = self.cancel_collection(id).await;
            self.remove_collection(id).await?;
        }
        let removed = self.remove(documents).await?;
        self.keep_samples(Samples::default()).await?;
        Ok(removed)
    }

    async fn keep_samples(&self, samples: Samples) -> Result<()> {
        let write = self.shared.store.write(move |w| w.set_setting(KEPT, &samples));
        write.await.map_err(errors::store)
    }
}
