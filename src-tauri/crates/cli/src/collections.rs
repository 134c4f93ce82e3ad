//! `collection …`: linesheets and purchase orders on their way to items.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Subcommand;
use papertray_engine::{CancelReport, CollectionReport, Engine};
use papertray_model::{
    AddOutcome, CollectionId, ErrorCode, Item, ItemId, Minor, Order, Photo, Place, Product, UserError,
    collection::{
        CollectionDetail, CollectionInfo, CollectionRow, DECK_STEPS, ITEM_STEPS, InputRole, ItemKey,
        PROCESS_PHASES, PictureKind, UnmatchedLine, WorkState, WorkStatus,
    },
    deck::DeckFormat,
};
use serde_json::{Map, Value, json};

use crate::{
    commands::Result,
    output::{Output, plain_outcome},
};

#[derive(Debug, Subcommand)]
pub(crate) enum CollectionVerb {
    /// Make a collection.
    New {
        /// What it is called.
        name: String,
        /// Whose it is [default: as the linesheet says].
        #[arg(long)]
        brand: Option<String>,
        /// Its season [default: as the linesheet says].
        #[arg(long)]
        season: Option<String>,
        /// The currency of its prices, as EUR [default: as the linesheet says].
        #[arg(long)]
        currency: Option<String>,
        /// Items come from the linesheet alone; no purchase order is asked for.
        #[arg(long)]
        linesheet_only: bool,
    },
    /// The collections, newest first.
    List,
    /// Everything about one.
    Show {
        /// Which.
        collection: CollectionId,
    },
    /// Add files; they are stored and wait until the collection is processed.
    Add {
        /// To which.
        collection: CollectionId,
        /// What the brand offers.
        #[arg(long, num_args = 1.., value_name = "FILE", required_unless_present = "po")]
        linesheet: Vec<PathBuf>,
        /// What a buyer ordered.
        #[arg(long, num_args = 1.., value_name = "FILE")]
        po: Vec<PathBuf>,
    },
    /// Find the products in the linesheets.
    Process {
        /// Of which.
        collection: CollectionId,
        /// Do it now and answer when it is done.
        #[arg(long)]
        wait: bool,
    },
    /// Make the items of products and orders.
    Items {
        /// Of which.
        collection: CollectionId,
        /// Do it now and answer when it is done.
        #[arg(long)]
        wait: bool,
    },
    /// Make the deck of the items, and write its files into a folder.
    Deck {
        /// Of which.
        collection: CollectionId,
        /// The folder; made where it is not there.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// pptx, pdf, xlsx, images: one or several with commas.
        #[arg(long, value_delimiter = ',', value_parser = parse_format, default_value = "pptx,pdf")]
        format: Vec<DeckFormat>,
        /// What is set about the deck, in JSON; kept for later decks. What it leaves out has its default.
        #[arg(long, value_name = "FILE")]
        settings: Option<PathBuf>,
    },
    /// A person's value of an item: it stands whatever is found later.
    SetItem {
        /// Of which collection.
        collection: CollectionId,
        /// Which item.
        item: ItemId,
        /// name, colour, category, subcategory, sizes, wholesale, rrp, material, origin, description, sales_talk, photo,
        /// included or highlighted.
        #[arg(value_parser = parse_key)]
        key: ItemKey,
        /// What it is; `--reset` instead takes the machine's value back.
        #[arg(required_unless_present = "reset", default_value = "", allow_hyphen_values = true)]
        value: String,
        /// The machine's value again.
        #[arg(long)]
        reset: bool,
    },
    /// Stop what works on one.
    Cancel {
        /// On which.
        collection: CollectionId,
    },
}

impl CollectionVerb {
    /// Whether jobs are to run.
    pub(crate) fn works(&self) -> bool {
        matches!(self, Self::Process { wait: true, .. } | Self::Items { wait: true, .. } | Self::Deck { .. })
    }
}

fn parse_key(word: &str) -> std::result::Result<ItemKey, String> {
    serde_json::from_value(word.into()).map_err(|_| format!("`{word}` is no value of an item"))
}

fn parse_format(word: &str) -> std::result::Result<DeckFormat, String> {
    serde_json::from_value(word.into()).map_err(|_| format!("`{word}` is no kind of file a deck has"))
}

