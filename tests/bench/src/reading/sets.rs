//! Pages whose text is known.
//!
//! Of a folder of real documents, named by `PAPERTRAY_BENCH_DATA`, receipts, forms, book scans and office documents are
//! taken (each left out where it is absent); the generated scans need nothing. What is made of them (drawn, blurred, turned
//! pages) stays in `target/bench-reading` for the next run.

use std::path::{Path, PathBuf};
use std::process::Command;

use image::{GrayImage, ImageReader, imageops};
use papertray_fixtures::{Random, Set, wear::Wear};
use serde_json::Value;

use crate::Error;

/// A page as a picture, and what stands on it.
pub(super) struct Sheet {
    pub(super) picture: PathBuf,
    pub(super) truth: String,
}

type Sheets = Result<Vec<Sheet>, Error>;
type Make = fn(&Path) -> Sheets;

/// The sets by name.
pub(super) const SETS: &[(&str, Make)] = &[
    ("generated", generated),
    ("receipts", receipts),
    ("forms", forms),
    ("office", office),
    ("books", books),
    ("turned", turned),
    ("upright", upright),
    ("skewed", skewed),
];

/// Dots per inch at which PDF pages become pictures.
const DPI: &str = "200";
/// Pages of one document that are taken.
const PAGES: u32 = 2;
/// Pages with fewer words in their text layer are no office pages.
const FEW_WORDS: usize = 60;

/// The folder for what is made.
pub(super) fn folder() -> Result<PathBuf, Error> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench-reading");
    fs_err::create_dir_all(&folder)?;
    Ok(folder)
}

fn data(set: &str) -> PathBuf {
    std::env::var_os("PAPERTRAY_BENCH_DATA").map(PathBuf::from).unwrap_or_default().join(set)
}

