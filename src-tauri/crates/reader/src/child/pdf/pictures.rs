//! The pictures of a PDF page: placed pictures joined where they are strips of one, taken as the JPEG file they are
//! stored as where the page shows just that, and drawn by the library where it shows something else (a mask, CMYK, a
//! turn, a flip, a clip).

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage, metadata::Orientation};
use papertray_model::Rect;
use papertray_reader::ReadError;

use super::geometry::Turn;
use super::render::unpadded;
use super::source::{Page, Placed};
use crate::child::Limits;
use crate::child::paint::Raster;
use crate::child::pictures::{Found, Pixels};

/// From this share of the page on, pictures along its sides are the page itself, scanned.
pub(super) const SCAN: f32 = 0.7;
/// Narrower pictures (points, or pixels) are rules and dots.
const THINNEST: f32 = 3.0;
/// More pictures on one page are a pattern, not products.
const MOST: usize = 400;
/// JPEG files of one page are kept up to so many bytes; the rest is drawn.
const MOST_JPEG: usize = 96 << 20;
/// A drawn picture has at most so many pixels on its longer side.
const LONGEST: f32 = 2400.0;
/// Strips of a picture touch within this many points.
const TOUCH: f32 = 0.8;
/// A strip is so many times longer than it is wide; photos laid side by side are not.
const STRIP: f32 = 2.5;

/// One picture, placed: what the file stores in one or several pieces.
struct Group {
    numbers: Vec<usize>,
    rect: Rect,
    whole: Rect,
    width: u32,
    height: u32,
    jpeg: Option<Vec<u8>>,
}

/// The pictures of a page, turned as the page was turned when it was read.
pub(super) fn of_page(page: &dyn Page, turn: Turn, limits: &Limits) -> Result<Vec<Found>, ReadError> {
    let size = page.geometry().size();
    let mut found = vec![];
    for group in joined(placed(page)) {
        let (rect, kept) = (turn.rect(&group.rect, size), as_stored(page, &group, turn, limits)?);
        let pixels = match kept {
            Some(pixels) => pixels,
            None => match drawn(page, &group, turn) {
                Some(raster) => Pixels::Drawn(raster),
                None => continue,
            },
        };
        found.push(Found { rect, pixels });
    }
    Ok(found)
}

fn placed(page: &dyn Page) -> Vec<Group> {
    let (mut groups, mut bytes) = (vec![], 0);
    page.each_placed(&mut |placed: Placed, jpeg| {
        let seen = placed.rect.width().min(placed.rect.height());
        let pixels = placed.width.min(placed.height);
        if seen < THINNEST || (pixels as f32) < THINNEST || groups.len() >= MOST {
            return;
        }
        let jpeg = if bytes < MOST_JPEG { jpeg() } else { None };
        bytes += jpeg.as_ref().map_or(0, Vec::len);
        groups.push(Group {
            numbers: vec![placed.number],
            rect: placed.rect,
            whole: placed.whole,
            width: placed.width,
            height: placed.height,
            jpeg,
        });
    });
    groups
}

/// Joins strips: pictures one after the other in the file that touch along their long sides and have the same length,
/// in points and in pixels.
fn joined(groups: Vec<Group>) -> Vec<Group> {
    let mut out: Vec<Group> = vec![];
    let mut strip: Option<Rect> = None; // the piece that was joined last
    for next in groups {
        let fits = out.last().is_some_and(|last| touches(last, strip.as_ref().unwrap_or(&last.rect), &next));
        if let Some(last) = out.last_mut().filter(|_| fits) {
            strip = Some(next.rect);
            let below = next.rect.y0 >= last.rect.y1 - TOUCH || next.rect.y1 <= last.rect.y0 + TOUCH;
            if below {
                last.height += next.height;
            } else {
                last.width += next.width;
            }
            last.rect = last.rect.union(&next.rect);
            last.whole = last.whole.union(&next.whole);
            last.numbers.extend(next.numbers);
            last.jpeg = None;
        } else {
            strip = None;
            out.push(next);
        }
    }
    out
}

fn touches(group: &Group, piece: &Rect, next: &Group) -> bool {
    let close = |a: f32, b: f32| (a - b).abs() < TOUCH;
    let (p, n) = (piece, &next.rect);
    // The last strip of a picture may be thinner than the others.
    let thin = |long: f32, across: f32| long > STRIP * across;
    let rows = close(p.x0, n.x0) && close(p.x1, n.x1) && (close(p.y1, n.y0) || close(p.y0, n.y1));
    let columns = close(p.y0, n.y0) && close(p.y1, n.y1) && (close(p.x1, n.x0) || close(p.x0, n.x1));
    (rows && group.width == next.width && thin(p.width(), p.height()) && thin(n.width(), n.height()))
        || (columns
            && group.height == next.height
            && thin(p.height(), p.width())
            && thin(n.height(), n.width()))
}

