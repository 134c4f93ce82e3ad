//! Fonts: which files stand for which family, and the shaping of a line into glyphs.
//!
//! A deck is set in fonts that every PowerPoint has. The PDF carries free fonts of the same widths instead, so a line
//! breaks at the same place in both. What none of them can draw is drawn by fallback fonts, which the caller adds.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use rustybuzz::ttf_parser::{GlyphId, name_id};
use rustybuzz::{Direction, Feature, UnicodeBuffer};
use unicode_bidi::{BidiInfo, Level};

use crate::style::Style;

/// PowerPoint's family and the free one of the same widths.
const TWINS: [(&str, &str); 5] = [
    ("Arial", "Arimo"),
    ("Calibri", "Carlito"),
    ("Cambria", "Caladea"),
    ("Georgia", "Gelasio"),
    ("Times New Roman", "Tinos"),
];

/// The family everything falls back to first.
const DEFAULT: &str = "Arial";

/// A font file, read.
#[derive(Clone, Debug)]
struct File {
    bytes: Arc<Vec<u8>>,
    index: u32,
    family: String,
    bold: bool,
    fallback: bool,
}

/// The fonts at hand.
#[derive(Clone, Debug, Default)]
pub struct Fonts {
    files: Vec<File>,
}

impl Fonts {
    /// No fonts yet; text then has no glyphs, and its widths are guessed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a font file (TrueType or OpenType): one of the free twins, or any other family under its own name.
    /// `false` where the bytes are not a font.
    pub fn add(&mut self, bytes: Vec<u8>) -> bool {
        self.push(bytes, 0, false)
    }

    /// Adds a font for signs that the others lack: face `index` of the file. Asked in the order they were added.
    /// `false` where the bytes are not a font.
    pub fn add_fallback(&mut self, bytes: Vec<u8>, index: u32) -> bool {
        self.push(bytes, index, true)
    }

    fn push(&mut self, bytes: Vec<u8>, index: u32, fallback: bool) -> bool {
        let Some((own, bold)) = rustybuzz::Face::from_slice(&bytes, index).map(|face| {
            let names = || face.names().into_iter();
            let name = names()
                .find(|n| n.name_id == name_id::TYPOGRAPHIC_FAMILY && n.is_unicode())
                .or_else(|| names().find(|n| n.name_id == name_id::FAMILY && n.is_unicode()))
                .and_then(|n| n.to_string());
            (name.unwrap_or_default(), face.is_bold())
        }) else {
            return false;
        };
        let family = TWINS.iter().find(|(_, twin)| *twin == own).map_or(own, |(name, _)| (*name).to_owned());
        self.files.push(File { bytes: Arc::new(bytes), index, family, bold, fallback });
        true
    }

    /// Whether a family is at hand.
    pub fn has(&self, family: &str) -> bool {
        self.files.iter().any(|f| !f.fallback && f.family == family)
    }

    /// A file's bytes and its face's index.
    pub(crate) fn file(&self, face: usize) -> (Arc<Vec<u8>>, u32) {
        self.files.get(face).map_or_else(|| (Arc::default(), 0), |f| (Arc::clone(&f.bytes), f.index))
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }
}

/// A glyph of a line, in parts of the font size.
#[derive(Clone, Debug)]
pub(crate) struct Glyph {
    pub id: u32,
    pub advance: f32,
    pub x: f32,
    pub y: f32,
    /// Bytes of the run's text that it draws.
    pub start: usize,
    pub end: usize,
}

/// A stretch of a line in one font, at its place in the order of drawing.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub face: usize,
    pub text: String,
    pub glyphs: Vec<Glyph>,
}

/// Fonts, opened: shapes and measures. Lives as long as one composition or one file.
pub(crate) struct Shaper<'a> {
    fonts: &'a Fonts,
    faces: Vec<Option<rustybuzz::Face<'a>>>,
    families: [String; 2],
    widths: RefCell<HashMap<(usize, String), f32>>,
    plans: RefCell<HashMap<(usize, bool, u32), Arc<rustybuzz::ShapePlan>>>,
    features: [Feature; 1],
    missing: RefCell<std::collections::BTreeSet<char>>,
}

impl<'a> Shaper<'a> {
    /// `heading` and `body`: families as PowerPoint names them.
    pub(crate) fn new(fonts: &'a Fonts, heading: &str, body: &str) -> Self {
        Self {
            fonts,
            faces: fonts.files.iter().map(|f| rustybuzz::Face::from_slice(&f.bytes, f.index)).collect(),
            families: [heading.to_owned(), body.to_owned()],
            widths: RefCell::default(),
            plans: RefCell::default(),
            // PowerPoint draws no ligatures by itself.
            features: [Feature::new(rustybuzz::ttf_parser::Tag::from_bytes(b"liga"), 0, ..)],
            missing: RefCell::default(),
        }
    }

    /// Signs met so far that no font can draw.
    pub(crate) fn missing(&self) -> Vec<char> {
        self.missing.borrow().iter().copied().collect()
    }

