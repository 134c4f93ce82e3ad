//! A picture of a text page. No font is shipped for it: each letter is drawn as a gray block about as high as the
//! letter, which shows the page's shape; its words are laid over it where it is shown.

use image::{GrayImage, Luma};
use papertray_model::{Rect, Word};

use super::paint::Raster;
/// Pixels a point, and how many pixels a page has at most.
const SCALE: f32 = 2.0;
const MOST: f32 = 9_000_000.0;

/// The page; its size in points.
pub(crate) fn draw(words: &[Word], (width, height): (f32, f32)) -> Raster {
    let scale = SCALE.min((MOST / (width * height).max(1.0)).sqrt());
    let side = |points: f32| ((points * scale) as u32).max(1);
    let mut page = GrayImage::from_pixel(side(width), side(height), Luma([255]));
    for word in words {
        let letters = word.text.chars().count().max(1) as f32;
        let advance = word.bbox.width() / letters;
        for (i, c) in word.text.chars().enumerate() {
            let (top, bottom) = extent(c);
            let x = word.bbox.x0 + i as f32 * advance;
            let y = |share: f32| word.bbox.y0 + share * word.bbox.height();
            let block = Rect::new(x + 0.12 * advance, y(top), x + 0.88 * advance, y(bottom));
            fill(&mut page, &block.scaled(scale));
        }
    }
    Raster::Gray(page)
}

/// Where a letter begins and ends within its line's height.
fn extent(c: char) -> (f32, f32) {
    match c {
        '.' | ',' | '_' => (0.72, 0.82),
        '-' | '–' | '—' | '=' | '~' => (0.5, 0.58),
        '\'' | '"' | '`' | '^' => (0.2, 0.36),
        'g' | 'j' | 'p' | 'q' | 'y' => (0.4, 0.96),
        'a' | 'c' | 'e' | 'm' | 'n' | 'o' | 'r' | 's' | 'u' | 'v' | 'w' | 'x' | 'z' => (0.4, 0.8),
        _ => (0.2, 0.8),
    }
}

fn fill(page: &mut GrayImage, block: &Rect) {
    let pixel = |v: f32, most: u32| (v.round().max(0.0) as u32).min(most);
    for y in pixel(block.y0, page.height())..pixel(block.y1, page.height()) {
        for x in pixel(block.x0, page.width())..pixel(block.x1, page.width()) {
            page.put_pixel(x, y, Luma([120]));
        }
    }
}