pub(crate) async fn run(engine: &Engine, verb: CollectionVerb, output: &Output) -> Result<()> {
    match verb {
        CollectionVerb::New { name, brand, season, currency, linesheet_only } => {
            let info = CollectionInfo { name, brand, season, currency, linesheet_only };
            let made = engine.create_collection(info).await?;
            output.answer(&json!({"collection_id": made.id, "name": made.info.name}), || made.id.to_string());
            Ok(())
        }
        CollectionVerb::List => {
            for row in engine.collections()? {
                output.answer(&listed(&row), || plain_row(&row));
            }
            Ok(())
        }
        CollectionVerb::Show { collection } => {
            let report = engine.collection_report(collection)?;
            output.answer(&shown(&report), || plain(&report));
            Ok(())
        }
        CollectionVerb::Add { collection, linesheet, po } => {
            for (role, files) in [(InputRole::Linesheet, linesheet), (InputRole::PurchaseOrder, po)] {
                if files.is_empty() {
                    continue;
                }
                for outcome in engine.add_collection_files(collection, role, files).await? {
                    match &outcome {
                        AddOutcome::Refused { file, error } => output.failed_input("file", file, error),
                        outcome => output.answer(outcome, || plain_outcome(outcome)),
                    }
                }
            }
            engine.stored().await
        }
        CollectionVerb::Process { collection, wait } => {
            let began = engine.process_collection(collection).await;
            watch(engine, collection, began.map(drop), wait, PROCESSING, output).await
        }
        CollectionVerb::Items { collection, wait } => {
            let began = engine.generate_items(collection).await;
            watch(engine, collection, began.map(drop), wait, MAKING_ITEMS, output).await
        }
        CollectionVerb::Deck { collection, out, format, settings } => {
            deck(engine, collection, &out, format, settings.as_deref(), output).await
        }
        CollectionVerb::SetItem { collection, item, key, value, reset } => {
            let changed = if reset {
                vec![engine.reset_item(collection, item, key).await?]
            } else {
                engine.set_items(collection, vec![item], key, value).await?
            };
            for item in changed {
                output.answer(&item_answer(&item), || plain_item(&item));
            }
            Ok(())
        }
        CollectionVerb::Cancel { collection } => {
            let word = match engine.cancel_collection(collection).await? {
                CancelReport::Cancelled => "cancelled",
                CancelReport::NothingToCancel => "nothing_to_cancel",
            };
            output.answer(&json!({"collection_id": collection, "outcome": word}), || word.to_owned());
            Ok(())
        }
    }
}

/// A work, and what its phases are called.
#[derive(Clone, Copy)]
struct Watched {
    status: fn(CollectionDetail) -> WorkStatus,
    phases: &'static [&'static str],
}

const PROCESSING: Watched = Watched { status: |detail| detail.processing, phases: &PROCESS_PHASES };
const MAKING_ITEMS: Watched = Watched { status: |detail| detail.items, phases: &ITEM_STEPS };
const MAKING_DECK: Watched = Watched { status: |detail| detail.deck, phases: &DECK_STEPS };

/// Makes a deck, and copies its files to where they are wanted.
async fn deck(
    engine: &Engine,
    id: CollectionId,
    out: &Path,
    formats: Vec<DeckFormat>,
    settings: Option<&Path>,
    output: &Output,
) -> Result<()> {
    if let Some(file) = settings {
        let text = fs_err::read_to_string(file).map_err(|e| unusable(file, &e))?;
        engine.set_deck_settings(id, serde_json::from_str(&text).map_err(|e| unusable(file, &e))?).await?;
    }
    fs_err::create_dir_all(out).map_err(|e| unusable(out, &e))?;
    engine.generate_deck(id, formats).await?;
    let status = follow(engine, id, MAKING_DECK, output).await?;
    if status.state != WorkState::Completed {
        end(id, &status, output);
        return Ok(());
    }
    let mut files = vec![];
    if let Some(made) = engine.deck_versions(id)?.into_iter().next() {
        for file in made.files {
            let place = out.join(&file.file_name);
            engine.save_deck(id, made.version, file.format, place.clone()).await?;
            files.push(place);
        }
    }
    output
        .answer(&json!({"collection_id": id, "status": status.state, "error": null, "files": files}), || {
            files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join("\n")
        });
    Ok(())
}

fn unusable(file: &Path, e: &dyn std::fmt::Display) -> UserError {
    UserError::new(
        ErrorCode::Usage,
        format!("`{}` cannot be used: {e}.", file.display()),
        "Name another one.",
    )
}

/// Tells a work phase by phase until it ends. One that is under way already (it goes on after a crash) is watched too.
async fn watch(
    engine: &Engine,
    id: CollectionId,
    began: Result<()>,
    wait: bool,
    work: Watched,
    output: &Output,
) -> Result<()> {
    let status = (work.status)(engine.collection(id)?);
    match began {
        Err(_) if wait && status.state == WorkState::Processing => {}
        began => began?,
    }
    if !wait {
        output.answer(&json!({"collection_id": id, "job_id": status.job, "status": "queued"}), || {
            "queued".to_owned()
        });
        return Ok(());
    }
    let status = follow(engine, id, work, output).await?;
    end(id, &status, output);
    Ok(())
}

