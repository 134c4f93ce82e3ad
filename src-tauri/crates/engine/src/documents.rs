//! Verbs that look at documents, correct and remove them.

use std::path::{Path, PathBuf};

use papertray_model::{
    ANSWER_SCHEMA, DocType, DocumentDetail, DocumentId, DocumentList, DocumentPart, DocumentQuery,
    DocumentRow, DocumentStatus, EngineEvent, ErrorCode, Field, Fields, InboxCounts, LineItem, PageDetail,
    PageRef, PageSummary, Pause, QueueStatus, Settings, UserError,
    answer::{PageAnswer, Reading},
    job::Health,
};
use papertray_store::{PageRow, Read, StoreError};
use serde::{Deserialize, Serialize};

use crate::{Engine, Result, errors};

/// What a window needs when it opens; events after `seq` bring it up to date.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// Number of the last event it includes.
    pub seq: u64,
    /// Jobs by state.
    pub status: QueueStatus,
    /// Documents by state.
    pub counts: InboxCounts,
    /// What a person set.
    pub settings: Settings,
    /// The library's folder.
    pub library: PathBuf,
    /// Whether all is well.
    pub health: Health,
    /// The pause under way.
    pub pause: Option<Pause>,
}

impl Engine {
    /// What a window needs when it opens.
    pub fn snapshot(&self) -> Result<Snapshot> {
        // The number first: an event in between is then heard again, which does no harm.
        let seq = self.shared.events.seq();
        let counts = self.shared.store.read(|r| r.inbox_counts()).map_err(errors::store)?;
        Ok(Snapshot {
            seq,
            status: self.shared.store.queue_status(),
            counts,
            settings: self.settings()?,
            library: self.shared.store.root().to_owned(),
            health: self.health(),
            pause: self.paused(),
        })
    }

    /// A page of the list of documents, newest first.
    pub fn documents(&self, query: &DocumentQuery) -> Result<DocumentList> {
        let mut list = self.shared.store.read(|r| r.documents(query)).map_err(errors::store)?;
        list.rows.iter_mut().for_each(|row| self.absolute_thumbnail(row));
        Ok(list)
    }

    /// One document as a list shows it.
    pub fn document(&self, id: DocumentId) -> Result<DocumentRow> {
        let mut row = self
            .shared
            .store
            .read(|r| r.document(id))
            .map_err(errors::store)?
            .ok_or_else(errors::no_document)?;
        self.absolute_thumbnail(&mut row);
        Ok(row)
    }

    fn absolute_thumbnail(&self, row: &mut DocumentRow) {
        row.thumbnail = row.thumbnail.take().and_then(|uri| self.picture_path(&uri));
    }

    /// The bytes of a page's picture, by the path that rows and pages name it with; any other path is refused.
    pub async fn page_picture(&self, path: &Path) -> Result<Vec<u8>> {
        let store = &self.shared.store;
        let uri =
            path.strip_prefix(store.root()).ok().and_then(Path::to_str).map(|uri| uri.replace('\\', "/"));
        let place = uri.and_then(|uri| store.blobs().page_path(&uri).ok());
        let gone = || {
            UserError::new(ErrorCode::NotFound, "There is no such page picture.", "Read the document again.")
        };
        tokio::fs::read(place.ok_or_else(gone)?).await.map_err(|_| gone())
    }

    fn picture_path(&self, uri: &str) -> Option<String> {
        let path = self.shared.store.blobs().page_path(uri).ok()?;
        path.is_file().then(|| path.to_string_lossy().into_owned())
    }

