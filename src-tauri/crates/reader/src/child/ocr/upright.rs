//! Whether a picture lies on its side or stands on its head.
//!
//! Lines that run up or down give the side away; on its head it is when a few lines, read both ways, are read better
//! the other way. On most pages this costs nothing: the lines read to decide are not read again.

use image::GrayImage;
use papertray_reader::ReadError;

use super::quad::Quad;
use super::recognise::{Line, Recogniser};

/// Lines read to decide.
const SAMPLE: usize = 4;
/// Lines read this well are the right way up.
const SURE: f32 = 0.85;
/// The other way must be better by this much.
const MARGIN: f32 = 0.1;

/// What was decided, and the lines that were read on the way, by their place in the list of boxes.
pub(crate) struct Upright {
    /// Degrees clockwise by which the picture must be turned: 0, 90, 180, 270.
    pub(crate) turn: u16,
    /// Lines read as they stand; of use where nothing is turned.
    pub(crate) read: Vec<(usize, Line)>,
}

/// Decides how the picture must be turned to stand upright.
pub(crate) fn turn_needed(
    recogniser: &mut Recogniser,
    page: &GrayImage,
    quads: &[Quad],
) -> Result<Upright, ReadError> {
    let mut upright = Upright { turn: 0, read: vec![] };
    let upright_lines = quads.iter().filter(|q| q.width() > 1.5 * q.height()).count();
    let standing_lines = quads.iter().filter(|q| q.height() > 1.5 * q.width()).count();
    let standing = standing_lines > upright_lines;
    let mut sample: Vec<usize> = (0..quads.len())
        .filter(|i| (quads[*i].height() > quads[*i].width()) == standing && side_ratio(&quads[*i]) >= 2.0)
        .collect();
    sample.sort_by(|a, b| side_ratio(&quads[*b]).total_cmp(&side_ratio(&quads[*a])));
    sample.truncate(SAMPLE);
    if sample.is_empty() {
        return Ok(upright);
    }
    let (usual, other) = if standing { (90, 270) } else { (0, 180) };
    let as_usual = read(recogniser, page, quads, &sample, usual)?;
    let (confidence, mut best) = (mean(&as_usual), usual);
    let mut most = confidence;
    if confidence < SURE {
        let otherwise = mean(&read(recogniser, page, quads, &sample, other)?);
        if otherwise > confidence + if standing { 0.0 } else { MARGIN } {
            (most, best) = (otherwise, other);
        }
    }
    // Lines that run up or down and cannot be read either way are no lines.
    upright.turn = if standing && most < 0.5 { 0 } else { best };
    if !standing {
        upright.read = as_usual;
    }
    Ok(upright)
}

fn side_ratio(quad: &Quad) -> f32 {
    let (a, b) = (quad.width(), quad.height());
    a.max(b) / a.min(b).max(1.0)
}

/// Reads these lines as they would stand after turning the picture by `degrees`.
fn read(
    recogniser: &mut Recogniser,
    page: &GrayImage,
    quads: &[Quad],
    sample: &[usize],
    degrees: u16,
) -> Result<Vec<(usize, Line)>, ReadError> {
    let quarters = usize::from(degrees / 90);
    sample.iter().map(|i| Ok((*i, recogniser.read_as(page, &quads[*i].turned(quarters))?))).collect()
}

fn mean(lines: &[(usize, Line)]) -> f32 {
    lines.iter().map(|(_, line)| line.confidence()).sum::<f32>() / lines.len().max(1) as f32
}
