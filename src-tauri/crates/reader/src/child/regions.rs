//! Pictures on a scanned page: regions of ink that is no text. The page is looked at in small cells; words and thin
//! lines are taken out, what is left hangs together or does not.

use papertray_model::Rect;
use papertray_reader::ReadError;

use super::paint::Raster;
use super::pictures::{Found, Pixels};

/// The longer side of the copy that is looked at, pixels.
const SIDE: u32 = 1000;
/// Sides of a cell, pixels of that copy.
const CELL: u32 = 4;
/// A cell whose mean differs by so much from the paper holds ink.
const INK: u8 = 10;
/// The shortest side of a picture, as a share of the page's shorter side.
const SHORTEST: f32 = 0.05;
/// A region that covers more of the page than this is the page.
const PAGE: f32 = 0.7;

/// The pictures of an upright page; `words` and the answer are in the unit of `size`.
pub(crate) fn pictures(page: &Raster, words: &[Rect], size: (f32, f32)) -> Result<Vec<Found>, ReadError> {
    let gray = page.gray_within(SIDE)?;
    let scale = gray.width() as f32 / size.0.max(1.0);
    let mut cells = Cells::of(&gray);
    for word in words {
        cells.erase(&word.scaled(scale));
    }
    let (across, down) = (size.0 * scale, size.1 * scale);
    let shortest = SHORTEST * across.min(down);
    let mut found = vec![];
    for region in cells.without_lines().regions() {
        let large = region.width() >= shortest && region.height() >= shortest;
        let whole = region.width() * region.height() > PAGE * across * down;
        if large && !whole {
            let rect = region.scaled(1.0 / scale);
            found.push(Found { rect, pixels: Pixels::Drawn(cut_out(page, &rect, size)) });
        }
    }
    found.sort_by(|a, b| a.rect.y0.total_cmp(&b.rect.y0).then(a.rect.x0.total_cmp(&b.rect.x0)));
    Ok(found)
}

fn cut_out(page: &Raster, rect: &Rect, size: (f32, f32)) -> Raster {
    let (sx, sy) = (page.width() as f32 / size.0.max(1.0), page.height() as f32 / size.1.max(1.0));
    let at = |v: f32, most: u32| (v.max(0.0) as u32).min(most.saturating_sub(1));
    let (x, y) = (at(rect.x0 * sx, page.width()), at(rect.y0 * sy, page.height()));
    let w = ((rect.width() * sx).round() as u32).clamp(1, page.width() - x);
    let h = ((rect.height() * sy).round() as u32).clamp(1, page.height() - y);
    match page {
        Raster::Gray(p) => Raster::Gray(image::imageops::crop_imm(p, x, y, w, h).to_image()),
        Raster::Rgb(p) => Raster::Rgb(image::imageops::crop_imm(p, x, y, w, h).to_image()),
    }
}

/// Which cells hold ink.
struct Cells {
    ink: Vec<bool>,
    width: usize,
    height: usize,
}

impl Cells {
    fn of(gray: &image::GrayImage) -> Self {
        let (width, height) = (gray.width().div_ceil(CELL), gray.height().div_ceil(CELL));
        let mut means = vec![];
        for cy in 0..height {
            for cx in 0..width {
                let (mut sum, mut count) = (0_u32, 0_u32);
                for y in cy * CELL..((cy + 1) * CELL).min(gray.height()) {
                    for x in cx * CELL..((cx + 1) * CELL).min(gray.width()) {
                        sum += u32::from(gray.get_pixel(x, y).0[0]);
                        count += 1;
                    }
                }
                means.push((sum / count.max(1)) as u8);
            }
        }
        let paper = paper_of(&means);
        let ink = means.iter().map(|mean| mean.abs_diff(paper) > INK).collect();
        Self { ink, width: width as usize, height: height as usize }
    }

    /// Takes out what lies under a word, a cell more on each side.
    fn erase(&mut self, word: &Rect) {
        let cell = |v: f32, by: f32, most: usize| ((v / CELL as f32 + by).max(0.0) as usize).min(most);
        let (x0, x1) = (cell(word.x0, -0.5, self.width), cell(word.x1, 1.5, self.width));
        for y in cell(word.y0, -0.5, self.height)..cell(word.y1, 1.5, self.height) {
            self.ink[y * self.width + x0..y * self.width + x1.max(x0)].fill(false);
        }
    }

