//! Verbs about collections: made, filled with documents, processed, looked at. Their items are in `items`, what a
//! person may set of one in `values`, orders and their columns in `orders`, files in `files`, where works stand in
//! `status`.

mod decks;
mod files;
mod items;
mod orders;
mod report;
mod status;
mod values;

use std::collections::BTreeMap;

use papertray_model::{
    CollectionId, DocumentId, DocumentStatus, EngineEvent, ErrorCode, JobId, JobKind, JobState, Photo, Place,
    Product, Source, StoredPicture, Timestamp, UserError,
    collection::{
        Category, CollectionDetail, CollectionInfo, CollectionRow, InputRole, PictureKind, WorkState,
    },
};
use papertray_reader::extraction_key;
use papertray_store::{ActLimit, Enqueued, NewJob, Read, StoredCollection, Work, Write};
use papertray_understand::{
    SCHEMA_VERSION,
    linesheet::{PictureFinding, PictureRef},
};

pub(crate) use self::decks::{DeckParts, Decks, Formats, deck_hash, file_stem};
pub(crate) use self::items::make;
pub(crate) use self::orders::{OrderWords, read_order};
pub use self::report::CollectionReport;
use crate::{CancelReport, Engine, Result, errors, jobs::load_one};

/// New collections: ten an hour.
const NEW: ActLimit = ActLimit { action: "new_collection", times: 10, within_ms: 3_600_000 };
/// Photos on a collection's card.
const CARD_PHOTOS: usize = 4;

/// The kind of job that does a work, and the other way round.
fn work_of(kind: JobKind) -> Work {
    match kind {
        JobKind::GenerateItems => Work::Items,
        JobKind::GenerateDeck => Work::Deck,
        _ => Work::Process,
    }
}

/// What a job's step means for its collection's work.
pub(crate) fn mark(
    w: &Write<'_>,
    kind: JobKind,
    id: CollectionId,
    state: JobState,
    error: Option<&UserError>,
    now: Timestamp,
) -> papertray_store::Result<()> {
    let state = match state {
        JobState::Completed => WorkState::Completed,
        JobState::Failed => WorkState::Failed,
        JobState::Cancelled => WorkState::Cancelled,
        _ => WorkState::Processing,
    };
    w.end_work(id, work_of(kind), state, error, now)
}

/// The application ended in the middle of a work.
pub(crate) fn mark_restarting(w: &Write<'_>, kind: JobKind, id: CollectionId) -> papertray_store::Result<()> {
    let work = work_of(kind);
    let phase = w.collection_work(id, work)?.phase;
    w.begin_phase(id, work, phase, true)
}

/// Names the documents of a role and how they are understood: products are out of date where it changed.
pub(crate) fn inputs_hash(
    r: &Read<'_>,
    id: CollectionId,
    role: InputRole,
) -> papertray_store::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(format!("{SCHEMA_VERSION}/{}", extraction_key()).as_bytes());
    for (document, _) in r.inputs(id)?.into_iter().filter(|(_, of)| *of == role) {
        let hash = r.document_file(document)?.and_then(|(hash, _)| hash);
        hasher.update(format!("/{document}/{}", hash.map_or(String::new(), |h| h.to_string())).as_bytes());
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}

/// Names what items are made from: the orders, what was said of their columns, and the products.
pub(crate) fn items_hash(r: &Read<'_>, id: CollectionId) -> papertray_store::Result<String> {
    let mut said = vec![];
    for (document, role) in r.inputs(id)? {
        if role == InputRole::PurchaseOrder {
            said.push(r.order_columns(id, document)?);
        }
    }
    let only = r.collection(id)?.is_some_and(|c| c.info.linesheet_only);
    let products = r.collection_work(id, Work::Process)?.made_from;
    let orders = inputs_hash(r, id, InputRole::PurchaseOrder)?;
    Ok(crate::jobs::hash_of(&(orders, said, only, products)))
}