    fn main_face(&self, style: &Style) -> Option<usize> {
        let family = &self.families[usize::from(!style.heading)];
        let files = &self.fonts.files;
        let find = |family: &str, bold: bool| {
            files.iter().position(|f| !f.fallback && f.family == family && f.bold == bold)
        };
        find(family, style.bold)
            .or_else(|| find(family, !style.bold))
            .or_else(|| find(DEFAULT, style.bold))
            .or_else(|| files.iter().position(|f| !f.fallback))
            .or_else(|| (!files.is_empty()).then_some(0))
    }

    /// How far below the baseline the font reaches, in parts of the font size.
    pub(crate) fn descent(&self, style: &Style) -> f32 {
        let face = self.main_face(style).and_then(|i| self.faces.get(i)).and_then(Option::as_ref);
        face.map_or(0.22, |f| -f32::from(f.descender()) / f.units_per_em() as f32)
    }

    fn covers(&self, face: usize, c: char) -> bool {
        let face = self.faces.get(face).and_then(Option::as_ref);
        face.is_some_and(|f| f.glyph_index(c).is_some_and(|g| g != GlyphId(0)))
    }

    /// Which face draws `c`: the main one, its own default, or the first fallback that can.
    fn face_for(&self, main: usize, c: char, before: Option<usize>) -> usize {
        if c.is_control() || c.is_whitespace() || is_joiner(c) {
            return before.unwrap_or(main);
        }
        if self.covers(main, c) {
            return main;
        }
        let bold = self.fonts.files.get(main).is_some_and(|f| f.bold);
        let any = |same: bool| {
            let mut all = self.fonts.files.iter().enumerate();
            all.find(|(i, f)| (f.bold == bold || !same) && self.covers(*i, c)).map(|(i, _)| i)
        };
        any(true).or_else(|| any(false)).unwrap_or_else(|| {
            self.missing.borrow_mut().insert(c);
            main
        })
    }

    /// Glyph runs of one line, left to right as they are drawn; the line's base direction is left to right.
    pub(crate) fn runs(&self, style: &Style, text: &str) -> Vec<Run> {
        let Some(main) = self.main_face(style) else { return Vec::new() };
        let mut runs = Vec::new();
        if text.is_ascii() {
            self.shape_level(main, text, Level::ltr(), &mut runs);
            return runs;
        }
        let bidi = BidiInfo::new(text, Some(Level::ltr()));
        let Some(paragraph) = bidi.paragraphs.first() else { return runs };
        let (levels, order) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for range in order {
            let level = levels.get(range.start).copied().unwrap_or(Level::ltr());
            if let Some(part) = text.get(range) {
                self.shape_level(main, part, level, &mut runs);
            }
        }
        runs
    }

    /// Shapes text of one direction, split where another face takes over.
    fn shape_level(&self, main: usize, text: &str, level: Level, runs: &mut Vec<Run>) {
        let mut parts: Vec<(usize, usize, usize)> = Vec::new();
        for (at, c) in text.char_indices() {
            let face = self.face_for(main, c, parts.last().map(|p| p.0));
            match parts.last_mut() {
                Some(last) if last.0 == face => last.2 = at + c.len_utf8(),
                _ => parts.push((face, at, at + c.len_utf8())),
            }
        }
        if level.is_rtl() {
            parts.reverse();
        }
        for (face, start, end) in parts {
            if let Some(part) = text.get(start..end) {
                let glyphs = self.shape(face, part, level.is_rtl());
                runs.push(Run { face, text: part.to_owned(), glyphs });
            }
        }
    }

    fn shape(&self, index: usize, text: &str, rtl: bool) -> Vec<Glyph> {
        let Some(face) = self.faces.get(index).and_then(Option::as_ref) else { return Vec::new() };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.guess_segment_properties();
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let script = buffer.script();
        let plan = Arc::clone(
            self.plans.borrow_mut().entry((index, rtl, script.tag().as_u32())).or_insert_with(|| {
                let plan =
                    rustybuzz::ShapePlan::new(face, buffer.direction(), Some(script), None, &self.features);
                Arc::new(plan)
            }),
        );
        let shaped = rustybuzz::shape_with_plan(face, &plan, buffer);
        let em = face.units_per_em() as f32;
        let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|g| g.cluster as usize).collect();
        starts.sort_unstable();
        let end = |start: usize| starts.iter().copied().find(|s| *s > start).unwrap_or(text.len());
        let glyphs = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
        glyphs
            .map(|(info, at)| Glyph {
                id: info.glyph_id,
                advance: at.x_advance as f32 / em,
                x: at.x_offset as f32 / em,
                y: at.y_offset as f32 / em,
                start: info.cluster as usize,
                end: end(info.cluster as usize),
            })
            .collect()
    }

    /// The width of one line in points.
    pub(crate) fn width(&self, style: &Style, text: &str) -> f32 {
        let tracking = style.tracking * text.chars().count() as f32;
        let Some(main) = self.main_face(style) else {
            return text.chars().count() as f32 * style.size * 0.55 + tracking;
        };
        if let Some(width) = self.widths.borrow().get(&(main, text.to_owned())) {
            return width * style.size + tracking;
        }
        let width: f32 = self.runs(style, text).iter().flat_map(|r| &r.glyphs).map(|g| g.advance).sum();
        self.widths.borrow_mut().insert((main, text.to_owned()), width);
        width * style.size + tracking
    }
}

/// Signs that take the font of what they follow: joiners, marks of direction, variation selectors.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}')
}