    /// What is at least three cells thick: an opening by a square of three cells.
    fn without_lines(&self) -> Self {
        let (w, h) = (self.width, self.height);
        let mut ink = vec![false; w * h];
        for y in 1..h.saturating_sub(1) {
            for x in 1..w.saturating_sub(1) {
                let full =
                    (y - 1..=y + 1).all(|y| self.ink[y * w + x - 1..=y * w + x + 1].iter().all(|c| *c));
                if full {
                    for y in y - 1..=y + 1 {
                        ink[y * w + x - 1..=y * w + x + 1].fill(true);
                    }
                }
            }
        }
        Self { ink, width: w, height: h }
    }

    /// The boxes of what hangs together, in pixels of the copy. Gaps of one cell do not part.
    fn regions(&self) -> Vec<Rect> {
        let (w, h) = (self.width, self.height);
        let mut seen = vec![false; w * h];
        let mut regions = vec![];
        for start in 0..w * h {
            if !self.ink[start] || seen[start] {
                continue;
            }
            let mut open = vec![start];
            seen[start] = true;
            let (mut x0, mut y0, mut x1, mut y1) = (w, h, 0, 0);
            while let Some(at) = open.pop() {
                let (x, y) = (at % w, at / w);
                (x0, y0, x1, y1) = (x0.min(x), y0.min(y), x1.max(x), y1.max(y));
                for ny in y.saturating_sub(2)..=(y + 2).min(h - 1) {
                    for nx in x.saturating_sub(2)..=(x + 2).min(w - 1) {
                        let next = ny * w + nx;
                        if self.ink[next] && !seen[next] {
                            seen[next] = true;
                            open.push(next);
                        }
                    }
                }
            }
            let edge = |cells: usize| cells as f32 * CELL as f32;
            regions.push(Rect::new(edge(x0), edge(y0), edge(x1 + 1), edge(y1 + 1)));
        }
        within_others_left_out(regions)
    }
}

/// The paper's gray: what most cells have, taken from the lighter half.
fn paper_of(means: &[u8]) -> u8 {
    let mut counts = [0_u32; 256];
    for mean in means {
        counts[usize::from(*mean)] += 1;
    }
    (96..=255_u8).max_by_key(|v| counts[usize::from(*v)]).unwrap_or(255)
}

fn within_others_left_out(regions: Vec<Rect>) -> Vec<Rect> {
    let holds = |a: &Rect, b: &Rect| a != b && a.x0 <= b.x0 && a.y0 <= b.y0 && a.x1 >= b.x1 && a.y1 >= b.y1;
    let mut large = regions;
    large.sort_by(|a, b| (b.width() * b.height()).total_cmp(&(a.width() * a.height())));
    let mut out: Vec<Rect> = vec![];
    for region in large {
        if !out.iter().any(|other| holds(other, &region)) {
            out.push(region);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Luma};

    fn fill(page: &mut GrayImage, r: [u32; 4], value: u8) {
        for y in r[1]..r[3] {
            for x in r[0]..r[2] {
                page.put_pixel(x, y, Luma([value]));
            }
        }
    }

    #[test]
    fn photos_are_found_and_words_and_rules_are_not() {
        let mut page = GrayImage::from_pixel(800, 1000, Luma([246]));
        fill(&mut page, [100, 100, 350, 400], 120);
        fill(&mut page, [450, 100, 700, 400], 225); // a light one
        fill(&mut page, [50, 450, 750, 453], 0); // a rule
        fill(&mut page, [100, 420, 340, 440], 30); // a caption
        let words = [Rect::new(100.0, 418.0, 340.0, 442.0)];
        let found = pictures(&Raster::Gray(page), &words, (800.0, 1000.0)).unwrap();
        let boxes: Vec<Rect> = found.iter().map(|f| f.rect).collect();
        assert_eq!(boxes.len(), 2, "{boxes:?}");
        assert!((boxes[0].x0 - 100.0).abs() < 8.0 && (boxes[0].y1 - 400.0).abs() < 8.0, "{boxes:?}");
        assert!((boxes[1].x1 - 700.0).abs() < 8.0, "{boxes:?}");
    }

    #[test]
    fn a_page_that_is_one_picture_has_no_regions() {
        let page = GrayImage::from_fn(600, 800, |x, y| Luma([((x * 7 + y * 3) % 200) as u8]));
        assert!(pictures(&Raster::Gray(page), &[], (600.0, 800.0)).unwrap().is_empty());
    }
}
