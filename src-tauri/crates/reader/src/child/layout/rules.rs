//! Ruled lines of a page: what a table's frame is made of. From the shapes of a PDF, or from the pixels of a scan.

use image::GrayImage;
use papertray_model::Rect;

/// A ruled line: where it stands across its direction, and from where to where it runs along it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rule {
    pub(crate) at: f32,
    pub(crate) from: f32,
    pub(crate) to: f32,
}

/// The ruled lines of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rules {
    pub(crate) level: Vec<Rule>,
    pub(crate) upright: Vec<Rule>,
    /// Lines this close are one, and may miss each other by so much where they should meet.
    pub(crate) near: f32,
}

/// The longer side of the copy on which lines are looked for: A4 at 100 dpi.
pub(crate) const LINES_SEEN: u32 = 1170;
/// More lines than this are a drawing.
const MOST: usize = 2000;

impl Rules {
    /// None yet, of a page whose longer side is this.
    pub(crate) fn of_page(longer: f32) -> Self {
        // 4 points of A4.
        Self { near: longer / 210.0, ..Self::default() }
    }

    /// Adds a shape's box: a thin one is a line, and a frame is four.
    pub(crate) fn add(&mut self, bbox: &Rect, is_frame: bool) {
        const THIN: f32 = 2.5;
        const SHORTEST: f32 = 6.0;
        if self.level.len() + self.upright.len() >= MOST {
            return;
        }
        let (w, h) = (bbox.width(), bbox.height());
        let level = |at| Rule { at, from: bbox.x0, to: bbox.x1 };
        let upright = |at| Rule { at, from: bbox.y0, to: bbox.y1 };
        if h <= THIN && w >= SHORTEST {
            self.level.push(level(f32::midpoint(bbox.y0, bbox.y1)));
        } else if w <= THIN && h >= SHORTEST {
            self.upright.push(upright(f32::midpoint(bbox.x0, bbox.x1)));
        } else if is_frame && w >= SHORTEST && h >= SHORTEST {
            self.level.extend([level(bbox.y0), level(bbox.y1)]);
            self.upright.extend([upright(bbox.x0), upright(bbox.x1)]);
        }
    }

    /// The same lines, each placed anew.
    pub(crate) fn placed(self, place: impl Fn(&Rect) -> Rect) -> Self {
        let mut placed = Self { near: self.near, ..Self::default() };
        for r in &self.level {
            placed.add(&place(&Rect::new(r.from, r.at, r.to, r.at)), false);
        }
        for r in &self.upright {
            placed.add(&place(&Rect::new(r.at, r.from, r.at, r.to)), false);
        }
        placed
    }

    /// The lines on a gray page; a pixel of it is `scale` units of the page long.
    pub(crate) fn on(page: &GrayImage, scale: f32) -> Self {
        let (width, height) = (page.width() as usize, page.height() as usize);
        let dark = |x: usize, y: usize| page.as_raw()[y * width + x];
        let level = runs(width, height, scale, dark);
        let upright = runs(height, width, scale, |along, across| dark(across, along));
        Self { level, upright, ..Self::of_page(width.max(height) as f32 * scale) }
    }
}

/// Long dark runs that are thin: `pixel(along, across)`.
fn runs(length: usize, breadth: usize, scale: f32, pixel: impl Fn(usize, usize) -> u8) -> Vec<Rule> {
    /// How much darker than what lies two pixels beside it a line is.
    const CONTRAST: u8 = 40;
    /// A gap that a speck or a bad scan leaves.
    const GAP: usize = 3;
    let shortest = (length / 20).max(24);
    let mut found: Vec<Rule> = vec![];
    for across in 2..breadth.saturating_sub(2) {
        let mut start = None;
        let mut last = 0;
        for along in 0..=length {
            let inked = along < length && {
                let here = pixel(along, across);
                let beside = pixel(along, across - 2).min(pixel(along, across + 2));
                beside.saturating_sub(here) >= CONTRAST
            };
            if inked {
                start.get_or_insert(along);
                last = along;
            } else if let Some(from) = start.filter(|_| along > last + GAP || along == length) {
                start = None;
                if last + 1 - from >= shortest {
                    let rule = Rule {
                        at: across as f32 * scale,
                        from: from as f32 * scale,
                        to: (last + 1) as f32 * scale,
                    };
                    // Two rows of pixels are one line.
                    let same =
                        |r: &&mut Rule| rule.at - r.at <= 2.5 * scale && rule.from < r.to && rule.to > r.from;
                    if let Some(known) = found.iter_mut().rev().take(40).find(same) {
                        known.from = known.from.min(rule.from);
                        known.to = known.to.max(rule.to);
                    } else if found.len() < MOST {
                        found.push(rule);
                    } else {
                        return found;
                    }
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_and_letters_are_not() {
        let mut page = GrayImage::from_pixel(600, 800, image::Luma([250]));
        for x in 50..550 {
            page.put_pixel(x, 100, image::Luma([60]));
            page.put_pixel(x, 101, image::Luma([60]));
        }
        for y in 100..300 {
            page.put_pixel(50, y, image::Luma([0]));
        }
        for letter in 0..40 {
            for dx in 0..8 {
                for dy in 0..10 {
                    page.put_pixel(60 + letter * 11 + dx, 150 + dy, image::Luma([0]));
                }
            }
        }
        let rules = Rules::on(&page, 0.5);
        assert_eq!(rules.level.len(), 1, "{rules:?}");
        assert!((rules.level[0].from - 25.0).abs() < 1.5 && (rules.level[0].to - 275.0).abs() < 1.5);
        assert_eq!(rules.upright.len(), 1, "{rules:?}");
        assert_eq!(Rules::on(&GrayImage::new(3, 3), 1.0), Rules::of_page(3.0));
    }

    #[test]
    fn a_frame_is_four_lines_and_a_filled_box_none() {
        let mut rules = Rules::default();
        rules.add(&Rect::new(10.0, 10.0, 200.0, 60.0), true);
        rules.add(&Rect::new(10.0, 30.0, 200.0, 30.5), false);
        rules.add(&Rect::new(10.0, 10.0, 200.0, 60.0), false);
        assert_eq!((rules.level.len(), rules.upright.len()), (3, 2));
    }
}
