//! The documents of a collection: added, put into a role, taken out.

use std::path::PathBuf;

use papertray_model::{
    AddOptions, AddOutcome, CollectionId, DocumentId, ErrorCode, UserError,
    collection::{CollectionDetail, CollectionInput, InputRole},
};
use papertray_store::Read;

use crate::{Engine, Result};

/// The documents of a collection as its first tab shows them. One in the trash is left out.
pub(super) fn inputs_of(r: &Read<'_>, id: CollectionId) -> papertray_store::Result<Vec<CollectionInput>> {
    let mut inputs = vec![];
    for (document, role) in r.inputs(id)? {
        let Some(row) = r.document(document)? else { continue };
        inputs.push(CollectionInput {
            document_id: document,
            role,
            filename: row.filename,
            status: row.status,
            page_count: row.page_count,
            size: row.file_size_bytes,
            error: row.error,
        });
    }
    Ok(inputs)
}

impl Engine {
    /// Adds files in a role; folders are walked. They are stored and wait until the collection is processed; one that is
    /// in the library already is taken from there.
    pub async fn add_collection_files(
        &self,
        id: CollectionId,
        role: InputRole,
        paths: Vec<PathBuf>,
    ) -> Result<Vec<AddOutcome>> {
        self.collection(id)?;
        let outcomes = self.add_with(paths, AddOptions { stage: true, ..AddOptions::default() }).await?;
        let mut documents = vec![];
        for outcome in &outcomes {
            match outcome {
                AddOutcome::Added { document_id, .. } => documents.push(*document_id),
                AddOutcome::AlreadyImported { document_id, in_trash, .. } => {
                    if *in_trash {
                        self.restore(vec![*document_id]).await?;
                    }
                    documents.push(*document_id);
                }
                AddOutcome::Refused { .. } => {}
            }
        }
        self.add_collection_documents(id, role, documents).await?;
        Ok(outcomes)
    }

    /// Adds documents of the library in a role.
    pub async fn add_collection_documents(
        &self,
        id: CollectionId,
        role: InputRole,
        documents: Vec<DocumentId>,
    ) -> Result<CollectionDetail> {
        let now = self.shared.clock.now();
        self.write_collection(id, move |w| {
            for document in documents {
                // One that turned out to be a duplicate just now is gone, and the first in its place.
                if w.has_document(document)? {
                    w.put_input(id, document, role, now)?;
                }
            }
            Ok(())
        })
        .await?;
        self.collection(id)
    }

    /// Takes a document out of a collection; it stays in the library.
    pub async fn remove_collection_input(
        &self,
        id: CollectionId,
        document: DocumentId,
    ) -> Result<CollectionDetail> {
        let now = self.shared.clock.now();
        if !self.write_collection(id, move |w| w.remove_input(id, document, now)).await? {
            return Err(not_in());
        }
        self.collection(id)
    }

    /// Gives a document of a collection another role.
    pub async fn set_input_role(
        &self,
        id: CollectionId,
        document: DocumentId,
        role: InputRole,
    ) -> Result<CollectionDetail> {
        let now = self.shared.clock.now();
        let known = self.write_collection(id, move |w| {
            if !w.inputs(id)?.iter().any(|(input, _)| *input == document) {
                return Ok(false);
            }
            w.put_input(id, document, role, now)?;
            Ok(true)
        });
        if !known.await? {
            return Err(not_in());
        }
        self.collection(id)
    }
}

pub(super) fn not_in() -> UserError {
    UserError::new(ErrorCode::UnknownId, "The document is not part of this collection.", "Add it first.")
}
