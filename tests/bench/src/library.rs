//! A library of fifty thousand documents with two hundred thousand pages, made without reading anything: how long the
//! questions of the window take then.

use std::time::{Duration, Instant};

use papertray_model::{
    DocType, DocumentFilter, DocumentId, DocumentQuery, DocumentSort, DocumentStatus, Duplicates, Field,
    Fields, Metadata, PageMeaning, PageReading, PageSource, Rect, Timestamp, Unit, Word,
};
use papertray_store::{Durability, NewDocument, Read, Store, StoredPage, Understanding, Wanted, Write};

use crate::{
    Error, Outcome,
    figure::{Figure, percentile_ms},
};

/// How many documents, where `PAPERTRAY_BENCH_DOCUMENTS` says nothing else.
const DOCUMENTS: u32 = 50_000;
const PAGES: u32 = 4;
const WORDS: u32 = 150;
/// So many documents are written in one transaction.
const CHUNK: u32 = 200;

/// A generator good enough to spread words (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    /// A word; few are frequent and many rare, as in real text (Zipf).
    fn word(&mut self) -> String {
        const SOUNDS: [&str; 16] = [
            "an", "bel", "cor", "da", "en", "fi", "gar", "ho", "in", "jo", "kel", "li", "mor", "ne", "or",
            "pa",
        ];
        let rank = (40_000.0_f64).powf(self.roll(1_000_000) as f64 / 1_000_000.0) as u64;
        let (mut rest, mut word) = (rank, String::new());
        while rest > 0 || word.is_empty() {
            word.push_str(SOUNDS[(rest % 16) as usize]);
            rest /= 16;
        }
        word
    }
}

fn field(value: &str) -> Field {
    Field {
        value: value.into(),
        text: value.into(),
        bbox: None,
        page: Some(1),
        confidence: 0.95,
        by: "rules@1".into(),
    }
}

fn put(w: &Write<'_>, dice: &mut Dice, n: u32) -> papertray_store::Result<DocumentId> {
    let (id, now) = (DocumentId::new(), Timestamp(1_700_000_000_000 + i64::from(n)));
    let types = ["invoice", "receipt", "delivery_note", "purchase_order"];
    let doc_type = DocType::new(types[dice.roll(4) as usize]);
    w.insert_document(
        &NewDocument {
            id,
            source: format!("/papers/scan_{n}.pdf").into(),
            filename: format!("scan_{n}.pdf"),
            mime_type: "application/pdf".into(),
            size: 100_000,
            batch: 1,
            duplicates: Duplicates::Skip,
        },
        now,
    )?;
    let vendor = format!("{} {}", dice.word(), dice.word());
    let total = format!("{}.{:02}", dice.roll(100_000), dice.roll(100));
    let date = format!("20{:02}-{:02}-{:02}", 20 + dice.roll(6), 1 + dice.roll(12), 1 + dice.roll(28));
    let fields: Fields = [
        ("vendor", vendor.as_str()),
        ("total", &total),
        ("date", &date),
        ("number", &format!("{}", 100_000 + n)),
    ]
    .map(|(name, value)| (name.to_owned(), field(value)))
    .into();
    for page_number in 1..=PAGES {
        let mut reading = PageReading::empty(page_number, Unit::Pt, 595.0, 842.0, PageSource::TextLayer);
        for at in 0..WORDS {
            let (x, y) = (40.0 + 50.0 * (at % 10) as f32, 60.0 + 14.0 * (at / 10) as f32);
            let bbox = Rect::new(x, y, x + 45.0, y + 10.0);
            reading.words.push(Word { text: dice.word(), bbox, confidence: 1.0, line: at / 10 });
        }
        let meaning = PageMeaning {
            doc_type: doc_type.clone(),
            confidence: 0.95,
            reasons: vec![],
            fields: Fields::new(),
            lines: vec![],
        };
        let page = StoredPage {
            reading,
            meaning,
            schema_version: 1,
            cache_key: String::new(),
            storage_uri: None,
            error: None,
        };
        w.put_page(id, &page, now)?;
    }
    w.set_opened(id, PAGES, "application/pdf", now)?;
    w.put_understanding(
        id,
        &Understanding {
            doc_type: doc_type.clone(),
            confidence: 0.95,
            fields,
            lines: vec![],
            language: Some("en".into()),
            checks: vec![],
            parts: vec![],
        },
        now,
    )?;
    let metadata = Metadata {
        display_name: format!("{vendor} {}", 100_000 + n),
        tags: vec![doc_type.as_str().to_owned(), vendor],
        summary: "A document.".into(),
        language: None,
    };
    w.put_metadata(id, &metadata, "rules@1", now)?;
    w.set_status(id, DocumentStatus::OcrComplete, None, now)?;
    Ok(id)
}

