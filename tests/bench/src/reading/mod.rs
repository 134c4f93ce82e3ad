//! Word F1 and CPU seconds a page of recognition, beside Tesseract and RapidOCR over the same pages in the same run.
//!
//! The pages are real ones where a folder of them lies beside the repository (see [`sets`]), else generated scans.
//! `PAPERTRAY_BENCH_SETS=receipts,forms` takes some of the sets, `PAPERTRAY_BENCH_EVERY=4` every fourth page,
//! `PAPERTRAY_BENCH_BESIDE=none` (or `tesseract`) leaves the others out.

mod engines;
mod score;
mod sets;

use self::engines::Read;
use self::score::Score;
use self::sets::Sheet;
use crate::{Outcome, figure::Figure};

/// Measures every set.
pub(crate) fn reading() -> Outcome {
    let wanted = variable("PAPERTRAY_BENCH_SETS");
    let every = variable("PAPERTRAY_BENCH_EVERY").and_then(|n| n.parse().ok()).unwrap_or(1).max(1);
    let beside = variable("PAPERTRAY_BENCH_BESIDE").unwrap_or_else(|| "tesseract,rapidocr".into());
    let folder = sets::folder()?;
    let engines = engines::present(&beside, &folder);
    let mut figures = vec![];
    for (name, make) in sets::SETS {
        if wanted.as_ref().is_some_and(|wanted| !wanted.split(',').any(|w| w == *name)) {
            continue;
        }
        let sheets: Vec<Sheet> = make(&folder)?.into_iter().step_by(every).collect();
        if sheets.is_empty() {
            eprintln!("{name}: not there");
            continue;
        }
        let pictures: Vec<_> = sheets.iter().map(|sheet| sheet.picture.clone()).collect();
        let ours = of(&sheets, &engines::papertray(&pictures)?);
        let mut others = vec![];
        for engine in &engines {
            others.push((engine.name(), of(&sheets, &engine.read(&pictures)?)));
        }
        figures.extend(lines(name, sheets.len(), &ours, &others));
    }
    Ok(figures)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What an engine did with a set.
struct Result {
    f1: f64,
    letters: f64,
    cpu: f64,
}

fn of(sheets: &[Sheet], read: &Read) -> Result {
    let (mut words, mut letters) = (Score::default(), Score::default());
    for (sheet, text) in sheets.iter().zip(&read.texts) {
        words.add_words(text, &sheet.truth);
        letters.add_trigrams(text, &sheet.truth);
        if variable("PAPERTRAY_BENCH_EACH").is_some() {
            let mut one = Score::default();
            one.add_words(text, &sheet.truth);
            eprintln!("{:.3} {}", one.f1(), sheet.picture.display());
        }
    }
    Result { f1: words.f1(), letters: letters.f1(), cpu: read.cpu / sheets.len() as f64 }
}

fn lines(set: &str, pages: usize, ours: &Result, others: &[(&'static str, Result)]) -> Vec<Figure> {
    type Pick = fn(&Result) -> f64;
    let kinds: [(&str, &str, Pick); 3] =
        [("word F1", "", |r| r.f1), ("trigram F1", "", |r| r.letters), ("CPU a page", "s", |r| r.cpu)];
    let mut figures = vec![];
    for (what, unit, pick) in kinds {
        let name = format!("{set} ({pages}), {what}");
        let figure = || Figure::new(name.clone(), unit, pick(ours));
        if others.is_empty() {
            figures.push(figure());
        }
        figures.extend(others.iter().map(|(other, theirs)| figure().against(other, pick(theirs))));
    }
    figures
}