/// Tells the phases of a work as they end; answers where it stands when it is over.
async fn follow(engine: &Engine, id: CollectionId, work: Watched, output: &Output) -> Result<WorkStatus> {
    let start = Instant::now();
    let mut events = engine.subscribe();
    let mut told = 0;
    loop {
        let status = (work.status)(engine.collection(id)?);
        let over = status.state != WorkState::Processing;
        let done =
            if status.state == WorkState::Completed { status.phase } else { status.phase.saturating_sub(1) };
        while told < done {
            told += 1;
            let line = phase_line(work.phases, told, start);
            output.answer(&line, || format!("phase {told} of {}: {}", work.phases.len(), line["name"]));
        }
        if over {
            return Ok(status);
        }
        let _ = tokio::time::timeout(std::time::Duration::from_millis(200), events.next()).await;
    }
}

fn phase_line(phases: &[&str], phase: u32, start: Instant) -> Value {
    let name = phases.get(phase as usize - 1).copied().unwrap_or_default();
    let percentage = (f64::from(phase) * 100.0 / phases.len().max(1) as f64).round() as u32;
    json!({"phase": phase, "total": phases.len(), "name": name, "percentage": percentage,
        "elapsed_ms": start.elapsed().as_millis() as u64})
}

fn end(id: CollectionId, status: &WorkStatus, output: &Output) {
    let word = json!(status.state).as_str().unwrap_or_default().to_owned();
    if status.state != WorkState::Completed {
        output.note_failure();
    }
    output.answer(
        &json!({"collection_id": id, "status": word, "phase": status.phase, "error": status.error}),
        || status.error.as_ref().map_or_else(|| word.clone(), |error| format!("{word}: {error}")),
    );
}

fn listed(row: &CollectionRow) -> Value {
    json!({"collection_id": row.id, "name": row.info.name, "brand": row.info.brand, "season": row.info.season,
        "product_count": row.product_count, "item_count": row.item_count, "included_count": row.included_count,
        "status": row.work.state})
}

fn plain_row(row: &CollectionRow) -> String {
    format!("{}  {}  {} products, {} items", row.id, row.info.name, row.product_count, row.item_count)
}

fn plain(report: &CollectionReport) -> String {
    let detail = &report.detail;
    let mut lines = vec![format!(
        "{}: {} products, {} items, {} unmatched lines",
        detail.info.name,
        detail.product_count,
        detail.item_count,
        report.items.unmatched.len()
    )];
    lines.extend(report.items.items.iter().map(plain_item));
    lines.join("\n")
}

fn plain_item(item: &Item) -> String {
    format!(
        "  {}  {:<16} {:<16} {}",
        item.id,
        item.style_number,
        item.colour.as_deref().unwrap_or("-"),
        item.units.map_or_else(|| "not ordered".to_owned(), |units| format!("{units} units"))
    )
}

/// A work as the plan of collections names it.
fn block(status: &WorkStatus, step: &str) -> Value {
    let percentage = match (status.state, &status.progress) {
        (WorkState::Completed, _) => 100,
        (_, Some(progress)) => u32::from(progress.percentage),
        _ => status.phase.saturating_sub(1) * 100 / status.phases.max(1),
    };
    let error = status.error.as_ref().map(|error| {
        json!({"message": error.message, step: status.phase, "details": error.hint, "code": error.code})
    });
    json!({"status": status.state, "task_id": status.job, "completed_at": status.completed_at,
        format!("current_{step}"): status.phase_name, "restarting": status.restarting, "out_of_date": status.out_of_date,
        "progress": {step: status.phase, "total": status.phases, "percentage": percentage}, "error": error})
}

fn shown(report: &CollectionReport) -> Value {
    let detail = &report.detail;
    json!({
        "collection_id": detail.id, "name": detail.info.name, "brand": detail.info.brand,
        "season": detail.info.season, "currency": report.currency, "linesheet_only": detail.info.linesheet_only,
        "inputs": detail.inputs,
        "tabs": detail.tabs,
        "processing_status": {"document_processing": block(&detail.processing, "phase"),
            "item_generation": block(&detail.items, "step")},
        "categories": detail.categories.iter().map(|c| &c.name).collect::<Vec<_>>(),
        "products": report.products.iter().map(product).collect::<Vec<_>>(),
        "noise_images": report.noise.iter().map(|(photo, kind)| noise(photo, *kind)).collect::<Vec<_>>(),
        "po": orders(&detail.orders),
        "items": report.items.items.iter().map(item_answer).collect::<Vec<_>>(),
        "unmatched_po": report.items.unmatched.iter().map(unmatched).collect::<Vec<_>>(),
        "price_differences": report.items.items.iter().filter_map(difference).collect::<Vec<_>>(),
    })
}

