//! A deck as it is drawn: absolute geometry in points from a slide's top left, text already broken into lines. Every
//! writer draws the same.

use papertray_model::deck::{SlideKind, Spot};
use papertray_model::{BlobHash, ItemId, Rect};

use crate::style::{Palette, Style, Tone};

/// A deck, ready to be written.
#[derive(Clone, Debug)]
pub struct Deck {
    /// Of every slide, in points.
    pub width: f32,
    /// Of every slide, in points.
    pub height: f32,
    /// What the files are called inside.
    pub title: String,
    /// Whose deck; may be empty.
    pub brand: String,
    /// BCP 47, such as `en-GB`.
    pub language: &'static str,
    /// Colours and fonts.
    pub palette: Palette,
    /// In order, hidden ones too.
    pub slides: Vec<Slide>,
    /// Signs that no font at hand can draw.
    pub missing_glyphs: Vec<char>,
}

impl Deck {
    /// The slides that are written, with their numbers from 1.
    pub fn shown(&self) -> impl Iterator<Item = (usize, &Slide)> {
        self.slides.iter().filter(|s| !s.hidden).enumerate().map(|(i, s)| (i + 1, s))
    }
}

/// One slide.
#[derive(Clone, Debug)]
pub struct Slide {
    /// Names it in its deck.
    pub key: String,
    /// As lists and screen readers name it.
    pub title: String,
    /// What it is for.
    pub kind: SlideKind,
    /// The items on it.
    pub items: Vec<ItemId>,
    /// A person left it out.
    pub hidden: bool,
    /// The section it belongs to: a category's name, or empty.
    pub section: String,
    /// Its ground.
    pub ground: Tone,
    /// From back to front, which is also the order of reading.
    pub elements: Vec<Element>,
    /// For the speaker; empty for none.
    pub notes: String,
    /// What can be clicked.
    pub spots: Vec<Spot>,
    /// Texts that did not fit as they are.
    pub troubles: Vec<Trouble>,
    /// Of everything drawn.
    pub hash: String,
}

/// A text that did not fit as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// The item it belongs to.
    pub item: Option<ItemId>,
    /// Its beginning.
    pub text: String,
    /// It was cut; else only made smaller.
    pub cut: bool,
}

/// Something drawn.
#[derive(Clone, Debug)]
pub enum Element {
    /// A box of text.
    Text(TextBox),
    /// A picture.
    Picture(Picture),
    /// A filled or framed box; a hairline is a thin one.
    Shape(Shape),
    /// A table.
    Table(Table),
}

/// What a box of text is to its slide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The slide's title; one on every slide.
    Title,
    /// The cover's second line.
    Subtitle,
    /// The text of a text slide.
    Body,
    /// At the foot.
    Footer,
    /// The slide's number.
    Number,
    /// Anything else.
    Free,
}

/// Where lines stand in their box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the left edge.
    Left,
    /// In the middle.
    Center,
    /// At the right edge.
    Right,
}

/// A box of text. Lines are broken already, and begin at the box's top.
#[derive(Clone, Debug)]
pub struct TextBox {
    /// Where.
    pub rect: Rect,
    /// What it is to its slide.
    pub role: Role,
    /// Where its lines stand.
    pub align: Align,
    /// Its paragraphs.
    pub paragraphs: Vec<Paragraph>,
    /// The key of the slide a click goes to.
    pub link: Option<String>,
}

/// Lines that belong together.
#[derive(Clone, Debug, Default)]
pub struct Paragraph {
    /// Its lines.
    pub lines: Vec<Line>,
    /// Room above it in points; not for the first of a box.
    pub before: f32,
}

/// A line: stretches of text side by side.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Its stretches.
    pub spans: Vec<Span>,
    /// In points.
    pub width: f32,
}

/// A stretch of text in one style.
#[derive(Clone, Debug)]
pub struct Span {
    /// The words.
    pub text: String,
    /// How they are set.
    pub style: Style,
}

impl Line {
    /// The height in points: the largest span's.
    pub fn height(&self) -> f32 {
        self.spans.iter().map(|s| s.style.size * s.style.leading).fold(0.0, f32::max)
    }

    /// The words.
    pub fn text(&self) -> String {
        self.spans.iter().map(|s| s.text.as_str()).collect()
    }
}

impl Paragraph {
    /// The height in points, without the room above.
    pub fn height(&self) -> f32 {
        self.lines.iter().map(Line::height).sum()
    }

    /// The words, lines joined by spaces.
    pub fn text(&self) -> String {
        self.lines.iter().map(|l| l.text().trim().to_owned()).collect::<Vec<_>>().join(" ")
    }
}

/// The height of paragraphs one under the other, in points.
pub fn height(paragraphs: &[Paragraph]) -> f32 {
    let before: f32 = paragraphs.iter().skip(1).map(|p| p.before).sum();
    before + paragraphs.iter().map(Paragraph::height).sum::<f32>()
}

/// A picture. What is drawn of it fills `rect`.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Where.
    pub rect: Rect,
    /// The stored picture.
    pub blob: BlobHash,
    /// What is left out at left, top, right and bottom, in parts of the picture's sides.
    pub crop: [f32; 4],
    /// The stored picture's sides in pixels.
    pub pixels: (u32, u32),
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// The item it shows.
    pub item: Option<ItemId>,
}

impl Picture {
    /// Pixels an inch, of the side that has fewer.
    pub fn dpi(&self) -> f32 {
        let [left, top, right, bottom] = self.crop;
        let across = self.pixels.0 as f32 * (1.0 - left - right) / (self.rect.width().max(1.0) / 72.0);
        let down = self.pixels.1 as f32 * (1.0 - top - bottom) / (self.rect.height().max(1.0) / 72.0);
        across.min(down)
    }
}

/// A box.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Where.
    pub rect: Rect,
    /// Its colour.
    pub fill: Option<Tone>,
    /// Its frame: colour and width in points.
    pub frame: Option<(Tone, f32)>,
}

/// A table. Cells have their text broken already; rows are as tall as they say.
#[derive(Clone, Debug)]
pub struct Table {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Widths of the columns.
    pub columns: Vec<f32>,
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// What it shows, for those who do not see it.
    pub alt: String,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// In points.
    pub height: f32,
    /// One for each column.
    pub cells: Vec<Cell>,
    /// The rule under it: colour and width in points.
    pub rule: Option<(Tone, f32)>,
}

/// A cell of a table: one line, in the middle of its height.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The line.
    pub line: Line,
    /// Where it stands.
    pub align: Align,
}

/// Room between a cell's edge and its text, in points, left and right.
pub const CELL_INSET: f32 = 4.0;

/// Of everything a slide draws: two slides with one hash look the same.
pub(crate) fn hash(slide: &Slide, deck: (f32, f32), palette: &Palette) -> String {
    let drawn = format!("{deck:?}{palette:?}{:?}{:?}", slide.ground, slide.elements);
    blake3::hash(drawn.as_bytes()).to_hex().as_str().chars().take(24).collect()
}