/// Runs `ask` so many times and keeps how long each took.
fn times(
    store: &Store,
    count: u32,
    mut ask: impl FnMut(&Read<'_>, u32) -> papertray_store::Result<()>,
) -> Result<Vec<Duration>, Error> {
    let mut took = vec![];
    for n in 0..count {
        let began = Instant::now();
        store.read(|r| ask(r, n))?;
        took.push(began.elapsed());
    }
    Ok(took)
}

/// How many documents are wanted.
pub(crate) fn documents() -> Result<u32, Error> {
    Ok(match std::env::var("PAPERTRAY_BENCH_DOCUMENTS") {
        Ok(number) => number.parse()?,
        Err(_) => DOCUMENTS,
    })
}

/// Fills an empty library with so many documents.
pub(crate) fn fill(store: &Store, documents: u32) -> Result<Vec<DocumentId>, Error> {
    let mut ids = vec![];
    for start in (0..documents).step_by(CHUNK as usize) {
        let end = documents.min(start + CHUNK);
        ids.extend(store.write_blocking(move |w| {
            let mut dice = Dice(u64::from(start) + 7);
            (start..end).map(|n| put(w, &mut dice, n)).collect::<papertray_store::Result<Vec<_>>>()
        })?);
    }
    Ok(ids)
}

pub(crate) fn library() -> Outcome {
    let documents = documents()?;
    let folder = tempfile::tempdir()?;
    let store = Store::open_with(folder.path(), Durability::Normal)?;
    let began = Instant::now();
    let ids = fill(&store, documents)?;
    let made = began.elapsed();

    let first = |query: DocumentQuery| DocumentQuery { limit: 50, ..query };
    let inbox = times(&store, 50, |r, _| r.documents(&first(DocumentQuery::default())).map(drop))?;
    let counts = times(&store, 50, |r, _| r.inbox_counts().map(drop))?;
    let review = first(DocumentQuery { filter: DocumentFilter::NeedsReview, ..DocumentQuery::default() });
    let filtered = times(&store, 20, |r, _| r.documents(&review).map(drop))?;
    let sorted = times(&store, 20, |r, n| {
        let sort = [DocumentSort::Date, DocumentSort::Amount, DocumentSort::Name][n as usize % 3];
        r.documents(&first(DocumentQuery { sort, ..DocumentQuery::default() })).map(drop)
    })?;
    let deep = times(&store, 20, |r, n| {
        let after = ids.get(ids.len() / 2 + n as usize).copied();
        r.documents(&first(DocumentQuery { after, ..DocumentQuery::default() })).map(drop)
    })?;
    let mut dice = Dice(99);
    let mut slow: Vec<(Duration, String)> = vec![];
    let search = times(&store, 400, |r, n| {
        let (one, two) = (dice.word(), dice.word());
        let text = match n % 8 {
            0 => one,
            1 => format!("{one} {two} "),
            2 => one.chars().take(2).collect(),
            3 => one.chars().take(3).collect(),
            4 => format!("\"{one} {two}\""),
            5 => format!("{one} type:invoice amount:>50000"),
            6 => format!("vendor:{one}"),
            _ => format!("date:2024-05 amount:<{}", 100 + n),
        };
        let began = Instant::now();
        r.documents(&first(DocumentQuery { text: Some(text.clone()), ..DocumentQuery::default() }))?;
        slow.push((began.elapsed(), text));
        Ok(())
    })?;
    slow.sort();
    for (took, text) in slow.iter().rev().take(5) {
        eprintln!("slowest: {took:?} {text}");
    }
    let mut dice = Dice(7);
    let ranked = times(&store, 100, |r, _| r.ranked(&Wanted::parse(&dice.word()), 100).map(drop))?;
    let opened = times(&store, 50, |r, n| {
        let id = ids[(n as usize * 997) % ids.len()];
        r.document(id)?;
        r.fields(id, 0)?;
        r.pages(id)?;
        r.page_reading(id, 1).map(drop)
    })?;
    let of = |name: &str, took: &[Duration]| {
        Figure::new(format!("{documents} documents: {name}, p99"), "ms", percentile_ms(took, 0.99))
    };
    Ok(vec![
        Figure::new(format!("{documents} documents: made and indexed"), "s", made.as_secs_f64()),
        of("first page of the Inbox", &inbox),
        of("counts of the filters", &counts),
        of("first page that needs review", &filtered),
        of("a page from the middle", &deep),
        of("first page sorted otherwise", &sorted),
        of("search as typed", &search),
        of("search by rank", &ranked),
        of("what Review asks for", &opened),
    ])
}
