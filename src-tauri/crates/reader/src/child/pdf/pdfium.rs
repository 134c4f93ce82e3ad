//! PDFium behind [`super::source`]. With [`placed`] and [`join`] the one place that knows the library.

mod join;
mod placed;

use std::cell::OnceCell;
use std::path::Path;

use papertray_model::{ErrorCode, Rect};
use papertray_reader::{ReadError, native};
use pdfium_render::prelude::{
    PdfBitmapFormat, PdfDocument, PdfFormField, PdfPage, PdfPageAnnotationCommon, PdfPageObject,
    PdfPageObjectCommon, PdfPageObjectsCommon, PdfPageRenderRotation, PdfPageTextRenderMode, PdfPathSegments,
    PdfRenderConfig, Pdfium, PdfiumError, PdfiumInternalError,
};

pub(crate) use self::join::join;
use super::geometry::Geometry;
use super::source::{Char, Document, Drawn, Page, VisitPlaced};
use crate::child::handed::Handed;

/// Files up to this many bytes are read into memory; PDFium seeks about in larger ones.
const IN_MEMORY: u64 = 64 << 20;
/// More characters than this on one page are not read: no page that people read has them.
const MOST_CHARACTERS: usize = 400_000;
/// Objects looked at; pages of maps and drawings have hundreds of thousands.
const MOST_OBJECTS: usize = 3000;
/// Attachments looked at, and the most bytes of one.
const MOST_ATTACHMENTS: usize = 50;
const MOST_ATTACHED: usize = 2 << 20;
/// Forms within forms are followed this deep.
const DEPTH: u32 = 4;

struct OpenDocument(PdfDocument<'static>);

struct OpenPage {
    page: PdfPage<'static>,
    geometry: Geometry,
}

/// The library, loaded once. PDFium is not thread-safe; the child has one thread.
fn library(folder: &Path) -> Result<&'static Pdfium, ReadError> {
    thread_local! {
        static LIBRARY: OnceCell<Result<&'static Pdfium, String>> = const { OnceCell::new() };
    }
    LIBRARY.with(|library| {
        library
            .get_or_init(|| match Pdfium::bind_to_library(native::pdfium(folder)) {
                Ok(bindings) => Ok(Box::leak(Box::new(Pdfium::new(bindings)))),
                Err(error) => Err(format!("{error:?}")),
            })
            .clone()
            .map_err(|e| ReadError::missing(format!("The PDF library (PDFium) does not load: {e}.")))
    })
}

/// The library's version, as far as it tells; loads it.
pub(crate) fn version(folder: &Path) -> Result<String, ReadError> {
    library(folder).map(|_| "PDFium, interface 8125".to_owned())
}

/// Opens a document.
pub(super) fn open(
    file: &Handed,
    password: Option<&str>,
    folder: &Path,
) -> Result<Box<dyn Document>, ReadError> {
    let library = library(folder)?;
    let document = if file.length() <= IN_MEMORY {
        let bytes = file.bytes(IN_MEMORY).map_err(|e| ReadError::io(&e))?;
        library.load_pdf_from_byte_vec(bytes, password)
    } else {
        library.load_pdf_from_reader(file.reader(), password)
    };
    match document {
        Ok(document) => Ok(Box::new(OpenDocument(document))),
        Err(error) => Err(open_error(&error, password.is_some())),
    }
}

impl Document for OpenDocument {
    fn page_count(&self) -> u32 {
        u32::try_from(self.0.pages().len()).unwrap_or(0)
    }

