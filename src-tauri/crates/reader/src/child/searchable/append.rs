//! A PDF with words appended: every byte of the original stays, new objects stand behind it (PDF 32000-1:2008, 7.5.6,
//! incremental updates). Only a file whose own table of objects is broken is written anew.

use std::io::{self, Write};

use lopdf::{Document, IncrementalDocument, LoadOptions, Object, ObjectId};
use papertray_model::{ErrorCode, Rect};
use papertray_reader::ReadError;

use super::font::packed;
use super::layer::FONT;
use super::{Copy, Layers, Made, failed};
use crate::child::handed::Handed;
use crate::child::pdf::Geometry;

/// A larger file is not taken apart: its objects are held in memory.
const MOST_BYTES: u64 = 256 << 20;
/// No stream of objects unpacks to more.
const MOST_UNPACKED: usize = 64 << 20;

/// A page of the file as PDFium sees it.
pub(crate) struct PageFrame {
    /// The page as its words say it stands upright.
    pub(crate) frame: Geometry,
    /// Where the file has words itself, upright: nothing is written there.
    pub(crate) said: Vec<Rect>,
}

/// What has to stand behind the original. `look` tells the frame of a page, by its number and the degrees by which it was
/// turned to stand upright.
pub(crate) fn append(
    file: &Handed,
    password: Option<&str>,
    copy: &Copy,
    mut look: impl FnMut(u32, u16) -> Result<PageFrame, ReadError>,
) -> Result<Made, ReadError> {
    if file.length() > MOST_BYTES {
        return Err(ReadError::new(
            ErrorCode::TooLarge,
            format!(
                "The PDF has {} MB; words are put into PDFs of at most {}.",
                file.length() >> 20,
                MOST_BYTES >> 20
            ),
            "Split it and add the parts.",
        ));
    }
    let bytes = file.bytes(MOST_BYTES).map_err(|e| ReadError::io(&e))?;
    let options = LoadOptions {
        password: password.map(str::to_owned),
        max_decompressed_size: Some(MOST_UNPACKED),
        ..LoadOptions::default()
    };
    let before = Document::load_mem_with_options(&bytes, options).map_err(|e| failed(&e))?;
    let sound = before.xref_start != 0 && before.xref_recovery.is_none();
    let pages = before.get_pages();
    let length = bytes.len();
    let mut document = IncrementalDocument::create_from(bytes, before);
    let font = document.new_document.new_object_id();
    let mut layers = Layers::default();
    let mut written = 0;
    for (number, page) in copy.pages() {
        let Some(id) = pages.get(number) else { continue };
        let PageFrame { frame, said } = look(*number, page.rotation)?;
        let free = |bbox: &Rect| !said.iter().any(|word| covers(word, bbox));
        if let Some(content) = layers.content(page, &frame, free) {
            put(&mut document, *id, &content, font, page.rotation).map_err(|e| failed(&e))?;
            written += 1;
        }
    }
    if written == 0 {
        return Ok(Made { bytes: vec![], behind_original: true });
    }
    layers.characters.add_font(&mut document.new_document, font);
    if sound {
        let mut tail = Tail { skip: length, bytes: vec![] };
        document.save_to(&mut tail).map_err(|e| failed(&e))?;
        return Ok(Made { bytes: tail.bytes, behind_original: true });
    }
    // A table that had to be guessed cannot be pointed back at.
    let mut whole = document.get_prev_documents().clone();
    for (id, object) in std::mem::take(&mut document.new_document.objects) {
        whole.set_object(id, object);
        whole.max_id = whole.max_id.max(id.0);
    }
    let mut bytes = vec![];
    whole.save_to(&mut bytes).map_err(|e| failed(&e))?;
    Ok(Made { bytes, behind_original: false })
}

/// Puts words before what is on the page: there nothing has changed the coordinates yet, and invisible ink may lie below.
fn put(
    document: &mut IncrementalDocument,
    page: ObjectId,
    content: &str,
    font: ObjectId,
    rotation: u16,
) -> lopdf::Result<()> {
    document.opt_clone_object_to_new_document(page)?;
    add_font(document, page, font)?;
    let content = document.new_document.add_object(packed(lopdf::Dictionary::new(), content.into()));
    let known = document.new_document.get_dictionary(page)?.get(b"Contents").ok().cloned();
    let mut contents = vec![Object::Reference(content)];
    match known {
        Some(Object::Array(list)) => contents.extend(list),
        Some(Object::Reference(id)) => {
            let target = document.get_prev_documents().get_object(id);
            match target {
                Ok(Object::Array(list)) => contents.extend(list.clone()),
                _ => contents.push(Object::Reference(id)),
            }
        }
        _ => {}
    }
    let page = document.new_document.get_object_mut(page)?.as_dict_mut()?;
    page.set("Contents", contents);
    page.set("Rotate", i64::from(rotation));
    Ok(())
}

fn add_font(document: &mut IncrementalDocument, page: ObjectId, font: ObjectId) -> lopdf::Result<()> {
    let resources = document.get_or_create_resources(page)?.as_dict_mut()?;
    if !resources.has(b"Font") {
        resources.set("Font", lopdf::Dictionary::new());
    }
    if let Object::Reference(id) = *resources.get(b"Font")? {
        document.opt_clone_object_to_new_document(id)?;
        document.new_document.get_object_mut(id)?.as_dict_mut()?.set(FONT, font);
    } else {
        resources.get_mut(b"Font")?.as_dict_mut()?.set(FONT, font);
    }
    Ok(())
}

/// Whether the file's own word `a` stands where `b` would.
fn covers(a: &Rect, b: &Rect) -> bool {
    let width = a.x1.min(b.x1) - a.x0.max(b.x0);
    let height = a.y1.min(b.y1) - a.y0.max(b.y0);
    width > 0.0 && height > 0.0 && width * height > 0.5 * b.width() * b.height()
}

/// Keeps what is written behind the first `skip` bytes.
struct Tail {
    skip: usize,
    bytes: Vec<u8>,
}

impl Write for Tail {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        self.bytes.extend_from_slice(&bytes[skipped..]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_begins_where_the_original_ends() {
        let mut tail = Tail { skip: 5, bytes: vec![] };
        for part in [&b"abc"[..], b"defg", b"hi"] {
            tail.write_all(part).unwrap();
        }
        assert_eq!(tail.bytes, b"fghi");
    }
}
