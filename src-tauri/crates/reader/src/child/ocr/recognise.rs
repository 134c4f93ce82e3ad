//! Reading one line.

use std::path::{Path, PathBuf};

use image::GrayImage;
use papertray_reader::ReadError;

use super::crop::{HEIGHT, crop, width_of};
use super::ctc::{Span, decode};
use super::onnx;
use super::quad::Quad;
use super::runtime::{Model, Runtime, dimension};
use super::spaces::Blanks;

/// A box this much taller than wide holds a line that runs up or down, not a narrow letter.
const VERTICAL: f32 = 2.5;

/// The recogniser and its alphabet.
pub(crate) struct Recogniser {
    model: Model,
    alphabet: Vec<String>,
    /// The step of widths, see [`width_of`]: wider where a new width costs more.
    step: f32,
}

impl Recogniser {
    /// The quick one: the smallest model, and of its characters the Latin ones.
    pub(crate) fn quick(runtime: &mut Runtime, models: &Path) -> Result<Self, ReadError> {
        let path = models.join("rec-quick.onnx");
        let list = file(&models.join("rec-quick.txt"))?;
        let all = onnx::alphabet(&String::from_utf8_lossy(&list));
        Self::latin(runtime, &path, &file(&path)?, &all, 1.08)
    }

    /// The thorough one: a larger model, and of its characters the Latin ones.
    pub(crate) fn thorough(runtime: &mut Runtime, models: &Path) -> Result<Self, ReadError> {
        let (path, bytes, all) = large(models)?;
        Self::latin(runtime, &path, &bytes, &all, 1.16)
    }

    /// The thorough one with all characters of all scripts that it knows. Its last layer is two fifths of it.
    pub(crate) fn every_script(runtime: &mut Runtime, models: &Path) -> Result<Self, ReadError> {
        let (path, bytes, alphabet) = large(models)?;
        Ok(Self { model: runtime.model(&path, &bytes)?, alphabet, step: 1.16 })
    }

    /// A model that tells apart only the Latin ones of `all` characters.
    fn latin(
        runtime: &mut Runtime,
        path: &Path,
        onnx: &[u8],
        all: &[String],
        step: f32,
    ) -> Result<Self, ReadError> {
        let keep: Vec<usize> = (0..all.len()).filter(|class| is_latin(&all[*class])).collect();
        let cut = onnx::pruned(onnx, all.len(), &keep).ok_or_else(|| {
            ReadError::missing(format!("The model `{}` is not as expected.", path.display()))
        })?;
        let alphabet = keep.into_iter().map(|class| all[class].clone()).collect();
        Ok(Self { model: runtime.model(path, &cut)?, alphabet, step })
    }

    pub(crate) fn classes(&self) -> usize {
        self.alphabet.len()
    }

    /// Reads the line in this box.
    pub(crate) fn read_line(&mut self, page: &GrayImage, quad: &Quad) -> Result<Line, ReadError> {
        let mut line = self.read_as(page, quad)?;
        if quad.height() > VERTICAL * quad.width() {
            for quarters in [1, 3] {
                let other = self.read_as(page, &quad.turned(quarters))?;
                if other.confidence() > line.confidence() + 0.05 {
                    line = other;
                }
            }
        }
        Ok(line)
    }

    /// Reads the line in this box in the direction of its first side.
    pub(crate) fn read_as(&mut self, page: &GrayImage, quad: &Quad) -> Result<Line, ReadError> {
        let width = width_of(quad, self.step);
        let alphabet = &self.alphabet;
        let spans = self.model.run(
            HEIGHT,
            width,
            |planes| {
                crop(page, quad, width, planes);
                Blanks::of(planes.get(..HEIGHT * width).unwrap_or_default(), width)
            },
            |shape, scores, blanks| {
                // [1, steps, classes]; another number of classes would be another model.
                if shape.last() == Some(&dimension(alphabet.len())) {
                    decode(scores, alphabet, &blanks)
                } else {
                    vec![]
                }
            },
        )?;
        Ok(Line { quad: *quad, spans })
    }
}

fn file(path: &Path) -> Result<Vec<u8>, ReadError> {
    std::fs::read(path)
        .map_err(|e| ReadError::missing(format!("The model `{}` is not there: {e}.", path.display())))
}

/// The larger model and its characters.
fn large(models: &Path) -> Result<(PathBuf, Vec<u8>, Vec<String>), ReadError> {
    let path = models.join("rec.onnx");
    let bytes = file(&path)?;
    let alphabet = onnx::characters(&bytes)
        .ok_or_else(|| ReadError::missing(format!("The model `{}` has no alphabet.", path.display())))?;
    Ok((path, bytes, alphabet))
}

/// Whether a character occurs in text written with Latin letters: these, punctuation, currencies, common signs.
fn is_latin(character: &str) -> bool {
    character.chars().all(|c| {
        matches!(c,
            '\0'..='\u{24f}'
            | '\u{1e00}'..='\u{1eff}'
            | '\u{2010}'..='\u{205e}'
            | '\u{20a0}'..='\u{20bf}'
            | '\u{2100}'..='\u{214f}'
            | '\u{2190}'..='\u{2193}'
            | '√' | '∞' | '≈' | '≠' | '≤' | '≥' | '■' | '□' | '●' | '○' | '✓' | '✔' | '✗' | '★' | '☆'
            | 'Ω' | 'α' | 'β' | 'Δ' | 'μ' | 'π' | 'Σ' | 'Ⅰ'..='Ⅹ')
    })
}

/// A line as recognised.
#[derive(Debug)]
pub(crate) struct Line {
    /// Where it stands.
    pub(crate) quad: Quad,
    /// Its words.
    pub(crate) spans: Vec<Span>,
}

impl Line {
    /// The mean of its characters', 0 to 1.
    pub(crate) fn confidence(&self) -> f32 {
        let count = |span: &Span| span.text.chars().count() as f32;
        let letters: f32 = self.spans.iter().map(count).sum();
        let sum: f32 = self.spans.iter().map(|span| span.confidence * count(span)).sum();
        if letters > 0.0 { sum / letters } else { 0.0 }
    }
}