/// The categories as a person named and ordered them.
fn categories_of(stored: &StoredCollection) -> Vec<Category> {
    let mut out: Vec<Category> = vec![];
    for category in &stored.categories {
        let name = renamed(&stored.renamed, &category.name);
        match out.iter_mut().find(|c| c.name == name) {
            None => out.push(Category { name, ..category.clone() }),
            Some(same) => {
                same.product_count += category.product_count;
                let new: Vec<String> = category
                    .subcategories
                    .iter()
                    .filter(|s| !same.subcategories.contains(s))
                    .cloned()
                    .collect();
                same.subcategories.extend(new);
            }
        }
    }
    let place = |c: &Category| stored.category_order.iter().position(|n| *n == c.name).unwrap_or(usize::MAX);
    out.sort_by_key(place);
    out
}

/// The person's name of a category.
fn renamed(names: &BTreeMap<String, String>, found: &str) -> String {
    names.get(found).cloned().unwrap_or_else(|| found.to_owned())
}

/// The products as a person named their categories.
fn products_of(r: &Read<'_>, stored: &StoredCollection) -> papertray_store::Result<Vec<Product>> {
    let mut products = r.products(stored.id)?;
    for product in &mut products {
        if let Some(category) = &mut product.category {
            *category = renamed(&stored.renamed, category);
        }
    }
    Ok(products)
}

fn detail_of(r: &Read<'_>, id: CollectionId) -> papertray_store::Result<CollectionDetail> {
    let stored = r.require_collection(id)?;
    let categories = categories_of(&stored);
    let (item_count, included_count) = r.item_counts(id)?;
    let processing = status::of(r, id, Work::Process)?;
    Ok(CollectionDetail {
        id,
        info: status::filled(&stored),
        inputs: files::inputs_of(r, id)?,
        tabs: status::tabs(!categories.is_empty(), item_count > 0),
        items: status::of(r, id, Work::Items)?,
        processing,
        deck: status::of(r, id, Work::Deck)?,
        categories,
        product_count: r.product_count(id)?,
        item_count,
        included_count,
        orders: r.orders(id)?,
        created_at: stored.created_at,
        updated_at: stored.updated_at,
    })
}

/// What became of asking for work.
enum Asked {
    Begun(JobId),
    Busy,
    Nothing(UserError),
}

impl Engine {
    /// All collections, newest first.
    pub fn collections(&self) -> Result<Vec<CollectionRow>> {
        let rows = self.shared.store.read(|r| {
            let mut rows = vec![];
            for stored in r.collections()? {
                let id = stored.id;
                let (item_count, included_count) = r.item_counts(id)?;
                let works = [Work::Process, Work::Items, Work::Deck];
                let [process, items, deck] = works.map(|work| status::of(r, id, work));
                let photos = r.products(id)?.into_iter().filter_map(|p| p.photo).map(|photo| photo.blob);
                rows.push(CollectionRow {
                    id,
                    info: status::filled(&stored),
                    product_count: r.product_count(id)?,
                    item_count,
                    included_count,
                    photos: photos.take(CARD_PHOTOS).collect(),
                    work: status::latest([process?, items?, deck?]),
                    created_at: stored.created_at,
                    updated_at: stored.updated_at,
                });
            }
            Ok(rows)
        });
        rows.map_err(errors::store)
    }

    /// Makes a collection. Refused without a name, and more often than ten times in an hour.
    pub async fn create_collection(&self, info: CollectionInfo) -> Result<CollectionDetail> {
        let info = checked(info)?;
        let (id, now) = (CollectionId::new(), self.shared.clock.now());
        let again = self.shared.store.write(move |w| {
            if let Some(again) = w.allowed_again(&NEW, "library", now)? {
                return Ok(Some(again));
            }
            w.insert_collection(id, &info, now)?;
            w.record_act(NEW.action, "library", None, now)?;
            Ok(None)
        });
        if let Some(again) = again.await.map_err(errors::store)? {
            return Err(UserError::new(
                ErrorCode::RateLimited,
                "Ten collections were made within an hour. Rate limit exceeded.",
                format!("The next may be made in {} s.", again.since(now).div_ceil(1000).max(1)),
            ));
        }
        self.collection_changed(id);
        self.collection(id)
    }

