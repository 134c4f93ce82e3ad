//! What the stages of a page ask of a PDF library: the seam behind which PDFium stands. Objects, not generics: the
//! wrapper of PDFium is large and would be compiled again in every file that touches its types.

use papertray_model::Rect;
use papertray_reader::ReadError;

use super::geometry::Geometry;

/// An open document.
pub(super) trait Document {
    /// How many pages it has; 0 is possible.
    fn page_count(&self) -> u32;

    /// The XML of the electronic invoice that is attached to it (ZUGFeRD, Factur-X).
    fn e_invoice(&self) -> Option<String>;

    /// A page, from 1.
    fn page(&self, number: u32) -> Result<Box<dyn Page>, ReadError>;
}

/// An open page. Places are those on the page after /Rotate, in points.
pub(super) trait Page {
    /// Its visible box and how it is turned.
    fn geometry(&self) -> Geometry;

    /// Whether there is nothing that could be drawn.
    fn is_empty(&self) -> bool;

    /// Tells its characters in the order of the file.
    fn each_char(&self, visit: &mut dyn FnMut(Char));

    /// Tells what people typed onto it, into form fields or as notes in the page, and the box it stands in.
    fn each_entry(&self, visit: &mut dyn FnMut(&str, Rect));

    /// Tells its pictures and shapes, as many as are looked at.
    fn each_drawn(&self, visit: &mut dyn FnMut(Drawn));

    /// Tells its pictures in the order they are painted, and hands out the JPEG file that one is stored as, where it is.
    fn each_placed(&self, visit: &mut VisitPlaced<'_>);

    /// Draws these of its pictures (by their numbers in [`Page::each_placed`]) and nothing else, on white: `area` of the
    /// page in this size, RGB; rows may be filled up to a multiple of four bytes.
    fn draw_placed(&self, pictures: &[usize], area: &Rect, width: i32, height: i32) -> Option<Vec<u8>>;

    /// Draws it on white in this size, RGB or gray; rows may be filled up to a multiple of four bytes.
    fn draw(&self, width: i32, height: i32, colour: bool) -> Option<Vec<u8>>;
}

/// Hears of a placed picture, with what hands out its JPEG file.
pub(super) type VisitPlaced<'a> = dyn FnMut(Placed, &dyn Fn() -> Option<Vec<u8>>) + 'a;

/// A picture as it is placed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    /// Its number on the page, from 0.
    pub(super) number: usize,
    /// Where it lies.
    pub(super) whole: Rect,
    /// What of it is seen: cut to the clip and to the page; may be inside out where nothing is.
    pub(super) rect: Rect,
    /// Pixels of the stored picture.
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Something drawn that is no text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Drawn {
    /// A picture.
    Picture(Rect),
    /// A path of so many segments, and whether its outline is drawn.
    Shape(Rect, u32, bool),
}

/// A character.
#[derive(Clone, Copy, Debug)]
pub(super) struct Char {
    /// Its Unicode code point, or what stands for one.
    pub(super) code: u32,
    /// Made up by the library: white space between words that the file only places apart.
    pub(super) generated: bool,
    /// The box of its font, not of its ink; not a number where it has no place.
    pub(super) bbox: Rect,
    /// Where it stands on its baseline.
    pub(super) origin: (f32, f32),
    /// Degrees anticlockwise by which its line rises.
    pub(super) rises: f32,
    /// Drawn with invisible ink.
    pub(super) invisible: bool,
}