fn money(amount: Option<Minor>, currency: Option<&str>) -> Option<String> {
    amount.map(|amount| amount.decimal(currency.unwrap_or_default()))
}

fn photo(photo: &Photo) -> Value {
    match photo.source.as_ref().map(|source| &source.place) {
        Some(Place::Page { page, rect }) => json!({"page": page, "box": rect, "sha256": photo.sha256}),
        Some(Place::Cell { sheet, row, column }) => {
            json!({"sheet": sheet, "anchor": [row, column], "sha256": photo.sha256})
        }
        None => json!({"sha256": photo.sha256}),
    }
}

fn noise(found: &Photo, kind: PictureKind) -> Value {
    let mut answer = photo(found);
    answer["kind"] = json!(kind);
    answer
}

fn product(p: &Product) -> Value {
    let page = p.source.as_ref().and_then(|source| match &source.place {
        Place::Page { page, .. } => Some(*page),
        Place::Cell { .. } => None,
    });
    let currency = p.currency.as_deref();
    json!({"style_number": p.style_number, "name": p.name, "category": p.category, "subcategory": p.subcategory,
        "colour": p.colour, "colour_code": p.colour_code, "sizes": p.sizes, "wholesale": money(p.wholesale, currency),
        "rrp": money(p.rrp, currency), "currency": p.currency, "page": page, "confidence": p.confidence,
        "photo": p.photo.as_ref().map(photo), "photo_reason": p.photo_reason, "material": p.material})
}

/// The orders as one: lines in their order, totals added up. `None` where there are none.
fn orders(orders: &[Order]) -> Option<Value> {
    let first = orders.first()?;
    let columns: Map<String, Value> = orders
        .iter()
        .flat_map(|order| &order.columns)
        .filter_map(|column| Some((column.heading.clone(), json!(column.meaning.as_ref()?))))
        .collect();
    let lines = orders.iter().flat_map(|order| {
        order.lines.iter().map(move |line| {
            let currency = order.currency.as_deref();
            json!({"line": line.row, "style_number": line.style_number, "sku": line.sku, "colour": line.colour,
                "colour_code": line.colour_code, "size": line.size, "size_range": line.size_range,
                "quantity": line.quantity, "unit_cost": money(line.unit_cost, currency),
                "retail": money(line.retail, currency), "amount": money(line.amount, currency), "upc": line.upc})
        })
    });
    let units = orders.iter().map(|o| o.units).try_fold(0_u32, |sum, n| Some(sum.saturating_add(n?)));
    let amount = orders.iter().map(|o| o.amount).try_fold(0_i64, |sum, n| Some(sum.saturating_add(n?.0)));
    let checks = orders.iter().flat_map(|o| &o.checks).map(|c| json!({"what": c.what, "line": c.row}));
    Some(
        json!({"number": first.number, "date": first.date, "buyer": first.buyer, "start_ship": first.start_ship,
        "cancel_date": first.cancel_date, "currency": first.currency, "columns": columns,
        "lines": lines.collect::<Vec<_>>(),
        "totals": {"units": units, "amount": money(amount.map(Minor), first.currency.as_deref())},
        "checks": checks.collect::<Vec<_>>()}),
    )
}

fn item_answer(item: &Item) -> Value {
    let currency = item.currency.as_deref();
    let sizes: Map<String, Value> =
        item.sizes.iter().filter_map(|s| Some((s.size.clone(), json!(s.quantity?)))).collect();
    json!({"item_id": item.id, "style_number": item.style_number, "name": item.name, "colour": item.colour,
        "colour_code": item.colour_code, "matched": item.matched, "included": item.included,
        "highlighted": item.highlighted, "sizes": sizes, "size_range": item.size_range, "qty_total": item.units,
        "wholesale": money(item.wholesale, currency), "rrp": money(item.rrp, currency), "currency": item.currency,
        "category": item.category, "subcategory": item.subcategory, "sales_talk": item.sales_talk,
        "photo": item.photo.as_ref().map(photo), "edits": item.edits})
}

fn unmatched(line: &UnmatchedLine) -> Value {
    let first = line.lines.first();
    json!({"key": line.key, "line": first.map(|l| l.row), "style_number": first.and_then(|l| l.style_number.clone()),
        "colour": first.and_then(|l| l.colour.clone().or(l.colour_code.clone())), "why": line.why,
        "candidates": line.candidates.iter().map(|c| &c.style_number).collect::<Vec<_>>(),
        "resolution": line.resolution})
}

fn difference(item: &Item) -> Option<Value> {
    let currency = item.currency.as_deref();
    item.order_price.map(|price| {
        json!({"style_number": item.style_number, "colour": item.colour,
            "linesheet": money(item.wholesale, currency), "po": price.decimal(currency.unwrap_or_default())})
    })
}
