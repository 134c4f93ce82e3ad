//! Verbs that arrange the pages of documents: order, turn, take out, bring back, split off, merge. The stored files are
//! never touched, and no page is read again: what a document shows is laid over them.

mod merge;
mod pictures;
mod split;

use std::collections::HashSet;

use papertray_model::{
    BlobHash, DocumentDetail, DocumentId, DocumentRow, DocumentStatus, ErrorCode, PageMeaning, PageReading,
    PageRef, PageSource, UserError,
};
use papertray_store::{KeptPage, Layout, OcrResult, StoredPage, Understanding, Write};
use papertray_understand::Knowledge;

use crate::{
    Engine, Result, Shared, blocking,
    documents::wrong_state,
    errors,
    jobs::read_document::partial_error,
    knowledge::{is_list_of_files, understand_document, understand_page},
};

pub use split::SplitOff;

/// A document with more pages is none that a person puts in order.
const MOST_PAGES: usize = 5000;

/// A document's pages as they lie now.
pub(crate) struct Arranged {
    pub(crate) row: DocumentRow,
    pub(crate) file: BlobHash,
    pub(crate) mime: String,
    /// Those shown, in order, as they were read.
    pub(crate) pages: Vec<(PageRef, KeptPage)>,
    /// Those taken out.
    pub(crate) aside: Vec<(PageRef, KeptPage)>,
    /// The leaves as they are stored: none where nobody arranged them.
    stored: Vec<PageRef>,
    splits: Option<Vec<u32>>,
    typed: Option<String>,
    model: String,
    took_ms: u32,
}

/// Pages understood together in a new order.
struct Understood {
    pages: Vec<StoredPage>,
    whole: Understanding,
}

impl Engine {
    /// The pages of a document in this order, each turned as it says; those not named are taken out and can be brought back.
    /// `None`: as its own file has them. The file itself stays as it is.
    pub async fn arrange_pages(
        &self,
        id: DocumentId,
        wanted: Option<Vec<PageRef>>,
    ) -> Result<DocumentDetail> {
        let arranged = self.arranged(id)?;
        let wanted = wanted.unwrap_or_else(|| arranged.as_filed());
        self.lay_out(arranged, wanted, vec![]).await?;
        self.detail(id)
    }

    /// A document's pages, where they may be arranged now.
    pub(crate) fn arranged(&self, id: DocumentId) -> Result<Arranged> {
        let row = self.document(id)?;
        if !matches!(row.status, DocumentStatus::OcrComplete | DocumentStatus::Partial) {
            return Err(wrong_state(&row, "Its pages can be arranged when it is read."));
        }
        if row.job.as_ref().is_some_and(|job| job.kind == papertray_model::JobKind::ReadDocument) {
            return Err(busy(&row));
        }
        let found = self.shared.store.read(|r| {
            let Some((Some(file), mime)) = r.document_file(id)? else { return Ok(None) };
            let stored = r.leaves(id)?;
            let mut pages = vec![];
            for page in r.pages(id)? {
                let number = page.summary.page_number;
                let place = stored.get(number as usize - 1).cloned();
                let place = place.unwrap_or_else(|| PageRef { file: file.clone(), page: number, turn: 0 });
                if is_list_of_files(&r.page_meaning(id, &page)?) {
                    return Ok(None);
                }
                let Some(reading) = r.page_reading(id, number)? else { continue };
                let kept = KeptPage {
                    reading,
                    cache_key: page.cache_key,
                    storage_uri: page.storage_uri,
                    error: page.summary.error,
                };
                pages.push((place, kept));
            }
            let result = r.ocr_result(id)?;
            Ok(Some(Arranged {
                row: row.clone(),
                file,
                mime,
                pages,
                aside: r.pages_aside(id)?,
                stored,
                splits: r.splits(id)?,
                typed: r.described(id)?.0.doc_type,
                model: result.as_ref().map(|r| r.model.clone()).unwrap_or_default(),
                took_ms: result.map(|r| r.processing_time_ms).unwrap_or_default(),
            }))
        });
        let found = found.map_err(errors::store)?;
        found.filter(|arranged| !arranged.pages.is_empty() && arranged.row.parts == 0).ok_or_else(|| {
            UserError::new(
                ErrorCode::UnsupportedType,
                format!("`{}` holds other files; it has no pages to arrange.", row.filename),
                "Arrange the pages of the documents in it.",
            )
        })
    }

