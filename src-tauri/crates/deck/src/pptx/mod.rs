//! The deck as PPTX (Office Open XML, ECMA-376): real placeholders, the theme's colours and fonts, each picture once,
//! a section for each category. Text stands in lines as it was broken, so it looks the same everywhere.
#![allow(clippy::format_collect, reason = "a few short strings; `write!` would hide the XML")]

mod fixed;
mod slide;
mod xml;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::photo::Pictures;
use crate::slide::{Deck, Slide};
use xml::{HEAD, Relations};

/// A PPTX could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the PPTX could not be written: {0}")]
pub struct Error(#[from] zip::result::ZipError);

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self(error.into())
    }
}

/// Writes the deck's shown slides. Same input, same bytes.
pub fn write(deck: &Deck, pictures: &Pictures) -> Result<Vec<u8>, Error> {
    let slides: Vec<&Slide> = deck.shown().map(|(_, s)| s).collect();
    let order: Vec<&str> = slides.iter().map(|s| s.key.as_str()).collect();
    let with_notes = slides.iter().filter(|s| !s.notes.is_empty()).count();
    let mut package = Package::new();
    package.xml(
        "docProps/core.xml",
        "application/vnd.openxmlformats-package.core-properties+xml",
        &fixed::core(deck),
    )?;
    let app = "application/vnd.openxmlformats-officedocument.extended-properties+xml";
    package.xml("docProps/app.xml", app, &fixed::app(slides.len(), with_notes))?;

    let mut relations = Relations::default();
    relations.add("slideMaster", "slideMasters/slideMaster1.xml");
    let ids: Vec<String> =
        (1..=slides.len()).map(|n| relations.add("slide", &format!("slides/slide{n}.xml"))).collect();
    let notes_id = (with_notes > 0).then(|| relations.add("notesMaster", "notesMasters/notesMaster1.xml"));
    relations.add("theme", "theme/theme1.xml");
    for (name, part) in [("presProps", "presentationPr"), ("viewProps", "viewPr")] {
        relations.add(name, &format!("{name}.xml"));
        package.xml(&format!("ppt/{name}.xml"), &presentation_type(name), &fixed::properties(part))?;
    }
    relations.add("tableStyles", "tableStyles.xml");
    package.xml("ppt/tableStyles.xml", &presentation_type("tableStyles"), &fixed::table_styles())?;
    let sections = sections(deck, &slides);
    let main = fixed::presentation(deck, &ids, notes_id.as_deref(), &sections);
    package.xml("ppt/presentation.xml", &presentation_type("presentation.main"), &main)?;
    package.relations("ppt/presentation.xml", &relations)?;

    masters(&mut package, deck, with_notes > 0)?;
    for (index, slide) in slides.iter().enumerate() {
        let number = index + 1;
        let mut written = slide::write(deck, slide, &order, pictures);
        if !slide.notes.is_empty() {
            written.relations.add("notesSlide", &format!("../notesSlides/notesSlide{number}.xml"));
            let notes = slide::notes(deck, slide, number);
            let path = format!("ppt/notesSlides/notesSlide{number}.xml");
            package.xml(&path, &presentation_type("notesSlide"), &notes.xml)?;
            package.relations(&path, &notes.relations)?;
        }
        let path = format!("ppt/slides/slide{number}.xml");
        package.xml(&path, &presentation_type("slide"), &written.xml)?;
        package.relations(&path, &written.relations)?;
    }
    for (hash, picture) in pictures.iter() {
        package.stored(&format!("ppt/media/{}", slide::media(hash, picture.png)), &picture.bytes)?;
    }
    package.finish()
}

fn masters(package: &mut Package, deck: &Deck, notes: bool) -> Result<(), Error> {
    let theme = "application/vnd.openxmlformats-officedocument.theme+xml";
    package.xml("ppt/theme/theme1.xml", theme, &fixed::theme(deck))?;
    let mut relations = Relations::default();
    for number in 1..=fixed::LAYOUTS {
        relations.add("slideLayout", &format!("../slideLayouts/slideLayout{number}.xml"));
        let path = format!("ppt/slideLayouts/slideLayout{number}.xml");
        package.xml(&path, &presentation_type("slideLayout"), &fixed::layout(deck, number))?;
        let mut own = Relations::default();
        own.add("slideMaster", "../slideMasters/slideMaster1.xml");
        package.relations(&path, &own)?;
    }
    relations.add("theme", "../theme/theme1.xml");
    let path = "ppt/slideMasters/slideMaster1.xml";
    package.xml(path, &presentation_type("slideMaster"), &fixed::master(deck))?;
    package.relations(path, &relations)?;
    if notes {
        package.xml("ppt/theme/theme2.xml", theme, &fixed::theme(deck))?;
        let path = "ppt/notesMasters/notesMaster1.xml";
        package.xml(path, &presentation_type("notesMaster"), &fixed::notes_master(deck))?;
        let mut own = Relations::default();
        own.add("theme", "../theme/theme2.xml");
        package.relations(path, &own)?;
    }
    Ok(())
}

fn presentation_type(part: &str) -> String {
    format!("application/vnd.openxmlformats-officedocument.presentationml.{part}+xml")
}

/// Slides of one category follow each other: the name of each run and its length.
fn sections(deck: &Deck, slides: &[&Slide]) -> Vec<(String, usize)> {
    slides
        .chunk_by(|a, b| a.section == b.section)
        .map(|run| {
            let name = run.first().map(|s| s.section.clone()).filter(|n| !n.is_empty());
            (name.unwrap_or_else(|| deck.title.clone()), run.len())
        })
        .collect()
}

/// A package being written: its parts, and the list of their types.
struct Package {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    types: String,
}

impl Package {
    fn new() -> Self {
        Self { zip: ZipWriter::new(Cursor::new(Vec::new())), types: String::new() }
    }

    /// The same for every file, whenever it is written.
    fn options(method: CompressionMethod) -> SimpleFileOptions {
        SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default())
    }

    fn xml(&mut self, path: &str, kind: &str, xml: &str) -> Result<(), Error> {
        let _ = write!(self.types, r#"<Override PartName="/{path}" ContentType="{kind}"/>"#);
        self.deflated(path, xml)
    }

    fn deflated(&mut self, path: &str, text: &str) -> Result<(), Error> {
        self.zip.start_file(path, Self::options(CompressionMethod::Deflated))?;
        Ok(self.zip.write_all(text.as_bytes())?)
    }

    fn stored(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        self.zip.start_file(path, Self::options(CompressionMethod::Stored))?;
        Ok(self.zip.write_all(bytes)?)
    }

    /// The relationships of the part at `path`.
    fn relations(&mut self, path: &str, relations: &Relations) -> Result<(), Error> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.deflated(&format!("{folder}/_rels/{name}.rels"), &relations.part())
    }

    fn finish(mut self) -> Result<Vec<u8>, Error> {
        let mut root = Relations::default();
        root.add("officeDocument", "ppt/presentation.xml");
        root.add(
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
            "docProps/core.xml",
        );
        root.add("extended-properties", "docProps/app.xml");
        self.deflated("_rels/.rels", &root.part())?;
        let types = std::mem::take(&mut self.types);
        let types = format!(
            r#"{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/><Default Extension="png" ContentType="image/png"/>{types}</Types>"#
        );
        self.deflated("[Content_Types].xml", &types)?;
        Ok(self.zip.finish()?.into_inner())
    }
}
