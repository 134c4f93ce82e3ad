//! Counts what was right and tells it.

use std::collections::BTreeMap;

use papertray_model::{Field, LineItem, PageMeaning, PageReading};
use papertray_understand::{DescribeInput, describe, understand_document, understand_page};

use crate::Error;
use crate::reading::Reader;
use crate::score::{Same, amount, rows_in_common, squash};
use crate::truth::{Document, Part};
use papertray_bench::figure::Figure;

/// Values as sure as this should be right 97 times in 100.
const SURE: f32 = 0.9;

#[derive(Clone, Copy, Default)]
struct Rate {
    right: usize,
    of: usize,
}

impl Rate {
    fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }

    fn share(self) -> f64 {
        if self.of == 0 { 1.0 } else { self.right as f64 / self.of as f64 }
    }
}

/// One document's wrong values, each as a sentence.
struct Misses {
    name: String,
    wrong: Vec<String>,
}

#[derive(Default)]
pub(crate) struct Report {
    rates: BTreeMap<(String, String), Rate>,
    sure: BTreeMap<String, Rate>,
    rows: BTreeMap<String, [usize; 3]>,
    confusion: BTreeMap<(String, String), usize>,
    misses: Vec<Misses>,
    pages: usize,
    cpu_seconds: f64,
    slowest_ms: f64,
}

/// What was understood of a document.
struct Understood {
    pages: Vec<PageMeaning>,
    fields: papertray_model::Fields,
    lines: Vec<LineItem>,
    doc_type: String,
}

/// Processor seconds of this thread so far.
fn thread_cpu() -> f64 {
    let ns = fs_err::read_to_string("/proc/thread-self/schedstat").ok();
    let ns = ns.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    ns.unwrap_or(f64::NAN) / 1e9
}

impl Report {
    pub(crate) fn add(&mut self, set: &str, document: &Document, reader: &Reader) -> Result<(), Error> {
        let name = document.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let pages = if document.as_scan {
            reader.pages_of_scan(&document.file)?
        } else {
            reader.pages(&document.file)?
        };
        let understood = self.understand(&name, &pages);
        let mut misses = Misses { name: format!("{set}/{name}"), wrong: vec![] };
        for part in &document.parts {
            let (fields, rows) = part_of(part, &understood);
            self.score_part(set, part, &fields, &rows, &mut misses);
        }
        for (number, truth) in &document.page_types {
            let found = understood.pages.get(*number as usize - 1).map_or("none", |p| p.doc_type.as_str());
            let found = if ["bill", "eway_bill"].contains(&found) { found } else { "unknown" };
            self.score_type(set, truth, found, &mut misses);
        }
        if let Some(truth) = &document.doc_type {
            let family = set == "doctypes" && understood.doc_type == "bill";
            let found = if family { "invoice" } else { &understood.doc_type };
            let told_apart =
                ["invoice", "purchase_order", "receipt", "delivery_note", "unknown"].contains(&found);
            let found = if set == "doctypes" && !told_apart { "unknown" } else { found };
            self.score_type(set, truth, found, &mut misses);
        }
        if let Some(rows) = &document.rows {
            let common = rows_in_common(&understood.lines, rows);
            let sum = self.rows.entry(set.to_owned()).or_default();
            sum[0] += common;
            sum[1] += understood.lines.len();
            sum[2] += rows.len();
            if common < rows.len() || understood.lines.len() > rows.len() {
                misses.wrong.push(format!(
                    "rows: {common} of {}, {} given",
                    rows.len(),
                    understood.lines.len()
                ));
            }
        }
        self.misses.push(misses);
        Ok(())
    }

    fn understand(&mut self, name: &str, pages: &[PageReading]) -> Understood {
        let before = thread_cpu();
        let meanings: Vec<PageMeaning> = pages.iter().map(understand_page).collect();
        let pairs: Vec<(&PageReading, &PageMeaning)> = pages.iter().zip(&meanings).collect();
        let meaning = understand_document(&pairs);
        let readings: Vec<&PageReading> = pages.iter().collect();
        describe(&DescribeInput { filename: name, meaning: &meaning, pages: &readings }, &mut |_, _| {});
        let took = thread_cpu() - before;
        self.pages += pages.len();
        self.cpu_seconds += took;
        self.slowest_ms = self.slowest_ms.max(took * 1000.0 / pages.len().max(1) as f64);
        Understood {
            pages: meanings,
            fields: meaning.fields,
            lines: meaning.lines,
            doc_type: meaning.doc_type.as_str().to_owned(),
        }
    }

    fn score_type(&mut self, set: &str, truth: &str, found: &str, misses: &mut Misses) {
        *self.confusion.entry((truth.to_owned(), found.to_owned())).or_default() += 1;
        self.rates.entry((set.to_owned(), "type".to_owned())).or_default().add(truth == found);
        if truth != found {
            misses.wrong.push(format!("type: {found} instead of {truth}"));
        }
    }