    /// One document with its values and pages.
    pub fn detail(&self, id: DocumentId) -> Result<DocumentDetail> {
        let row = self.document(id)?;
        let shown = shows_pages(row.status);
        let detail = self.shared.store.read(|r| {
            let mime_type = r.document_file(id)?.map(|(_, mime)| mime).unwrap_or_default();
            let (metadata, lines) = r.description(id)?.unwrap_or_default();
            let (checks, sections) = r.structure(id)?;
            let result = r.ocr_result(id)?;
            let pages = if shown { r.pages(id)? } else { vec![] };
            let mut fields = if shown { r.fields(id, 0)? } else { papertray_model::Fields::new() };
            let lines_by_person = r.my_lines(id)?.is_some();
            // What a person changed is added up anew; a file of several documents has sums of its own for each.
            let corrected = lines_by_person || fields.values().any(|field| field.by == "person");
            let checks = if corrected && sections.is_empty() {
                papertray_understand::add_up(&fields, &lines)
            } else {
                checks
            };
            let (mut lines, mut sections) = (lines, sections);
            turn(&pages, &mut fields, &mut lines, &mut sections);
            let file = r.document_file(id)?.and_then(|(hash, _)| hash);
            let stored = r.leaves(id)?;
            let arranged = !stored.is_empty();
            let read = matches!(row.status, DocumentStatus::OcrComplete | DocumentStatus::Partial);
            let leaves = match file.filter(|_| read && row.parts == 0) {
                Some(file) if !arranged => {
                    let own = |page: &PageRow| PageRef {
                        file: file.clone(),
                        page: page.summary.page_number,
                        turn: 0,
                    };
                    pages.iter().map(own).collect()
                }
                Some(_) => stored,
                None => vec![],
            };
            Ok(DocumentDetail {
                leaves,
                arranged,
                lines_by_person,
                note: r.described(id)?.0.note.unwrap_or_default(),
                mime_type,
                description: (!metadata.display_name.is_empty()).then_some(metadata),
                fields,
                lines: if shown { lines } else { vec![] },
                pages: pages.into_iter().map(turned_summary).collect(),
                model: result.as_ref().map(|r| r.model.clone()),
                processing_time_ms: result.map(|r| r.processing_time_ms),
                versions: r.versions(id)?,
                parent: row.parent.map(|parent| r.document(parent)).transpose()?.flatten().map(Box::new),
                parts: r.parts(id)?,
                checks: if shown { checks } else { vec![] },
                sections: if shown { sections } else { vec![] },
                split_by_person: r.splits(id)?.is_some(),
                type_by_person: r.described(id)?.0.doc_type.is_some(),
                changes: if shown { r.field_changes(id)? } else { vec![] },
                sent: r.sendings_of(id)?,
                row: row.clone(),
            })
        });
        let mut detail = detail.map_err(errors::store)?;
        detail.parent.iter_mut().for_each(|row| self.absolute_thumbnail(row));
        detail.parts.iter_mut().for_each(|row| self.absolute_thumbnail(row));
        Ok(detail)
    }

    /// One page with its words, values and picture.
    pub fn page(&self, id: DocumentId, number: u32) -> Result<PageDetail> {
        let found = self.shared.store.read(|r| {
            let Some(page) = r.page(id, number)? else { return Ok(None) };
            let reading = r.page_reading(id, number)?.map(|reading| reading.turned(page.turn));
            let mut fields = r.fields(id, number)?;
            for field in fields.values_mut() {
                turn_field(field, &page);
            }
            Ok(Some((page, reading, fields)))
        });
        let Some((page, reading, fields)) = found.map_err(errors::store)? else {
            return Err(UserError::new(
                ErrorCode::UnknownId,
                format!("Page {number} is not read yet, or the document has no such page."),
                "",
            ));
        };
        Ok(PageDetail {
            picture: page.storage_uri.as_deref().and_then(|uri| self.picture_path(uri)),
            summary: turned_summary(page.clone()),
            text: reading.as_ref().map(papertray_model::PageReading::text).unwrap_or_default(),
            words: reading.map(|r| r.words).unwrap_or_default(),
            reasons: page.reasons,
            fields,
        })
    }

