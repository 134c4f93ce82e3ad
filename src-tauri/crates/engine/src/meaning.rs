//! Verbs that change what a document means without reading it again: replay from the words that are kept, move the
//! boundaries between documents in a file, a person's name, summary and tags; and what the last run changed.

use papertray_model::{
    DocType, DocumentDetail, DocumentId, DocumentQuery, DocumentStatus, ErrorCode, FieldChange, PageMeaning,
    PageReading, Replayed, UserError,
};
use papertray_store::Understanding;
use papertray_understand::Knowledge;

use crate::{
    Engine, Result, blocking,
    documents::wrong_state,
    errors,
    knowledge::{is_list_of_files, no_type, understand_document, understand_page},
};

type Pages = Vec<(PageReading, PageMeaning)>;

impl Engine {
    /// Understands a document anew from the words that are kept; nothing is read again. A person's values stay. Doing it
    /// twice changes nothing more.
    pub async fn replay(&self, id: DocumentId) -> Result<Replayed> {
        let row = self.document(id)?;
        if !matches!(row.status, DocumentStatus::OcrComplete | DocumentStatus::Partial) {
            return Err(wrong_state(&row, "Only a document that was read can be replayed."));
        }
        if row.job.is_some() {
            return Err(wrong_state(&row, "It is being worked on; replay it when that is over."));
        }
        let knowledge = self.shared.knowledge();
        let known = knowledge.clone();
        let (pages, splits, typed) = self
            .shared
            .store
            .read(|r| {
                let mut pages: Pages = vec![];
                for page in r.pages(id)? {
                    if let Some(reading) = r.page_reading(id, page.summary.page_number)? {
                        pages.push((reading, r.page_meaning(id, &page)?));
                    }
                }
                Ok((pages, r.splits(id)?, r.described(id)?.0.doc_type))
            })
            .map_err(errors::store)?;
        let (pages, versions, understanding) =
            blocking(move || understand_anew(&known, pages, splits.as_deref(), typed.as_deref())).await?;
        let now = self.shared.clock.now();
        let (doc_type, schema_version) =
            (understanding.doc_type.clone(), knowledge.version_of(understanding.doc_type.as_str()));
        let changes = self
            .shared
            .store
            .write(move |w| {
                if w.jobs_of(id)?.iter().any(|job| !job.status.is_over()) {
                    return Ok(None); // somebody began meanwhile
                }
                for ((reading, meaning), version) in pages.iter().zip(&versions) {
                    w.put_page_meaning(id, reading.page_number, meaning, *version, now)?;
                }
                w.put_understanding(id, &understanding, now)?;
                w.field_changes(id).map(Some)
            })
            .await
            .map_err(errors::store)?;
        let Some(changes) = changes else {
            return Err(wrong_state(&row, "It is being worked on; replay it when that is over."));
        };
        if !changes.is_empty() {
            // Name, tags and summary follow from the values.
            self.regenerate(id).await?;
        }
        self.changed(vec![id]);
        Ok(Replayed { document_id: id, doc_type, schema_version, changes })
    }

    /// The documents of a type that were read, oldest first; `unknown` are those of none.
    pub fn read_documents_of(&self, doc_type: &str) -> Result<Vec<DocumentId>> {
        if !self.types().types.iter().any(|known| known.name == doc_type) {
            return Err(no_type(doc_type));
        }
        let mut query =
            DocumentQuery { doc_type: Some(DocType::new(doc_type)), limit: 500, ..DocumentQuery::default() };
        let mut ids = vec![];
        loop {
            let page = self.documents(&query)?;
            query.after = page.rows.last().map(|row| row.document_id);
            let read = |s| matches!(s, DocumentStatus::OcrComplete | DocumentStatus::Partial);
            ids.extend(page.rows.iter().filter(|row| read(row.status)).map(|row| row.document_id));
            if !page.more {
                ids.reverse();
                return Ok(ids);
            }
        }
    }