    fn score_part(
        &mut self,
        set: &str,
        part: &Part,
        fields: &BTreeMap<String, Field>,
        rows: &[LineItem],
        misses: &mut Misses,
    ) {
        for wanted in &part.wanted {
            let found = fields.get(&wanted.field);
            let (measure, right) = match &wanted.value {
                None => ("absent stays absent".to_owned(), found.is_none()),
                Some(value) => {
                    (wanted.field.clone(), found.is_some_and(|f| wanted.same.holds(&f.value, value)))
                }
            };
            self.rates.entry((set.to_owned(), measure)).or_default().add(right);
            if let Some(field) = found.filter(|f| f.confidence >= SURE) {
                self.sure.entry(set.to_owned()).or_default().add(right);
                if !right {
                    misses.wrong.push(format!("SURE at {:.2}", field.confidence));
                }
            }
            if !right {
                let found = found.map_or("nothing".to_owned(), |f| format!("`{}`", f.value));
                let truth = wanted.value.as_deref().unwrap_or("nothing");
                misses.wrong.push(format!("{}: {found} instead of `{truth}`", wanted.field));
            }
        }
        if let Some(truth) = &part.exact_rows {
            let cell =
                |row: &LineItem, name: &str| row.get(name).map(|f| f.value.clone()).unwrap_or_default();
            let right = rows.len() == truth.len()
                && rows.iter().zip(truth).all(|(row, (code, quantity, taxable))| {
                    squash(&cell(row, "hsn")) == squash(code)
                        && amount(&cell(row, "quantity")) == amount(quantity)
                        && Same::Amount.holds(&cell(row, "amount"), taxable)
                });
            self.rates.entry((set.to_owned(), "lines".to_owned())).or_default().add(right);
            if !right {
                misses.wrong.push(format!("lines: {} given of {}", rows.len(), truth.len()));
            }
        }
    }

    /// The figures of a set.
    pub(crate) fn tell_set(&self, set: &str) {
        let mut all = Rate::default();
        for ((owner, measure), rate) in &self.rates {
            if owner == set {
                all.right += rate.right;
                all.of += rate.of;
                tell(&format!("{set}: {measure} ({}/{})", rate.right, rate.of), rate.share());
            }
        }
        tell(&format!("{set}: all values ({}/{})", all.right, all.of), all.share());
        if let Some([common, found, truth]) = self.rows.get(set).copied() {
            let f1 = 2.0 * common as f64 / (found + truth).max(1) as f64;
            tell(&format!("{set}: rows of goods F1 ({common} of {truth}, {found} given)"), f1);
        }
        if let Some(rate) = self.sure.get(set) {
            tell(&format!("{set}: right where sure ({}/{})", rate.right, rate.of), rate.share());
        }
    }

    /// What concerns all sets: precision, cost, confusion, the worst documents.
    pub(crate) fn tell(&self) {
        let sure = self
            .sure
            .values()
            .fold(Rate::default(), |a, b| Rate { right: a.right + b.right, of: a.of + b.of });
        tell(&format!("all: right where sure ({}/{})", sure.right, sure.of), sure.share());
        let ms = self.cpu_seconds * 1000.0 / self.pages.max(1) as f64;
        println!(
            "{}",
            Figure::new(format!("understanding a page, mean of {}", self.pages), "CPU ms", ms).json()
        );
        println!(
            "{}",
            Figure::new("understanding a page, slowest document", "CPU ms", self.slowest_ms).json()
        );
        println!("\nTypes (true: taken for)");
        for ((truth, found), count) in &self.confusion {
            let mark = if truth == found { "" } else { "   <-- wrong" };
            println!("  {truth:>16}: {found:<16} {count:>4}{mark}");
        }
        let mut worst: Vec<&Misses> = self.misses.iter().filter(|m| !m.wrong.is_empty()).collect();
        worst.sort_by_key(|m| std::cmp::Reverse(m.wrong.len()));
        println!("\nThe worst of {} documents with something wrong", worst.len());
        for misses in worst.iter().take(10) {
            println!("  {}", misses.name);
            misses.wrong.iter().for_each(|wrong| println!("      {wrong}"));
        }
    }
}

fn tell(name: &str, share: f64) {
    println!("{}", Figure::new(name, "", share).json());
}

/// The values and rows of a part: those of its pages that have its type, the first of each; or of the whole document.
fn part_of(part: &Part, understood: &Understood) -> (BTreeMap<String, Field>, Vec<LineItem>) {
    if part.pages.is_empty() {
        return (understood.fields.clone(), understood.lines.clone());
    }
    let mut fields = BTreeMap::new();
    let mut rows = vec![];
    for number in &part.pages {
        let Some(page) = understood.pages.get(*number as usize - 1) else { continue };
        if part.doc_type.as_deref() == Some(page.doc_type.as_str()) {
            for (name, field) in &page.fields {
                fields.entry(name.clone()).or_insert_with(|| field.clone());
            }
            rows.extend(page.lines.iter().cloned());
        }
    }
    (fields, rows)
}
