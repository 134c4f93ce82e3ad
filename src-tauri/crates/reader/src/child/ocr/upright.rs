//! Whether a picture lies on its side or stands on its head.
//!
//! Lines that run up or down give the side away; on its head it is when a few lines, read both ways, are read better
//! the other way. On most pages this costs nothing but reading four lines twice.

use papertray_reader::ReadError;

use super::quad::Quad;
use super::recognise::Recogniser;
use crate::child::paint::Raster;

/// Lines read to decide.
const SAMPLE: usize = 4;
/// Lines read this well are the right way up.
const SURE: f32 = 0.85;
/// The other way must be better by this much.
const MARGIN: f32 = 0.1;

/// Degrees clockwise by which the picture must be turned: 0, 90, 180, 270.
pub(crate) fn turn_needed(
    recogniser: &mut Recogniser,
    raster: &Raster,
    quads: &[Quad],
) -> Result<u16, ReadError> {
    let mut longest: Vec<&Quad> = quads.iter().collect();
    longest.sort_by(|a, b| side_ratio(b).total_cmp(&side_ratio(a)));
    longest.truncate(SAMPLE);
    if longest.is_empty() || side_ratio(longest[0]) < 2.0 {
        return Ok(0);
    }
    let upright_lines = quads.iter().filter(|q| q.width() > 1.5 * q.height()).count();
    let standing_lines = quads.iter().filter(|q| q.height() > 1.5 * q.width()).count();
    let (usual, others): (u16, &[u16]) =
        if standing_lines > upright_lines { (90, &[270]) } else { (0, &[180]) };
    longest.retain(|q| (q.height() > q.width()) == (usual == 90));
    let mut best = (usual, mean(recogniser, raster, &longest, usual)?);
    if best.1 < SURE {
        for turn in others {
            let confidence = mean(recogniser, raster, &longest, *turn)?;
            if confidence > best.1 + if usual == 0 { MARGIN } else { 0.0 } {
                best = (*turn, confidence);
            }
        }
    }
    // Lines that run up or down and cannot be read either way are no lines.
    Ok(if usual == 90 && best.1 < 0.5 { 0 } else { best.0 })
}

fn side_ratio(quad: &Quad) -> f32 {
    let (a, b) = (quad.width(), quad.height());
    a.max(b) / a.min(b).max(1.0)
}

/// How well these lines are read after turning the picture by `degrees`.
fn mean(
    recogniser: &mut Recogniser,
    raster: &Raster,
    quads: &[&Quad],
    degrees: u16,
) -> Result<f32, ReadError> {
    let mut sum = 0.0;
    for quad in quads {
        sum += recogniser.read_as(raster, &quad.turned(usize::from(degrees / 90)))?.confidence;
    }
    Ok(sum / quads.len().max(1) as f32)
}
