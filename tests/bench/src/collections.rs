//! A linesheet of 300 products on 60 pages, orders of a usual length and of 10,000 rows, and a deck of 200 items: how long
//! each takes, and what all processes hold in memory meanwhile.

use std::path::Path;
use std::time::{Duration, Instant};

use papertray_engine::{Engine, EngineConfig};
use papertray_fixtures::{Collection, Random};
use papertray_model::collection::{CollectionInfo, InputRole, ItemKey, WorkState, WorkStatus};
use papertray_model::deck::{DeckFormat, PerSlide};
use papertray_model::{CollectionId, JobId};

use crate::{Error, Outcome, figure::Figure, memory::Memory};

const PRODUCTS: usize = 300;
const DECK_ITEMS: usize = 200;
const ROWS: usize = 10_000;
/// How wide the window shows a slide, in pixels.
const SLIDE_WIDTH: u32 = 960;
/// So many slides are edited and shown again.
const EDITS: usize = 10;

/// Waits until the work that `of` picks has ended; gives how long it took.
async fn ended(
    engine: &Engine,
    id: CollectionId,
    of: fn(&papertray_model::collection::CollectionDetail) -> &WorkStatus,
) -> Result<Duration, Error> {
    let began = Instant::now();
    loop {
        let detail = engine.collection(id)?;
        match of(&detail).state {
            WorkState::Completed => return Ok(began.elapsed()),
            WorkState::Failed | WorkState::Cancelled => {
                return Err(format!("the work ended otherwise: {:?}", of(&detail).error).into());
            }
            WorkState::Idle | WorkState::Processing => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn made(engine: &Engine, linesheet: &Path, order: Option<&Path>) -> Result<CollectionId, Error> {
    let info =
        CollectionInfo { name: "Bench".into(), linesheet_only: order.is_none(), ..CollectionInfo::default() };
    let id = engine.create_collection(info).await?.id;
    engine.add_collection_files(id, InputRole::Linesheet, vec![linesheet.to_owned()]).await?;
    if let Some(order) = order {
        engine.add_collection_files(id, InputRole::PurchaseOrder, vec![order.to_owned()]).await?;
    }
    Ok(id)
}

pub(crate) fn collections() -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(measure_collections())
}

async fn measure_collections() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (linesheet, short) = (folder.path().join("linesheet.pdf"), folder.path().join("order.csv"));
    {
        let collection = Collection::varied(&mut Random::new(5), PRODUCTS, 1, false);
        fs_err::write(&linesheet, collection.large_linesheet_pdf()?)?;
        fs_err::write(&short, collection.order_csv())?;
        let (workbook, text) = collection.long_order(ROWS)?;
        fs_err::write(folder.path().join("long.xlsx"), workbook)?;
        fs_err::write(folder.path().join("long.csv"), text)?;
    }
    let engine = Engine::open(EngineConfig::new(folder.path().join("library"))).await?;
    let memory = Memory::watch();
    let id = made(&engine, &linesheet, Some(&short)).await?;
    let began = Instant::now();
    engine.process_collection(id).await?;
    ended(&engine, id, |d| &d.processing).await?;
    let processed = began.elapsed();
    let found = engine.collection(id)?.product_count;
    let began = Instant::now();
    engine.generate_items(id).await?;
    ended(&engine, id, |d| &d.items).await?;
    let itemised = began.elapsed();
    let mut figures = vec![
        Figure::new(
            format!("linesheet of {PRODUCTS} products, {found} found, processed"),
            "s",
            processed.as_secs_f64(),
        ),
        Figure::new("its items", "s", itemised.as_secs_f64()),
    ];
    for name in ["long.xlsx", "long.csv"] {
        let id = made(&engine, &linesheet, Some(&folder.path().join(name))).await?;
        engine.process_collection(id).await?;
        ended(&engine, id, |d| &d.processing).await?;
        let began = Instant::now();
        engine.generate_items(id).await?;
        ended(&engine, id, |d| &d.items).await?;
        let lines: usize = engine.collection(id)?.orders.iter().map(|o| o.lines.len()).sum();
        let what = format!("{name} of {ROWS} rows, {lines} lines, to items");
        figures.push(Figure::new(what, "s", began.elapsed().as_secs_f64()));
    }
    figures.push(Figure::new("memory of all processes at its peak (PSS)", "MiB", memory.peak_mib()));
    engine.shutdown().await;
    Ok(figures)
}

pub(crate) fn deck() -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(measure_deck())
}

async fn measure_deck() -> Outcome {
    let folder = tempfile::tempdir()?;
    let linesheet = folder.path().join("linesheet.pdf");
    let collection = Collection::varied(&mut Random::new(5), DECK_ITEMS, 1, false);
    fs_err::write(&linesheet, collection.large_linesheet_pdf()?)?;
    let engine = Engine::open(EngineConfig::new(folder.path().join("library"))).await?;
    let id = made(&engine, &linesheet, None).await?;
    engine.process_collection(id).await?;
    ended(&engine, id, |d| &d.processing).await?;
    engine.generate_items(id).await?;
    ended(&engine, id, |d| &d.items).await?;
    let items = engine.collection_items(id)?.items;
    let mut settings = engine.deck_settings(id)?;
    settings.per_slide = PerSlide::Four;
    engine.set_deck_settings(id, settings).await?;

    let memory = Memory::watch();
    // Its tab shows the slides before a deck is made of them.
    let began = Instant::now();
    engine.deck_preview(id).await?;
    let mut figures =
        vec![Figure::new("its slides, composed for the first time", "s", began.elapsed().as_secs_f64())];
    for (format, name) in [(DeckFormat::Pptx, "PPTX"), (DeckFormat::Pdf, "PDF")] {
        let began = Instant::now();
        let _: JobId = engine.generate_deck(id, vec![format]).await?;
        ended(&engine, id, |d| &d.deck).await?;
        let what = format!("{name} of {} items, 4 a slide", items.len());
        figures.push(Figure::new(what, "s", began.elapsed().as_secs_f64()));
        let size = engine.deck_versions(id)?.first().and_then(|v| v.files.first()).map_or(0, |f| f.size);
        figures.push(Figure::new(format!("its {name}"), "MB", size as f64 / 1e6));
    }
    let mut shown = vec![];
    for item in items.iter().step_by(items.len().div_ceil(EDITS).max(1)) {
        engine.set_items(id, vec![item.id], ItemKey::Name, format!("{} II", item.style_number)).await?;
        let began = Instant::now();
        let preview = engine.deck_preview(id).await?;
        let slide = preview.slides.iter().find(|s| s.spots.iter().any(|spot| spot.item == item.id));
        let slide = slide.ok_or("an item is on no slide")?;
        engine.slide_picture(id, &slide.hash, SLIDE_WIDTH).await?;
        shown.push(began.elapsed());
    }
    figures.push(Figure::new(
        "an edited slide, shown again, p50",
        "ms",
        crate::figure::percentile_ms(&shown, 0.5),
    ));
    figures.push(Figure::new(
        "an edited slide, shown again, slowest",
        "ms",
        crate::figure::percentile_ms(&shown, 1.0),
    ));
    figures.push(Figure::new("memory of all processes at its peak (PSS)", "MiB", memory.peak_mib()));
    engine.shutdown().await;
    Ok(figures)
}