    fn e_invoice(&self) -> Option<String> {
        let attachments = self.0.attachments();
        let mut seen = 0;
        attachments.iter().take(MOST_ATTACHMENTS).find_map(|attachment| {
            let name = attachment.name().to_lowercase();
            let is_xml = std::path::Path::new(&name).extension().is_some_and(|ending| ending == "xml");
            let length = attachment.len();
            seen += length;
            if !is_xml || length == 0 || length > MOST_ATTACHED || seen > 4 * MOST_ATTACHED {
                return None;
            }
            let xml = String::from_utf8(attachment.save_to_bytes().ok()?).ok()?;
            let xml = xml.trim_start_matches('\u{feff}');
            let head = &xml[..xml.floor_char_boundary(2000)];
            let known = ["CrossIndustryInvoice", "CrossIndustryDocument"];
            known.iter().any(|name| head.contains(name)).then(|| xml.to_owned())
        })
    }

    fn page(&self, number: u32) -> Result<Box<dyn Page>, ReadError> {
        let index = i32::try_from(number).unwrap_or(i32::MAX) - 1;
        let page =
            self.0.pages().get(index).map_err(|_| {
                ReadError::corrupt(format!("Page {number} is damaged and could not be opened."))
            })?;
        let geometry = geometry_of(&page)?;
        Ok(Box::new(OpenPage { page, geometry }))
    }
}

impl Page for OpenPage {
    fn geometry(&self) -> Geometry {
        self.geometry
    }

    fn is_empty(&self) -> bool {
        self.page.objects().is_empty() && self.page.annotations().is_empty()
    }

    fn each_char(&self, visit: &mut dyn FnMut(Char)) {
        let Ok(text) = self.page.text() else { return };
        let geometry = &self.geometry;
        for char in text.chars().iter().take(MOST_CHARACTERS) {
            // White space has no box, and needs none.
            let (bbox, origin) = match (char.loose_bounds(), char.origin()) {
                (Ok(loose), Ok((x, y))) => {
                    let (left, bottom) = (loose.left().value, loose.bottom().value);
                    let (right, top) = (loose.right().value, loose.top().value);
                    (geometry.rect(left, bottom, right, top), geometry.point(x.value, y.value))
                }
                _ => (Rect::new(f32::NAN, f32::NAN, f32::NAN, f32::NAN), (f32::NAN, f32::NAN)),
            };
            let mode = char.render_mode();
            visit(Char {
                code: char.unicode_value(),
                generated: char.is_generated().unwrap_or(false),
                bbox,
                origin,
                // PDFium measures a character's angle clockwise.
                rises: -char.angle_degrees().unwrap_or(0.0) - f32::from(geometry.rotate),
                invisible: matches!(
                    mode,
                    Ok(PdfPageTextRenderMode::Invisible | PdfPageTextRenderMode::InvisibleClipping)
                ),
            });
        }
    }

    fn each_entry(&self, visit: &mut dyn FnMut(&str, Rect)) {
        for annotation in self.page.annotations().iter().take(MOST_OBJECTS) {
            if annotation.is_hidden() {
                continue;
            }
            let field = annotation.as_form_field();
            let typed = match field {
                Some(PdfFormField::Text(text)) => text.value().filter(|_| !text.is_password()),
                Some(PdfFormField::ComboBox(combo)) => combo.value(),
                Some(_) => None,
                None => annotation.as_free_text_annotation().and_then(PdfPageAnnotationCommon::contents),
            };
            if let (Some(typed), Ok(bounds)) = (typed, annotation.bounds()) {
                let (left, bottom) = (bounds.left().value, bounds.bottom().value);
                let (right, top) = (bounds.right().value, bounds.top().value);
                visit(&typed, self.geometry.rect(left, bottom, right, top));
            }
        }
    }

    fn each_drawn(&self, visit: &mut dyn FnMut(Drawn)) {
        let mut left = MOST_OBJECTS;
        for object in self.page.objects().iter() {
            look(&self.geometry, &object, &mut left, DEPTH, visit);
            if left == 0 {
                break;
            }
        }
    }

    fn each_placed(&self, visit: &mut VisitPlaced<'_>) {
        placed::each(&self.page, &self.geometry, visit);
    }

    fn draw_placed(&self, pictures: &[usize], area: &Rect, width: i32, height: i32) -> Option<Vec<u8>> {
        placed::draw(&self.page, pictures, area, width, height)
    }

