//! Reading one line.

use std::path::Path;

use papertray_reader::ReadError;

use super::crop::{HEIGHT, crop, width_of};
use super::ctc::{Span, decode};
use super::quad::Quad;
use super::runtime::{Model, Runtime, dimension};
use super::{Line, dictionary};
use crate::child::layout::RawWord;
use crate::child::paint::Raster;

/// A box this much taller than wide holds a line that runs up or down, not a narrow letter.
const VERTICAL: f32 = 2.5;

/// The recogniser and its alphabet.
pub(crate) struct Recogniser {
    model: Model,
    alphabet: Vec<String>,
}

impl Recogniser {
    pub(crate) fn load(runtime: &mut Runtime, path: &Path) -> Result<Self, ReadError> {
        let onnx = std::fs::read(path)
            .map_err(|e| ReadError::missing(format!("The model `{}` is not there: {e}.", path.display())))?;
        let alphabet = dictionary::characters(&onnx)
            .ok_or_else(|| ReadError::missing(format!("The model `{}` has no alphabet.", path.display())))?;
        drop(onnx);
        Ok(Self { model: runtime.model(path)?, alphabet })
    }

    pub(crate) fn classes(&self) -> usize {
        self.alphabet.len()
    }

    /// Reads the line in this box.
    pub(crate) fn read_line(&mut self, raster: &Raster, quad: &Quad) -> Result<Line, ReadError> {
        let mut line = self.read_as(raster, quad)?;
        if quad.height() > VERTICAL * quad.width() {
            for quarters in [1, 3] {
                let other = self.read_as(raster, &quad.turned(quarters))?;
                if other.confidence > line.confidence + 0.05 {
                    line = other;
                }
            }
        }
        Ok(line)
    }

    /// Reads the line in this box in the direction of its first side.
    pub(crate) fn read_as(&mut self, raster: &Raster, quad: &Quad) -> Result<Line, ReadError> {
        let width = width_of(quad);
        let alphabet = &self.alphabet;
        let spans = self.model.run(
            HEIGHT,
            width,
            |planes| crop(raster, quad, width, planes),
            |shape, scores| {
                // [1, steps, classes]; another number of classes would be another model.
                if shape.last() == Some(&dimension(alphabet.len())) {
                    decode(scores, alphabet)
                } else {
                    vec![]
                }
            },
        )?;
        Ok(Line::from_spans(&spans, quad))
    }
}

impl Line {
    fn from_spans(spans: &[Span], quad: &Quad) -> Self {
        let letters: usize = spans.iter().map(|s| s.text.chars().count()).sum();
        let weighted: f32 = spans.iter().map(|s| s.confidence * s.text.chars().count() as f32).sum();
        let words = spans
            .iter()
            .map(|span| RawWord {
                text: span.text.clone(),
                bbox: quad.part(span.from, span.to),
                confidence: span.confidence.clamp(0.0, 1.0),
            })
            .collect();
        Self { words, confidence: if letters == 0 { 0.0 } else { weighted / letters as f32 } }
    }
}