    /// A document as the command line's `show` prints it.
    pub fn reading(&self, id: DocumentId, words: bool) -> Result<Reading> {
        let detail = self.detail(id)?;
        let pages = self.shared.store.read(|r| page_answers(r, &detail, words)).map_err(errors::store)?;
        Ok(Reading {
            schema: ANSWER_SCHEMA,
            document_id: Some(id),
            file: detail.row.file,
            status: detail.row.status,
            error: detail.row.error,
            page_count: detail.row.page_count.unwrap_or(0),
            model: detail.model,
            processing_time_ms: detail.processing_time_ms.unwrap_or(0),
            metadata: detail.description.unwrap_or_default(),
            doc_type: detail.row.doc_type.unwrap_or_else(DocType::unknown),
            fields: detail.fields,
            lines: detail.lines,
            checks: detail.checks,
            parts: detail.sections,
            pages,
        })
    }

    /// A person's correction: locked from then on.
    pub async fn set_field(&self, id: DocumentId, name: String, value: String) -> Result<DocumentDetail> {
        let now = self.shared.clock.now();
        self.shared
            .store
            .write(move |w| {
                w.require_document(id)?;
                w.set_field_by_person(id, &name, value.trim(), now)
            })
            .await
            .map_err(|e| match e {
                StoreError::Sqlite(e) => UserError::new(
                    ErrorCode::Usage,
                    format!("The value was not saved: {e}."),
                    "Field names are lower-case words.",
                ),
                e => errors::store(e),
            })?;
        self.changed(vec![id]);
        self.detail(id)
    }

    /// A person takes a correction back: the machine's value counts again, where it has one.
    pub async fn release_field(&self, id: DocumentId, name: String) -> Result<DocumentDetail> {
        self.document(id)?;
        let now = self.shared.clock.now();
        self.shared.store.write(move |w| w.release_field(id, &name, now)).await.map_err(errors::store)?;
        self.changed(vec![id]);
        self.detail(id)
    }

    /// A person takes their acceptance back: values and drafts wait for a look again. What it taught stays.
    pub async fn unaccept(&self, id: DocumentId) -> Result<DocumentDetail> {
        self.document(id)?;
        let now = self.shared.clock.now();
        self.shared.store.write(move |w| w.unaccept_document(id, now)).await.map_err(errors::store)?;
        self.changed(vec![id]);
        self.detail(id)
    }

    /// A person accepts a document's values: the drafts of its pages are made.
    pub async fn accept(&self, id: DocumentId) -> Result<DocumentDetail> {
        let row = self.document(id)?;
        if !matches!(row.status, DocumentStatus::OcrComplete | DocumentStatus::Partial) {
            return Err(wrong_state(&row, "Only a document that was read can be accepted."));
        }
        let lessons = self.lessons_of(id)?;
        let now = self.shared.clock.now();
        self.shared
            .store
            .write(move |w| {
                lessons.iter().try_for_each(|lesson| w.put_lesson(lesson))?;
                w.accept_document(id, now)
            })
            .await
            .map_err(errors::store)?;
        self.shared.knowledge.forget();
        self.changed(vec![id]);
        self.detail(id)
    }

    /// Puts documents into the trash; what works on them is cancelled. Answers which were not there before.
    pub async fn remove(&self, ids: Vec<DocumentId>) -> Result<Vec<DocumentId>> {
        for id in &ids {
            match self.cancel_document(*id).await {
                Err(e) if e.code != ErrorCode::UnknownId => return Err(e),
                _ => {} // not there, or in the trash already: said below
            }
        }
        self.set_removed(ids, true).await
    }

    /// Takes documents out of the trash. Answers which were in it.
    pub async fn restore(&self, ids: Vec<DocumentId>) -> Result<Vec<DocumentId>> {
        self.set_removed(ids, false).await
    }

    async fn set_removed(&self, ids: Vec<DocumentId>, removed: bool) -> Result<Vec<DocumentId>> {
        let now = self.shared.clock.now();
        let changed = self
            .shared
            .store
            .write(move |w| {
                let mut changed = vec![];
                for id in ids {
                    if !w.has_document(id)? {
                        return Err(StoreError::NotFound("document"));
                    }
                    if w.set_removed(id, removed, now)? {
                        changed.push(id);
                    }
                }
                Ok(changed)
            })
            .await
            .map_err(errors::store)?;
        self.changed(changed.clone());
        Ok(changed)
    }

