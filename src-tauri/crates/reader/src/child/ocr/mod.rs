//! Recognition: a picture → boxes of lines → text of lines → words.
//!
//! PP-OCRv6: a detector (differentiable binarisation) and two recognisers (CTC), run by OpenVINO on one thread. The
//! quick recogniser reads every line; what it is not sure of, the thorough one reads again. Both are given the Latin
//! characters only; on a page where something makes no sense in them, the thorough one has every script. Models load when
//! first needed and stay. The stages:
//! [`detect`] → [`upright`] → [`recognise`] → [`again`].

mod again;
mod contour;
mod crop;
mod ctc;
mod detect;
mod onnx;
mod quad;
mod recognise;
mod runtime;
mod spaces;
mod upright;

use std::path::{Path, PathBuf};
use std::time::Instant;

use image::{GrayImage, imageops};
use papertray_model::Rect;
use papertray_reader::ReadError;

use self::quad::Quad;
use self::recognise::{Line, Recogniser};
use self::runtime::{Model, Runtime};
use self::upright::Upright;
use crate::child::layout::{Piece, RawWord};
use crate::child::paint::Raster;

/// A lone sign that is not of our alphabet is no text where it is so many times as high as the page's lines.
const TOO_LARGE: f32 = 5.0;
/// Lines recognised with less confidence than this are noise.
const LEAST_CONFIDENCE: f32 = 0.5;
/// Letters gain nothing from more pixels than a page with this longer side has: A4 at 260 dpi.
const LONGEST: u32 = 3000;

/// The recognition engine, loaded when first needed.
pub(crate) struct Ocr {
    native: PathBuf,
    /// The folder with compiled models.
    prepared: Option<PathBuf>,
    loaded: Option<Engine>,
}

struct Engine {
    runtime: Runtime,
    detector: Model,
    quick: Recogniser,
    thorough: Option<Recogniser>,
    every_script: Option<Recogniser>,
    models: PathBuf,
}

/// What was recognised on a picture.
pub(crate) struct Recognised {
    /// Degrees clockwise by which the picture was turned; the boxes are those of the turned picture.
    pub(crate) turned: u16,
    /// The lines, in no particular order.
    pub(crate) pieces: Vec<Piece>,
}

impl Ocr {
    pub(crate) fn new(native: PathBuf, prepared: Option<PathBuf>) -> Self {
        Self { native, prepared, loaded: None }
    }

    fn engine(&mut self) -> Result<&mut Engine, ReadError> {
        if self.loaded.is_none() {
            self.loaded = Some(Engine::load(&self.native, self.prepared.as_deref())?);
        }
        self.loaded.as_mut().ok_or_else(|| ReadError::internal("The recognition models are not loaded."))
    }

    /// Versions of the runtime and the models; loads both.
    pub(crate) fn versions(&mut self) -> Result<(String, String), ReadError> {
        let engine = self.engine()?;
        engine.thorough()?;
        let (quick, thorough) = (engine.quick.classes(), engine.every_script()?.classes());
        Ok((engine.runtime.version(), format!("PP-OCRv6 tiny and small, {quick} and {thorough} characters")))
    }

    /// Recognises the text on a picture. Turns it upright first where it lies on its side or head; `raster` is then
    /// the turned one.
    pub(crate) fn read(&mut self, raster: &mut Raster) -> Result<Recognised, ReadError> {
        let started = Instant::now();
        let engine = self.engine()?;
        let loaded = started.elapsed();
        let mut page = raster.gray_within(LONGEST)?;
        let mut quads = detect::detect(&mut engine.detector, &page)?;
        let detected = started.elapsed();
        let Upright { turn: turned, read: mut known } =
            upright::turn_needed(&mut engine.quick, &page, &quads)?;
        if turned != 0 {
            known.clear();
            *raster = std::mem::take(raster).turned(turned);
            (page, quads) = engine.turned(&page, &quads, turned)?;
        }
        let mut lines = vec![];
        for (i, quad) in quads.iter().enumerate() {
            lines.push(match known.iter().position(|(of, _)| *of == i) {
                Some(at) => known.swap_remove(at).1,
                None => engine.quick.read_line(&page, quad)?,
            });
        }
        let read = started.elapsed();
        let (mut again, mut lost) = (0, again::Lost::default());
        // What makes no sense at all may be another script.
        let every_script = lines.iter().any(again::has_lost);
        for line in &mut lines {
            again += engine.make_sure(line, &page, &mut lost, every_script)?;
        }
        let scale = raster.width() as f32 / page.width().max(1) as f32;
        let pieces = pieces_of(&lines, scale);
        let (lines, done) = (lines.len(), started.elapsed());
        tracing::debug!(turned, lines, again, ?loaded, ?detected, ?read, ?done, "recognised");
        Ok(Recognised { turned, pieces })
    }
}