    fn draw(&self, width: i32, height: i32, colour: bool) -> Option<Vec<u8>> {
        // PDFium writes BGR, or with its bytes turned round RGB. Turned round, gray ends it: filling a rectangle
        // then fails a check of its own (`CFX_AggDeviceDriver::FillRect`).
        let format = if colour { PdfBitmapFormat::BGR } else { PdfBitmapFormat::Gray };
        let config = PdfRenderConfig::new()
            .set_fixed_size(width, height)
            .set_format(format)
            .set_reverse_byte_order(colour)
            .use_grayscale_rendering(!colour)
            .render_annotations(true)
            .render_form_data(true);
        Some(self.page.render_with_config(&config).ok()?.as_raw_bytes())
    }
}

/// Tells the pictures and shapes in this object.
fn look(
    geometry: &Geometry,
    object: &PdfPageObject,
    left: &mut usize,
    depth: u32,
    visit: &mut dyn FnMut(Drawn),
) {
    *left = left.saturating_sub(1);
    let place = || {
        let bounds = object.bounds().ok()?;
        let (left, bottom) = (bounds.left().value, bounds.bottom().value);
        let (right, top) = (bounds.right().value, bounds.top().value);
        Some(geometry.rect(left, bottom, right, top))
    };
    match object {
        PdfPageObject::Image(_) => {
            if let Some(bbox) = place() {
                visit(Drawn::Picture(bbox));
            }
        }
        PdfPageObject::Path(path) => {
            if let Some(bbox) = place() {
                visit(Drawn::Shape(bbox, path.segments().len(), path.is_stroked().unwrap_or(false)));
            }
        }
        PdfPageObject::XObjectForm(form) if depth > 0 => {
            for child in form.iter() {
                if *left == 0 {
                    break;
                }
                look(geometry, &child, left, depth - 1, visit);
            }
        }
        _ => {}
    }
}

fn geometry_of(page: &PdfPage) -> Result<Geometry, ReadError> {
    let rotate = match page.rotation() {
        Ok(PdfPageRenderRotation::Degrees90) => 90,
        Ok(PdfPageRenderRotation::Degrees180) => 180,
        Ok(PdfPageRenderRotation::Degrees270) => 270,
        _ => 0,
    };
    let (w, h) = (page.width().value, page.height().value);
    let sane = |v: f32| v.is_finite() && v > 0.0;
    if !sane(w) || !sane(h) {
        return Err(ReadError::corrupt("The page has no size."));
    }
    let (w, h) = if rotate % 180 == 0 { (w, h) } else { (h, w) };
    let corner = page.boundaries().bounding().map(|b| (b.bounds.left().value, b.bounds.bottom().value));
    let (left, bottom) = corner.unwrap_or((0.0, 0.0));
    Ok(Geometry::new(left, bottom, left + w, bottom + h, rotate))
}

fn open_error(error: &PdfiumError, gave_password: bool) -> ReadError {
    use PdfiumInternalError::{PasswordError, SecurityError};
    match error {
        PdfiumError::PdfiumLibraryInternalError(PasswordError) if gave_password => ReadError::new(
            ErrorCode::WrongPassword,
            "The password does not open this PDF.",
            "Check for capital letters and try again.",
        ),
        PdfiumError::PdfiumLibraryInternalError(PasswordError) => ReadError::new(
            ErrorCode::Encrypted,
            "The PDF is encrypted and needs a password.",
            "Give the password.",
        ),
        PdfiumError::PdfiumLibraryInternalError(SecurityError) => ReadError::new(
            ErrorCode::UnsupportedType,
            "The PDF is protected in a way that only its maker's program opens.",
            "Ask its sender for an unprotected copy.",
        ),
        PdfiumError::IoError(e) => ReadError::io(e),
        _ => ReadError::corrupt("The PDF is damaged and could not be opened."),
    }
}