/// The JPEG file, where the page shows just what is in it.
fn as_stored(
    page: &dyn Page,
    group: &Group,
    turn: Turn,
    limits: &Limits,
) -> Result<Option<Pixels>, ReadError> {
    let Some(bytes) = group.jpeg.as_deref().filter(|_| turn == Turn(0)) else { return Ok(None) };
    let shown =
        (group.rect.width() * group.rect.height()) / (group.whole.width() * group.whole.height()).max(1.0);
    if shown < 0.97 {
        return Ok(None);
    }
    let Some(picture) = decoded_jpeg(bytes, limits) else { return Ok(None) };
    let raster = Raster::of(picture);
    let same = looks_like(page, group, &raster)?;
    Ok(same.then(|| Pixels::Stored { bytes: bytes.to_vec(), raster }))
}

/// The pixels of a JPEG file in gray or RGB that browsers show upright as it is.
fn decoded_jpeg(bytes: &[u8], limits: &Limits) -> Option<DynamicImage> {
    let reader = ImageReader::with_format(std::io::Cursor::new(bytes), ImageFormat::Jpeg);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let upright = decoder.orientation().is_ok_and(|o| o == Orientation::NoTransforms);
    let three = components(bytes).is_some_and(|n| n <= 3);
    if !upright || !three || u64::from(width) * u64::from(height) > limits.pixel_budget {
        return None;
    }
    DynamicImage::from_decoder(decoder).ok()
}

/// How many components a JPEG's frame has (ITU T.81, B.2.2): 1 gray, 3 colour, 4 CMYK.
fn components(bytes: &[u8]) -> Option<u8> {
    let mut at = 2;
    loop {
        let [0xff, marker] = *bytes.get(at..at + 2)? else { return None };
        let length = u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]) as usize;
        let frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if frame {
            return bytes.get(at + 9).copied();
        }
        at += 2 + length;
    }
}

/// Whether the page shows these pixels, the same way up and in the same colours.
fn looks_like(page: &dyn Page, group: &Group, raster: &Raster) -> Result<bool, ReadError> {
    const SIDE: u32 = 32;
    const MEAN: u64 = 12;
    let Some(Raster::Rgb(seen)) = drawn_in(page, group, &group.whole, SIDE, SIDE) else { return Ok(false) };
    let own = match raster.resized(SIDE, SIDE)? {
        Raster::Rgb(own) => own,
        Raster::Gray(own) => DynamicImage::ImageLuma8(own).into_rgb8(),
    };
    let sum: u64 = seen.as_raw().iter().zip(own.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    Ok(sum <= MEAN * seen.as_raw().len() as u64)
}

/// What is seen of a group, upright, with about the pixels it is stored with.
fn drawn(page: &dyn Page, group: &Group, turn: Turn) -> Option<Raster> {
    let (w, h) = (group.rect.width(), group.rect.height());
    let whole = (group.whole.width() * group.whole.height()).max(1.0);
    let scale = ((group.width as f32 * group.height as f32) / whole).sqrt();
    let scale = scale.clamp(0.5, 12.0).min(LONGEST / w.max(h));
    let pixels = |points: f32| ((points * scale).round() as u32).max(1);
    let raster = drawn_in(page, group, &group.rect, pixels(w), pixels(h));
    raster.map(|raster| raster.without_idle_colour().turned(turn.0))
}

fn drawn_in(page: &dyn Page, group: &Group, area: &Rect, width: u32, height: u32) -> Option<Raster> {
    let bytes = page.draw_placed(&group.numbers, area, width.cast_signed(), height.cast_signed())?;
    let packed = unpadded(bytes, width as usize * 3, height as usize)?;
    RgbImage::from_raw(width, height, packed).map(Raster::Rgb)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(number: usize, rect: Rect, width: u32, height: u32) -> Group {
        Group { numbers: vec![number], rect, whole: rect, width, height, jpeg: None }
    }

    #[test]
    fn strips_are_joined_and_photos_side_by_side_are_not() {
        let strips = (0..4).map(|i| {
            let y = 100.0 + i as f32 * 20.0;
            piece(i, Rect::new(50.0, y, 250.0, y + 20.0), 800, 80)
        });
        let joined_strips = joined(strips.collect());
        assert_eq!(joined_strips.len(), 1);
        assert_eq!((joined_strips[0].width, joined_strips[0].height), (800, 320));
        assert_eq!(joined_strips[0].rect, Rect::new(50.0, 100.0, 250.0, 180.0));
        let photos = (0..3).map(|i| {
            let x = i as f32 * 100.0;
            piece(i, Rect::new(x, 0.0, x + 100.0, 120.0), 500, 600)
        });
        assert_eq!(joined(photos.collect()).len(), 3);
    }

    #[test]
    fn a_frame_says_how_many_components() {
        let frame = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 17, 8, 0, 1, 0, 1, 4];
        assert_eq!(components(&frame), Some(4));
        assert_eq!(components(&frame[..9]), None);
        assert_eq!(components(b"\xff\xd8\xff\xe0\xff\xff"), None);
    }
}