    /// Lays out `wanted`, of pages that the document has, had, or is handed with `more`.
    async fn lay_out(
        &self,
        arranged: Arranged,
        wanted: Vec<PageRef>,
        more: Vec<(PageRef, KeptPage)>,
    ) -> Result<()> {
        let id = arranged.row.document_id;
        let known: Vec<&(PageRef, KeptPage)> =
            arranged.pages.iter().chain(&arranged.aside).chain(&more).collect();
        let chosen = choose(&arranged.row, &known, &wanted)?;
        let aside = known
            .iter()
            .filter(|(place, _)| !wanted.iter().any(|w| w.is_page_of(place)))
            .map(|(place, kept)| (PageRef { turn: 0, ..place.clone() }, kept.clone()))
            .collect();
        let leaves = if wanted == arranged.as_filed() { vec![] } else { wanted.clone() };
        // Each page's number until now, and the one it gets.
        let moved: Vec<(u32, u32)> = (1..)
            .zip(&arranged.pages)
            .filter_map(|(old, (place, _))| {
                let at = wanted.iter().position(|w| w.is_page_of(place))?;
                Some((old, at as u32 + 1))
            })
            .collect();
        let splits = arranged.splits.as_ref().map(|splits| {
            let new = |old: &u32| moved.iter().find(|(was, _)| was == old).map(|(_, now)| *now);
            let mut splits: Vec<u32> = splits.iter().filter_map(new).filter(|page| *page > 1).collect();
            splits.sort_unstable();
            splits
        });
        let chosen = self.shared.picture_pages(id, chosen, &wanted).await?;
        let (knowledge, typed) = (self.shared.knowledge(), arranged.typed.clone());
        let known_splits = splits.clone();
        let understood =
            blocking(move || understand_anew(&knowledge, chosen, known_splits.as_deref(), typed.as_deref()))
                .await?;
        let (before, now) = (arranged.stored, self.shared.clock.now());
        let row = arranged.row.clone();
        let (model, took_ms) = (arranged.model, arranged.took_ms);
        let written = self.shared.store.write(move |w| {
            let at_work = w.document(id)?.and_then(|row| row.job);
            let reading = at_work.is_some_and(|job| job.kind == papertray_model::JobKind::ReadDocument);
            if reading || w.leaves(id)? != before {
                return Ok(None);
            }
            let Understood { pages, whole } = understood;
            put_status(w, id, &pages, now)?;
            let result = ocr_result(&pages, model, took_ms);
            w.lay_out(id, &Layout { pages, leaves, aside }, now)?;
            w.set_splits(id, splits.as_deref(), now)?;
            w.move_my_fields(id, &moved)?;
            w.put_understanding(id, &whole, now)?;
            w.put_ocr_result(id, &result, now)?;
            w.keep_accepted(id)?;
            w.field_changes(id).map(Some)
        });
        let Some(changes) = written.await.map_err(errors::store)? else { return Err(busy(&row)) };
        if !changes.is_empty() {
            // Name, tags and summary follow from the values.
            self.regenerate(id).await?;
        }
        self.changed(vec![id]);
        Ok(())
    }
}

impl Arranged {
    /// Where the pages come from, in order.
    pub(crate) fn leaves(&self) -> Vec<PageRef> {
        self.pages.iter().map(|(place, _)| place.clone()).collect()
    }

    /// The pages as the document's own file has them.
    fn as_filed(&self) -> Vec<PageRef> {
        let all = self.pages.iter().chain(&self.aside).map(|(place, _)| place);
        let mut own: Vec<PageRef> =
            all.filter(|place| place.file == self.file).map(|p| PageRef { turn: 0, ..p.clone() }).collect();
        own.sort_unstable_by_key(|place| place.page);
        own
    }
}