    /// Moves the boundaries between the documents of a file: `pages` (from 2) each begin one. None: as the pages say
    /// themselves.
    pub async fn split(&self, id: DocumentId, pages: Option<Vec<u32>>) -> Result<Replayed> {
        let row = self.document(id)?;
        let count = row.page_count.unwrap_or(0);
        if let Some(page) = pages.iter().flatten().find(|page| **page < 2 || **page > count) {
            return Err(UserError::new(
                ErrorCode::Usage,
                format!("No document of `{}` can begin on page {page}; it has {count} pages.", row.filename),
                "Name pages from 2 to the last.",
            ));
        }
        let now = self.shared.clock.now();
        let write = self.shared.store.write(move |w| w.set_splits(id, pages.as_deref(), now));
        write.await.map_err(errors::store)?;
        self.replay(id).await
    }

    /// A person names the type of documents, or leaves it to the machine again. They are understood anew; answers what a
    /// person had said of each before. One that is at work or was not read keeps its type, and is not in the answer.
    pub async fn set_types(
        &self,
        wanted: Vec<(DocumentId, Option<DocType>)>,
    ) -> Result<Vec<(DocumentId, Option<DocType>)>> {
        let mut before = vec![];
        for (id, doc_type) in wanted {
            if let Some(named) = &doc_type
                && !self.types().types.iter().any(|known| known.name == named.as_str())
            {
                return Err(no_type(named.as_str()));
            }
            let row = self.document(id)?;
            let read = matches!(row.status, DocumentStatus::OcrComplete | DocumentStatus::Partial);
            if !read || row.job.is_some() {
                continue;
            }
            let (mut mine, _) = self.shared.store.read(|r| r.described(id)).map_err(errors::store)?;
            let was = std::mem::replace(&mut mine.doc_type, doc_type.map(|t| t.as_str().to_owned()));
            let now = self.shared.clock.now();
            self.shared.store.write(move |w| w.set_mine(id, &mine, now)).await.map_err(errors::store)?;
            self.replay(id).await?;
            before.push((id, was.map(DocType::new)));
        }
        Ok(before)
    }

    /// A person looked at what a run changed about a value, and leaves it as it is.
    pub async fn settle_change(&self, id: DocumentId, name: String) -> Result<DocumentDetail> {
        self.document(id)?;
        let write = self.shared.store.write(move |w| w.settle_change(id, &name));
        write.await.map_err(errors::store)?;
        self.detail(id)
    }

    /// What the last run over a document changed.
    pub fn field_changes(&self, id: DocumentId) -> Result<Vec<FieldChange>> {
        self.document(id)?;
        self.shared.store.read(|r| r.field_changes(id)).map_err(errors::store)
    }

    /// A person's tags: given and taken away for good.
    pub async fn change_tags(&self, id: DocumentId, add: Vec<String>, remove: Vec<String>) -> Result<()> {
        self.document(id)?;
        let write = self.shared.store.write(move |w| w.change_tags(id, &add, &remove));
        write.await.map_err(errors::store)?;
        self.changed(vec![id]);
        Ok(())
    }

    /// A person's own name, summary or language of a document; empty: the machine's again. Or their `note`; empty: none.
    pub async fn set_description(&self, id: DocumentId, what: &str, value: &str) -> Result<()> {
        self.document(id)?;
        let value = Some(value.trim().to_owned()).filter(|v| !v.is_empty());
        let (mut mine, _) = self.shared.store.read(|r| r.described(id)).map_err(errors::store)?;
        match what {
            "display_name" => mine.display_name = value,
            "summary" => mine.summary = value,
            "note" => mine.note = value,
            _ => mine.language = value,
        }
        let now = self.shared.clock.now();
        self.shared.store.write(move |w| w.set_mine(id, &mine, now)).await.map_err(errors::store)?;
        self.changed(vec![id]);
        Ok(())
    }
}

fn understand_anew(
    knowledge: &Knowledge,
    pages: Pages,
    splits: Option<&[u32]>,
    typed: Option<&str>,
) -> (Pages, Vec<u32>, Understanding) {
    let mut versions = vec![];
    let anew: Pages = pages
        .into_iter()
        .map(|(reading, before)| {
            let (meaning, version) = if is_list_of_files(&before) {
                (before, 1)
            } else {
                understand_page(knowledge, &reading, typed)
            };
            versions.push(version);
            (reading, meaning)
        })
        .collect();
    let understanding = understand_document(knowledge, &anew, splits);
    (anew, versions, understanding)
}