impl Engine {
    fn load(native: &Path, prepared: Option<&Path>) -> Result<Self, ReadError> {
        let mut runtime = Runtime::load(native, prepared)?;
        let models = native.join("models");
        let detector = runtime.model_from(&models.join("det-quick.onnx"))?;
        let quick = Recogniser::quick(&mut runtime, &models)?;
        Ok(Self { runtime, detector, quick, thorough: None, every_script: None, models })
    }

    fn thorough(&mut self) -> Result<&mut Recogniser, ReadError> {
        let load = || Recogniser::thorough(&mut self.runtime, &self.models);
        loaded(&mut self.thorough, load)
    }

    fn every_script(&mut self) -> Result<&mut Recogniser, ReadError> {
        let load = || Recogniser::every_script(&mut self.runtime, &self.models);
        loaded(&mut self.every_script, load)
    }

    /// The page turned upright and the boxes on it.
    fn turned(
        &mut self,
        page: &GrayImage,
        quads: &[Quad],
        degrees: u16,
    ) -> Result<(GrayImage, Vec<Quad>), ReadError> {
        let turned = match degrees {
            90 => imageops::rotate90(page),
            270 => imageops::rotate270(page),
            _ => imageops::rotate180(page),
        };
        // Lines on their head are found as well as others; lines on their side are not.
        let quads = if degrees == 180 {
            let (w, h) = (page.width() as f32, page.height() as f32);
            quads.iter().map(|quad| Quad(quad.turned(2).0.map(|(x, y)| (w - x, h - y)))).collect()
        } else {
            detect::detect(&mut self.detector, &turned)?
        };
        Ok((turned, quads))
    }
}

/// What is loaded when it is first needed.
fn loaded(
    slot: &mut Option<Recogniser>,
    load: impl FnOnce() -> Result<Recogniser, ReadError>,
) -> Result<&mut Recogniser, ReadError> {
    Ok(match slot {
        Some(there) => there,
        empty => empty.insert(load()?),
    })
}

/// Whether a drawing or a photo was taken for one huge sign: `小` over a shirt.
fn is_drawing(line: &Line, usual_height: f32) -> bool {
    let mut signs = line.spans.iter().flat_map(|span| span.text.chars());
    let lone = signs.next().filter(|_| signs.next().is_none());
    lone.is_some_and(|sign| !sign.is_alphanumeric() || !sign.is_ascii())
        && line.quad.height() > TOO_LARGE * usual_height
}

/// The words of the lines as pieces, `scale` times as large.
fn pieces_of(lines: &[Line], scale: f32) -> Vec<Piece> {
    let kept = || lines.iter().filter(|line| line.confidence() >= LEAST_CONFIDENCE);
    let mut heights: Vec<f32> = kept().map(|line| line.quad.height()).collect();
    heights.sort_by(f32::total_cmp);
    let usual = heights.get(heights.len() / 2).copied().unwrap_or(0.0);
    let lines = kept().filter(|line| !is_drawing(line, usual));
    let angle = quad::usual_angle(lines.clone().map(|line| &line.quad));
    let (sin, cos) = (-angle).sin_cos();
    let pieces = lines.filter_map(|line| {
        let words: Vec<RawWord> = line
            .spans
            .iter()
            .map(|span| {
                let b = line.quad.part(span.from, span.to);
                let bbox = Rect::new(b.x0 * scale, b.y0 * scale, b.x1 * scale, b.y1 * scale);
                RawWord { text: span.text.clone(), bbox, confidence: span.confidence.clamp(0.0, 1.0) }
            })
            .collect();
        let mut piece = Piece::new(words)?;
        // Lines of a page that lies askew are put in order as if it lay straight.
        let straight = Quad(line.quad.0.map(|(x, y)| (x * cos - y * sin, x * sin + y * cos)));
        let b = straight.part(0.0, 1.0);
        piece.bbox = Rect::new(b.x0 * scale, b.y0 * scale, b.x1 * scale, b.y1 * scale);
        Some(piece)
    });
    pieces.collect()
}
