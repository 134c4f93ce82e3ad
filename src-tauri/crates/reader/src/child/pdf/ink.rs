//! What is drawn on a page besides text.

use papertray_model::Rect;
use pdfium_render::prelude::{
    PdfPage, PdfPageObject, PdfPageObjectCommon, PdfPageObjectsCommon,
};

use super::geometry::Geometry;

/// Objects looked at; pages of maps and drawings have hundreds of thousands.
const MOST: usize = 3000;

/// What is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ink {
    /// The share of the page, 0 to 1, that pictures cover which run along most of a side: a scan, or its strips.
    /// Photos beside text are smaller.
    pub(crate) scan_share: f32,
}

impl Ink {
    /// What is drawn on this page.
    pub(crate) fn of(page: &PdfPage, geometry: &Geometry) -> Self {
        let (w, h) = geometry.size();
        let bounds = Rect::new(0.0, 0.0, w, h);
        let mut looker = Looker { geometry, bounds, left: MOST, area: 0.0 };
        for object in page.objects().iter() {
            if !looker.look(&object, 0) {
                break;
            }
        }
        Self { scan_share: (looker.area / (w * h).max(1.0)).min(1.0) }
    }
}

struct Looker<'a> {
    geometry: &'a Geometry,
    bounds: Rect,
    left: usize,
    area: f32,
}

impl Looker<'_> {
    fn look(&mut self, object: &PdfPageObject, depth: u32) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        match object {
            PdfPageObject::Image(_) => {
                if let Ok(bounds) = object.bounds() {
                    let rect = self.geometry.rect(
                        bounds.left().value,
                        bounds.bottom().value,
                        bounds.right().value,
                        bounds.top().value,
                    );
                    let seen = Rect::new(
                        rect.x0.max(self.bounds.x0),
                        rect.y0.max(self.bounds.y0),
                        rect.x1.min(self.bounds.x1),
                        rect.y1.min(self.bounds.y1),
                    );
                    let along = |length: f32, side: f32| length >= 0.8 * side;
                    if along(seen.width(), self.bounds.x1) || along(seen.height(), self.bounds.y1) {
                        self.area += seen.width().max(0.0) * seen.height().max(0.0);
                    }
                }
            }
            PdfPageObject::XObjectForm(form) if depth < 4 => {
                for child in form.iter() {
                    if !self.look(&child, depth + 1) {
                        return false;
                    }
                }
            }
            _ => {}
        }
        true
    }
}