/// The files of a set of real documents that end so, sorted; none where it is absent.
fn files(set: &str, ending: &str) -> Result<Vec<PathBuf>, Error> {
    let folder = data(set);
    if !folder.is_dir() {
        return Ok(vec![]);
    }
    let mut found = vec![];
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn generated(folder: &Path) -> Sheets {
    let folder = folder.join("generated");
    let truth = papertray_fixtures::write_set(&folder, Set::Bench, 1)?;
    let sheets = truth.files.iter().filter_map(|file| {
        let text = file.pages.first()?.text.clone();
        Some(Sheet { picture: folder.join(&file.file), truth: text })
    });
    Ok(sheets.collect())
}

/// SROIE: a line is eight coordinates and the text.
fn receipts(_: &Path) -> Sheets {
    let mut sheets = vec![];
    for picture in files("sroie", ".jpg")? {
        let boxes = String::from_utf8_lossy(&fs_err::read(picture.with_extension("box.csv"))?).into_owned();
        let lines: Vec<&str> = boxes.lines().filter_map(|line| line.splitn(9, ',').nth(8)).collect();
        sheets.push(Sheet { picture, truth: lines.join("\n") });
    }
    Ok(sheets)
}

/// FUNSD: words in boxes.
fn forms(_: &Path) -> Sheets {
    let mut sheets = vec![];
    for picture in files("funsd", ".png")? {
        let form: Value = serde_json::from_slice(&fs_err::read(picture.with_extension("json"))?)?;
        let words: Vec<&str> = form["form"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|part| part["words"].as_array().into_iter().flatten())
            .filter_map(|word| word["text"].as_str())
            .collect();
        sheets.push(Sheet { truth: words.join(" "), picture });
    }
    Ok(sheets)
}

/// Pages with a text layer, drawn and blurred; the layer is the truth.
fn office(folder: &Path) -> Sheets {
    let mut sheets = vec![];
    for set in ["zugferd", "invoice2data", "ocr"] {
        for pdf in files(set, ".pdf")? {
            if set == "ocr" && !name(&pdf).starts_with("olmocr") {
                continue;
            }
            for page in 1..=PAGES {
                let (first, last) = (page.to_string(), page.to_string());
                let arguments = ["-f", &first, "-l", &last, "-enc", "UTF-8"];
                let told = Command::new("pdftotext").args(arguments).arg(&pdf).arg("-").output()?;
                let truth = String::from_utf8_lossy(&told.stdout).into_owned();
                if !told.status.success() || truth.split_whitespace().count() < FEW_WORDS {
                    continue;
                }
                let picture = folder.join(format!("office-{}-{page}.png", name(&pdf)));
                if !picture.is_file() {
                    let drawn = imageops::blur(&drawn(&pdf, page, folder)?, 1.0);
                    drawn.save(&picture)?;
                }
                sheets.push(Sheet { picture, truth });
            }
        }
    }
    Ok(sheets)
}

/// Scans with transcripts that lie upright.
fn books(folder: &Path) -> Sheets {
    const NOT_UPRIGHT: [&str; 5] = ["cardinal", "rotated", "phototestrot", "rotated_skew", "docling"];
    let mut sheets = vec![];
    for transcript in files("ocr", ".gt.txt")? {
        let source = transcript.with_extension("").with_extension("");
        if NOT_UPRIGHT.iter().any(|odd| name(&source).contains(odd)) {
            continue;
        }
        let truth = fs_err::read_to_string(&transcript)?;
        let picture = if source.extension().is_some_and(|e| e == "pdf") {
            let picture = folder.join(format!("book-{}.png", name(&source)));
            if !picture.is_file() {
                drawn(&source, 1, folder)?.save(&picture)?;
            }
            picture
        } else {
            source
        };
        sheets.push(Sheet { picture, truth });
    }
    Ok(sheets)
}

/// Some pages of the other sets, as they are: what the turned and skewed ones are held against.
fn upright(folder: &Path) -> Sheets {
    let mut sheets = books(folder)?;
    sheets.extend(office(folder)?.into_iter().step_by(4));
    sheets.extend(receipts(folder)?.into_iter().step_by(6));
    if sheets.is_empty() { generated(folder) } else { Ok(sheets) }
}

/// The upright ones, each turned by 90, 180 or 270 degrees.
fn turned(folder: &Path) -> Sheets {
    changed(folder, "turned", |page, i| match i % 3 {
        0 => imageops::rotate90(page),
        1 => imageops::rotate180(page),
        _ => imageops::rotate270(page),
    })
}

/// The upright ones, each askew by one to eight degrees, to either side.
fn skewed(folder: &Path) -> Sheets {
    changed(folder, "skewed", |page, i| {
        let degrees = 1.0 + (i % 8) as f32;
        let skew = if i % 2 == 0 { degrees } else { -degrees };
        let margin = (page.width().max(page.height()) as f32 * 0.08) as u32;
        let mut wide =
            GrayImage::from_pixel(page.width() + 2 * margin, page.height() + 2 * margin, image::Luma([255]));
        imageops::replace(&mut wide, page, margin.into(), margin.into());
        Wear { skew, ..Wear::default() }.apply(&wide, &mut Random::new(1))
    })
}

fn changed(folder: &Path, how: &str, change: impl Fn(&GrayImage, usize) -> GrayImage) -> Sheets {
    let mut sheets = upright(folder)?;
    for (i, sheet) in sheets.iter_mut().enumerate() {
        let picture = folder.join(format!("{how}-{}.png", name(&sheet.picture)));
        if !picture.is_file() {
            let page = ImageReader::open(&sheet.picture)?.with_guessed_format()?.decode()?.into_luma8();
            change(&page, i).save(&picture)?;
        }
        sheet.picture = picture;
    }
    Ok(sheets)
}

fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A page of a PDF by poppler, so that the picture owes nothing to the program that is measured.
fn drawn(pdf: &Path, page: u32, folder: &Path) -> Result<GrayImage, Error> {
    let number = page.to_string();
    let stem = folder.join("drawing");
    let arguments = ["-r", DPI, "-gray", "-singlefile", "-f", &number, "-l", &number];
    let status = Command::new("pdftoppm").args(arguments).arg(pdf).arg(&stem).status()?;
    let file = stem.with_extension("pgm");
    if !status.success() {
        return Err(format!("pdftoppm could not draw `{}`", pdf.display()).into());
    }
    let page = image::load_from_memory(&fs_err::read(&file)?)?.into_luma8();
    fs_err::remove_file(file)?;
    Ok(page)
}