    /// A document is no version of others any more: lists show it by itself.
    pub async fn separate_version(&self, id: DocumentId) -> Result<()> {
        let separated = self.shared.store.write(move |w| {
            let others = w.versions(id)?.into_iter().map(|v| v.document_id).collect();
            Ok(w.separate_version(id)?.then_some(others))
        });
        let Some(others): Option<Vec<DocumentId>> = separated.await.map_err(errors::store)? else {
            return Err(wrong_state(&self.document(id)?, "It is no version of another document."));
        };
        self.changed(others);
        Ok(())
    }

    /// Where a document's stored file lies, once it is stored.
    pub fn stored_file(&self, id: DocumentId) -> Result<PathBuf> {
        let found = self.shared.store.read(|r| r.document_file(id)).map_err(errors::store)?;
        let hash = found.ok_or_else(errors::no_document)?.0;
        hash.map(|hash| self.shared.store.blobs().path(&hash)).ok_or_else(|| {
            UserError::new(ErrorCode::WrongState, "The file is still being stored.", "Try again in a moment.")
        })
    }

    pub(crate) fn changed(&self, ids: Vec<DocumentId>) {
        self.shared.events.send(EngineEvent::DocumentsChanged { ids });
        self.shared.queue.counts_changed.notify_one();
    }
}

/// A page in short as a person turned it.
fn turned_summary(page: PageRow) -> PageSummary {
    let mut summary = page.summary;
    if !page.turn.is_multiple_of(180) {
        std::mem::swap(&mut summary.width, &mut summary.height);
    }
    summary
}

/// Where a value stands on a page that a person turned.
fn turn_field(field: &mut Field, page: &PageRow) {
    let PageSummary { width, height, .. } = page.summary;
    field.bbox = field.bbox.map(|bbox| bbox.turned(page.turn, width, height));
}

/// Where values stand on pages of which a person turned some.
fn turn(pages: &[PageRow], fields: &mut Fields, lines: &mut [LineItem], sections: &mut [DocumentPart]) {
    if pages.iter().all(|page| page.turn == 0) {
        return;
    }
    let cells = lines.iter_mut().flat_map(LineItem::values_mut);
    let parts = sections.iter_mut().flat_map(|part| {
        part.fields.values_mut().chain(part.lines.iter_mut().flat_map(LineItem::values_mut))
    });
    for field in fields.values_mut().chain(cells).chain(parts) {
        let page = pages.iter().find(|page| Some(page.summary.page_number) == field.page);
        if let Some(page) = page {
            turn_field(field, page);
        }
    }
}

/// A stopped document's half-read pages are kept for the next try but not shown.
fn shows_pages(status: DocumentStatus) -> bool {
    status != DocumentStatus::Cancelled
}

fn page_answers(
    r: &Read<'_>,
    detail: &DocumentDetail,
    words: bool,
) -> papertray_store::Result<Vec<PageAnswer>> {
    let id = detail.row.document_id;
    let mut answers = vec![];
    for summary in &detail.pages {
        let Some(page) = r.page(id, summary.page_number)? else { continue };
        let Some(reading) = r.page_reading(id, summary.page_number)? else { continue };
        let mut meaning = r.page_meaning(id, &page)?;
        let cells = meaning.lines.iter_mut().flat_map(papertray_model::LineItem::values_mut);
        for field in meaning.fields.values_mut().chain(cells) {
            turn_field(field, &page);
        }
        let reading = reading.turned(page.turn);
        let mut answer = PageAnswer::new(&reading, &meaning, page.schema_version, words);
        answer.status = summary.status;
        answer.error.clone_from(&summary.error);
        answer.storage_uri = page.storage_uri;
        answers.push(answer);
    }
    Ok(answers)
}

pub(crate) fn wrong_state(row: &DocumentRow, hint: &str) -> UserError {
    UserError::new(
        ErrorCode::WrongState,
        format!("`{}` has the status `{}`, so this does not apply.", row.filename, row.status.as_str()),
        hint,
    )
}
