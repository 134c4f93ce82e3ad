//! One PDF of pages of several. PDFium copies pages with what they use; nothing is drawn anew.

use std::path::Path;

use papertray_model::ErrorCode;
use papertray_reader::{JoinedPage, ReadError};
use pdfium_render::prelude::{PdfDocument, PdfPageRenderRotation};

use super::{library, open_error};
use crate::child::handed::Handed;
use crate::child::searchable::Made;

/// All parts are held in memory at once.
const MOST_BYTES: u64 = 256 << 20;

/// Puts pages together. The PDFs stand one behind the other in `file`, each with so many bytes.
pub(crate) fn join(
    file: &Handed,
    parts: &[u64],
    pages: &[JoinedPage],
    folder: &Path,
) -> Result<Made, ReadError> {
    if file.length() > MOST_BYTES {
        return Err(ReadError::new(
            ErrorCode::TooLarge,
            format!(
                "The files have {} MB together; pages of at most {} are put together.",
                file.length() >> 20,
                MOST_BYTES >> 20
            ),
            "Export fewer pages at once, or the originals.",
        ));
    }
    let library = library(folder)?;
    let bytes = file.bytes(MOST_BYTES).map_err(|e| ReadError::io(&e))?;
    let mut documents: Vec<PdfDocument<'_>> = vec![];
    let mut from = 0;
    for length in parts {
        let to = usize::try_from(*length).ok().and_then(|length| usize::checked_add(from, length));
        let part =
            to.and_then(|to| bytes.get(from..to)).ok_or_else(|| misfit("a file is shorter than said"))?;
        documents.push(library.load_pdf_from_byte_slice(part, None).map_err(|e| open_error(&e, false))?);
        from += part.len();
    }
    let mut joined = library.create_new_pdf().map_err(|e| failed(&e))?;
    // Neighbours of one file come together, so that what they share is copied once.
    for run in pages.chunk_by(|a, b| a.part == b.part) {
        let Some(source) = run.first().and_then(|page| documents.get(page.part as usize)) else {
            return Err(misfit("a page of no file"));
        };
        let numbers: Vec<String> = run.iter().map(|page| page.number.to_string()).collect();
        let at = joined.pages().len();
        joined
            .pages_mut()
            .copy_pages_from_document(source, &numbers.join(","), at)
            .map_err(|e| failed(&e))?;
    }
    for (at, page) in pages.iter().enumerate().filter(|(_, page)| page.turn % 360 != 0) {
        let index = i32::try_from(at).unwrap_or(i32::MAX);
        let mut copied = joined.pages().get(index).map_err(|e| failed(&e))?;
        let lies = copied.rotation().map_err(|e| failed(&e))?;
        copied.set_rotation(turned(lies, page.turn));
    }
    if usize::try_from(joined.pages().len()).ok() != Some(pages.len()) {
        return Err(misfit("a page is missing"));
    }
    Ok(Made { bytes: joined.save_to_bytes().map_err(|e| failed(&e))?, behind_original: false })
}

fn turned(lies: PdfPageRenderRotation, turn: u16) -> PdfPageRenderRotation {
    const QUARTERS: [PdfPageRenderRotation; 4] = [
        PdfPageRenderRotation::None,
        PdfPageRenderRotation::Degrees90,
        PdfPageRenderRotation::Degrees180,
        PdfPageRenderRotation::Degrees270,
    ];
    let at = QUARTERS.iter().position(|quarter| *quarter == lies).unwrap_or(0);
    QUARTERS[(at + usize::from(turn) / 90) % 4]
}

fn failed(error: &impl std::fmt::Debug) -> ReadError {
    ReadError::corrupt(format!("The pages could not be put together: {error:?}."))
}

fn misfit(what: &str) -> ReadError {
    ReadError::internal(format!("The pages could not be put together: {what}."))
}