    /// One collection.
    pub fn collection(&self, id: CollectionId) -> Result<CollectionDetail> {
        self.shared.store.read(|r| detail_of(r, id)).map_err(errors::store)
    }

    /// Keeps what a person says of a collection.
    pub async fn set_collection_info(
        &self,
        id: CollectionId,
        info: CollectionInfo,
    ) -> Result<CollectionDetail> {
        let (info, now) = (checked(info)?, self.shared.clock.now());
        self.write_collection(id, move |w| w.set_collection_info(id, &info, now)).await?;
        self.collection(id)
    }

    /// Puts a collection into the trash; its work is cancelled, its documents stay.
    pub async fn remove_collection(&self, id: CollectionId) -> Result<()> {
        self.cancel_collection(id).await?;
        self.set_collection_removed(id, true).await
    }

    /// Takes a collection out of the trash.
    pub async fn restore_collection(&self, id: CollectionId) -> Result<()> {
        self.set_collection_removed(id, false).await
    }

    async fn set_collection_removed(&self, id: CollectionId, removed: bool) -> Result<()> {
        let now = self.shared.clock.now();
        let changed = self.shared.store.write(move |w| w.set_collection_removed(id, removed, now));
        if !changed.await.map_err(errors::store)? {
            return Err(errors::store(papertray_store::StoreError::NotFound("collection")));
        }
        self.collection_changed(id);
        Ok(())
    }

    /// Finds the products in the linesheets. Refused while that is under way.
    pub async fn process_collection(&self, id: CollectionId) -> Result<CollectionDetail> {
        self.start_work(id, JobKind::ProcessCollection).await
    }

    /// Makes the items. Refused while that is under way, without products, and without an order where one is wanted.
    pub async fn generate_items(&self, id: CollectionId) -> Result<CollectionDetail> {
        self.start_work(id, JobKind::GenerateItems).await
    }

    async fn start_work(&self, id: CollectionId, kind: JobKind) -> Result<CollectionDetail> {
        let detail = self.collection(id)?;
        if let Some(refused) = refusal(&detail, kind) {
            return Err(refused);
        }
        let staged: Vec<DocumentId> = detail.inputs.iter().map(|input| input.document_id).collect();
        self.process_staged(staged).await?;
        for input in &detail.inputs {
            if matches!(input.status, DocumentStatus::Failed | DocumentStatus::Cancelled) {
                // What fails again is told by the run.
                let _ = self.retry(input.document_id, true).await;
            }
        }
        self.begin(&detail, NewJob::new(kind, id)).await?;
        self.collection(id)
    }

    /// Enqueues a job of a collection, once.
    async fn begin(&self, detail: &CollectionDetail, job: NewJob) -> Result<JobId> {
        let (id, kind, now) = (detail.id, job.kind, self.shared.clock.now());
        let asked = self.shared.store.write(move |w| {
            let products = w.collection_work(id, Work::Process)?;
            if kind == JobKind::GenerateItems && products.state == WorkState::Processing {
                return Ok(Asked::Nothing(UserError::new(
                    ErrorCode::WrongState,
                    "The collection's documents are still being processed.",
                    "Generate the items when that is done.",
                )));
            }
            match w.enqueue(&job, now)? {
                Enqueued::AlreadyQueued(_) => Ok(Asked::Busy),
                Enqueued::New(job) => {
                    w.begin_work(id, work_of(kind), job)?;
                    Ok(Asked::Begun(job))
                }
            }
        });
        match asked.await.map_err(errors::store)? {
            Asked::Begun(job) => {
                self.shared.queue.wake_all();
                self.shared.job_changed(job);
                Ok(job)
            }
            Asked::Busy => Err(UserError::new(
                ErrorCode::WrongState,
                format!("`{}` is already being processed.", detail.info.name),
                "Wait until it is done, or cancel it first.",
            )),
            Asked::Nothing(error) => Err(error),
        }
    }

