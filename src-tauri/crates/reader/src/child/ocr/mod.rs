//! Recognition: a picture → boxes of lines → text of lines → words.
//!
//! PP-OCRv6 small: a detector (differentiable binarisation) and a recogniser (CTC), run by OpenVINO on one thread.
//! Both load at the first picture and stay. The stages: [`detect`] → [`upright`] → [`recognise`].

mod contour;
mod crop;
mod ctc;
mod detect;
mod dictionary;
mod quad;
mod recognise;
mod runtime;
mod upright;

use std::path::PathBuf;
use std::time::Instant;

use papertray_reader::ReadError;

use self::recognise::Recogniser;
use self::runtime::{Model, Runtime};
use self::upright::Upright;
use crate::child::layout::{Piece, RawWord};
use crate::child::paint::Raster;

/// Lines recognised with less confidence than this are noise.
const LEAST_CONFIDENCE: f32 = 0.5;

/// The recognition engine, loaded when first needed.
pub(crate) struct Ocr {
    native: PathBuf,
    loaded: Option<Engine>,
}

struct Engine {
    detector: Model,
    recogniser: Recogniser,
    version: String,
}

/// What was recognised on a picture.
pub(crate) struct Recognised {
    /// Degrees clockwise by which the picture was turned; the boxes are those of the turned picture.
    pub(crate) turned: u16,
    /// The lines, in no particular order.
    pub(crate) pieces: Vec<Piece>,
}

impl Ocr {
    pub(crate) fn new(native: PathBuf) -> Self {
        Self { native, loaded: None }
    }

    fn engine(&mut self) -> Result<&mut Engine, ReadError> {
        if self.loaded.is_none() {
            let mut runtime = Runtime::load(&self.native)?;
            let models = self.native.join("models");
            let detector = runtime.model(&models.join("det.onnx"))?;
            let recogniser = Recogniser::load(&mut runtime, &models.join("rec.onnx"))?;
            self.loaded = Some(Engine { detector, recogniser, version: runtime.version() });
        }
        self.loaded.as_mut().ok_or_else(|| ReadError::internal("The recognition models are not loaded."))
    }

    /// Versions of the runtime and the models; loads both.
    pub(crate) fn versions(&mut self) -> Result<(String, String), ReadError> {
        let engine = self.engine()?;
        let classes = engine.recogniser.classes();
        Ok((engine.version.clone(), format!("PP-OCRv6 small, {classes} characters")))
    }

    /// Recognises the text on a picture. Turns it upright first where it lies on its side or head; `raster` is then
    /// the turned one.
    pub(crate) fn read(&mut self, raster: &mut Raster) -> Result<Recognised, ReadError> {
        let started = Instant::now();
        let engine = self.engine()?;
        let loaded = started.elapsed();
        let mut quads = detect::detect(&mut engine.detector, raster)?;
        let Upright { turn: turned, read: mut known } =
            upright::turn_needed(&mut engine.recogniser, raster, &quads)?;
        if turned != 0 {
            known.clear();
            *raster = std::mem::take(raster).turned(turned);
            quads = detect::detect(&mut engine.detector, raster)?;
        }
        let found = started.elapsed();
        let mut pieces = vec![];
        for (i, quad) in quads.iter().enumerate() {
            let line = match known.iter().position(|(of, _)| *of == i) {
                Some(at) => known.swap_remove(at).1,
                None => engine.recogniser.read_line(raster, quad)?,
            };
            if line.confidence >= LEAST_CONFIDENCE {
                pieces.extend(Piece::new(line.words));
            }
        }
        let (lines, done) = (quads.len(), started.elapsed());
        tracing::debug!(turned, lines, ?loaded, ?found, ?done, "recognised");
        Ok(Recognised { turned, pieces })
    }
}

/// A line as recognised.
pub(crate) struct Line {
    words: Vec<RawWord>,
    confidence: f32,
}