/// The wanted pages as they were read, each with the number it gets.
fn choose(row: &DocumentRow, known: &[&(PageRef, KeptPage)], wanted: &[PageRef]) -> Result<Vec<KeptPage>> {
    let refuse = |why: String, hint: &str| Err(UserError::new(ErrorCode::Usage, why, hint));
    if wanted.is_empty() {
        return refuse(
            format!("A page of `{}` must stay.", row.filename),
            "Put the whole document into the trash instead.",
        );
    }
    if wanted.len() > MOST_PAGES {
        return refuse(format!("A document has at most {MOST_PAGES} pages here."), "Split it.");
    }
    let (mut seen, mut chosen) = (HashSet::new(), vec![]);
    for (number, place) in (1..).zip(wanted) {
        let found = known.iter().find(|(known, _)| known.is_page_of(place));
        let Some((_, kept)) = found.filter(|_| matches!(place.turn, 0 | 90 | 180 | 270)) else {
            return refuse(format!("`{}` has no such page.", row.filename), "Look at the document again.");
        };
        if !seen.insert((&place.file, place.page)) {
            return refuse("A page cannot stand in a document twice.".to_owned(), "Name each page once.");
        }
        let mut kept = kept.clone();
        kept.reading.page_number = number;
        chosen.push(kept);
    }
    Ok(chosen)
}

/// Understands pages in their new order from the words that are kept. A turn is for the eye: it changes no word.
fn understand_anew(
    knowledge: &Knowledge,
    pages: Vec<KeptPage>,
    splits: Option<&[u32]>,
    typed: Option<&str>,
) -> Understood {
    let mut readings: Vec<(PageReading, PageMeaning)> = vec![];
    let mut rest = vec![];
    for KeptPage { reading, cache_key, storage_uri, error } in pages {
        let (meaning, version) = understand_page(knowledge, &reading, typed);
        readings.push((reading, meaning));
        rest.push((version, cache_key, storage_uri, error));
    }
    let whole = understand_document(knowledge, &readings, splits);
    let pages = readings.into_iter().zip(rest);
    let pages = pages.map(|((reading, meaning), (schema_version, cache_key, storage_uri, error))| {
        StoredPage { reading, meaning, schema_version, cache_key, storage_uri, error }
    });
    Understood { pages: pages.collect(), whole }
}

/// A document is read in part as long as a page that it shows is.
fn put_status(
    w: &Write<'_>,
    id: DocumentId,
    pages: &[StoredPage],
    now: papertray_model::Timestamp,
) -> papertray_store::Result<()> {
    let errors: Vec<UserError> = pages.iter().filter_map(|page| page.error.clone()).collect();
    let partial =
        (!errors.is_empty()).then(|| partial_error(pages.iter().map(|page| &page.reading), &errors));
    let status = if partial.is_some() { DocumentStatus::Partial } else { DocumentStatus::OcrComplete };
    w.set_status(id, status, partial.as_ref(), now)
}

fn ocr_result(pages: &[StoredPage], model: String, processing_time_ms: u32) -> OcrResult {
    let readings = || pages.iter().map(|page| &page.reading);
    OcrResult {
        raw_text: readings().map(PageReading::text).collect::<Vec<_>>().join("\u{c}"),
        html_tables: readings().flat_map(|r| r.tables.clone()).collect(),
        page_count: u32::try_from(pages.len()).unwrap_or(u32::MAX),
        model,
        processing_time_ms,
    }
}

fn busy(row: &DocumentRow) -> UserError {
    wrong_state(row, "It is being worked on; arrange its pages when that is over.")
}

impl Shared {
    /// Under which number the picture of a page lies: that of its own file's page, or for a page of another file the one it
    /// got when it came in.
    pub(crate) fn picture_number(
        &self,
        id: DocumentId,
        number: u32,
        place: &PageRef,
    ) -> papertray_store::Result<Option<u32>> {
        self.store.read(|r| {
            let own = r.document_file(id)?.and_then(|(hash, _)| hash);
            if own.as_ref() == Some(&place.file) {
                return Ok(Some(place.page));
            }
            let uri = r.page(id, number)?.and_then(|page| page.storage_uri);
            Ok(uri.and_then(|uri| papertray_store::picture_place(&uri)).map(|(_, number, _)| number))
        })
    }
}

/// Whether a page could be read.
fn is_read(page: &KeptPage) -> bool {
    page.reading.source != PageSource::Failed
}