    /// Stops what works on a collection, and the reading of its documents that it waits for. What is read is kept.
    pub async fn cancel_collection(&self, id: CollectionId) -> Result<CancelReport> {
        let (open, documents) = self
            .shared
            .store
            .read(|r| {
                let mut jobs = r.jobs_of(id)?;
                jobs.retain(|job| !job.status.is_over());
                Ok((jobs, r.inputs(id)?))
            })
            .map_err(errors::store)?;
        let mut report = CancelReport::NothingToCancel;
        for job in open {
            if self.cancel_job(job.id).await? == CancelReport::Cancelled {
                report = CancelReport::Cancelled;
            }
        }
        if report == CancelReport::Cancelled {
            for (document, _) in documents {
                let jobs = self.shared.store.read(|r| r.jobs_of(document)).map_err(errors::store)?;
                for job in jobs.iter().filter(|j| j.kind == JobKind::ReadDocument && !j.status.is_over()) {
                    self.cancel_job(job.id).await?;
                }
            }
        }
        self.collection_changed(id);
        Ok(report)
    }

    /// The products found.
    pub fn collection_products(&self, id: CollectionId) -> Result<Vec<Product>> {
        self.shared.store.read(|r| products_of(r, &r.require_collection(id)?)).map_err(errors::store)
    }

    /// The pictures of the linesheets that may show a product, each once.
    pub fn collection_photos(&self, id: CollectionId) -> Result<Vec<Photo>> {
        let mut seen = std::collections::HashSet::new();
        let all = self.shared.store.read(|r| pictures_of(r, id)).map_err(errors::store)?;
        let wanted = all.into_iter().filter(|(_, kind)| {
            kind.is_none_or(|kind| matches!(kind, PictureKind::Product | PictureKind::Lifestyle))
        });
        Ok(wanted.map(|(photo, _)| photo).filter(|photo| seen.insert(photo.blob.clone())).collect())
    }

    /// Gives a category another name; one that is there already takes its products in.
    pub async fn rename_category(
        &self,
        id: CollectionId,
        from: String,
        to: String,
    ) -> Result<CollectionDetail> {
        let (to, now) = (to.trim().to_owned(), self.shared.clock.now());
        if to.is_empty() {
            return Err(UserError::new(ErrorCode::Usage, "A category needs a name.", "Give it one."));
        }
        self.write_collection(id, move |w| {
            let stored = w.require_collection(id)?;
            let mut names = stored.renamed.clone();
            for category in &stored.categories {
                if renamed(&stored.renamed, &category.name) == from {
                    names.insert(category.name.clone(), to.clone());
                }
            }
            let order: Vec<String> = stored
                .category_order
                .iter()
                .map(|n| if *n == from { to.clone() } else { n.clone() })
                .collect();
            w.set_category_names(id, &names, &order, now)
        })
        .await?;
        self.collection(id)
    }

    /// Orders the categories; those not named follow.
    pub async fn order_categories(&self, id: CollectionId, names: Vec<String>) -> Result<CollectionDetail> {
        let now = self.shared.clock.now();
        self.write_collection(id, move |w| {
            let stored = w.require_collection(id)?;
            w.set_category_names(id, &stored.renamed, &names, now)
        })
        .await?;
        self.collection(id)
    }

