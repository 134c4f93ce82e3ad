//! A picture of a text page. No font is shipped for it: each letter is drawn as a gray block about as high as the
//! letter, which shows the page's shape; its words are laid over it where it is shown.

use image::{GrayImage, Luma};
use papertray_model::Word;

use super::paint::Raster;
use super::text::{HEIGHT, WIDTH};

/// Pixels a point.
const SCALE: f32 = 2.0;

/// The page.
pub(crate) fn draw(words: &[Word]) -> Raster {
    let mut page = GrayImage::from_pixel((WIDTH * SCALE) as u32, (HEIGHT * SCALE) as u32, Luma([255]));
    for word in words {
        let letters = word.text.chars().count().max(1) as f32;
        let advance = word.bbox.width() / letters;
        for (i, c) in word.text.chars().enumerate() {
            let (top, bottom) = extent(c);
            let x = word.bbox.x0 + i as f32 * advance;
            let y = |share: f32| word.bbox.y0 + share * word.bbox.height();
            fill(&mut page, x + 0.12 * advance, y(top), x + 0.88 * advance, y(bottom));
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

fn fill(page: &mut GrayImage, x0: f32, y0: f32, x1: f32, y1: f32) {
    let pixel = |v: f32, most: u32| ((v * SCALE).round().max(0.0) as u32).min(most);
    for y in pixel(y0, page.height())..pixel(y1, page.height()) {
        for x in pixel(x0, page.width())..pixel(x1, page.width()) {
            page.put_pixel(x, y, Luma([120]));
        }
    }
}