    /// Writes something of a collection that is there, and tells it.
    async fn write_collection<T, F>(&self, id: CollectionId, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Write<'_>) -> papertray_store::Result<T> + Send + 'static,
    {
        let written = self.shared.store.write(move |w| {
            w.require_collection(id)?;
            f(w)
        });
        let written = written.await.map_err(errors::store)?;
        self.collection_changed(id);
        Ok(written)
    }

    pub(crate) fn collection_changed(&self, id: CollectionId) {
        self.shared.events.send(EngineEvent::CollectionsChanged { ids: vec![id] });
    }
}

/// Why a work cannot begin.
fn refusal(detail: &CollectionDetail, kind: JobKind) -> Option<UserError> {
    let has = |role| detail.inputs.iter().any(|input| input.role == role);
    let refused = |message: &str, hint: &str| Some(UserError::new(ErrorCode::WrongState, message, hint));
    match kind {
        JobKind::GenerateItems if detail.product_count == 0 => {
            refused("The collection has no products yet.", "Process its documents first.")
        }
        JobKind::GenerateItems if !detail.info.linesheet_only && !has(InputRole::PurchaseOrder) => refused(
            "The collection has no purchase order.",
            "Add one, or switch on \"Linesheet only\", then generate the items again.",
        ),
        JobKind::ProcessCollection if !has(InputRole::Linesheet) => {
            refused("The collection has no linesheet.", "Add one, then process again.")
        }
        _ => None,
    }
}

/// What a person said, tidied; refused without a name or with a currency that is none.
fn checked(info: CollectionInfo) -> Result<CollectionInfo> {
    let tidy = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let name = info.name.trim().to_owned();
    if name.is_empty() {
        return Err(UserError::new(ErrorCode::Usage, "A collection needs a name.", "Give it one."));
    }
    let currency = tidy(info.currency).map(|c| c.to_uppercase());
    if let Some(odd) =
        currency.as_ref().filter(|c| c.len() != 3 || !c.bytes().all(|b| b.is_ascii_uppercase()))
    {
        return Err(UserError::new(
            ErrorCode::Usage,
            format!("`{odd}` is no currency."),
            "Use its three letters: EUR, USD, GBP.",
        ));
    }
    Ok(CollectionInfo {
        name,
        brand: tidy(info.brand),
        season: tidy(info.season),
        currency,
        linesheet_only: info.linesheet_only,
    })
}

fn photo_of(picture: StoredPicture, document_id: DocumentId, place: Place) -> Photo {
    Photo {
        blob: picture.blob,
        sha256: picture.sha256,
        width: picture.width,
        height: picture.height,
        source: Some(Source { document_id, place }),
    }
}

/// Every picture of the linesheets and what it shows, as far as that was told.
fn pictures_of(r: &Read<'_>, id: CollectionId) -> papertray_store::Result<Vec<(Photo, Option<PictureKind>)>> {
    let kinds: Vec<Vec<PictureFinding>> = r.last_phase_result(id, Work::Process, 3)?.unwrap_or_default();
    let linesheets = r.inputs(id)?.into_iter().filter(|(_, role)| *role == InputRole::Linesheet);
    let mut out = vec![];
    for (n, (document, _)) in linesheets.enumerate() {
        let source = load_one(r, document)?;
        let kind_of = |picture: PictureRef| {
            kinds.get(n)?.iter().find(|finding| finding.picture == picture).map(|finding| finding.kind)
        };
        for (index, picture) in source.pictures.into_iter().enumerate() {
            let place = Place::Page { page: picture.page, rect: picture.rect };
            let kind = kind_of(PictureRef::Page { index });
            out.push((photo_of(picture.picture, document, place), kind));
        }
        for (sheet, read) in source.sheets.into_iter().enumerate() {
            for (index, picture) in read.pictures.into_iter().enumerate() {
                let place =
                    Place::Cell { sheet: read.name.clone(), row: picture.row, column: picture.column };
                let kind = kind_of(PictureRef::Sheet { sheet, index });
                out.push((photo_of(picture.picture, document, place), kind));
            }
        }
    }
    Ok(out)
}
