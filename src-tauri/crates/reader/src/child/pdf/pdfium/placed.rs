//! Pictures as they are placed on a page, through forms within forms.

use pdfium_render::prelude::{
    PdfBitmap, PdfBitmapFormat, PdfPage, PdfPageImageObject, PdfPageObject, PdfPageObjectsCommon,
    PdfPathSegments, PdfRenderConfig,
};

use super::super::geometry::Geometry;
use super::super::source::{Placed, VisitPlaced};
use super::{DEPTH, MOST_OBJECTS};
use papertray_model::Rect;

/// A 2 × 3 matrix: `x' = a·x + c·y + e`, `y' = b·x + d·y + f` (PDF 32000-1, 8.3.3).
#[derive(Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    fn point(self, x: f32, y: f32) -> (f32, f32) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// First `self`, then `outer`.
    fn then(self, outer: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [oa, ob, oc, od, ..] = outer.0;
        let (e, f) = outer.point(e, f);
        Self([oa * a + oc * b, ob * a + od * b, oa * c + oc * d, ob * c + od * d, e, f])
    }

    fn of(object: &PdfPageObject) -> Self {
        object.matrix().map_or(Self::IDENTITY, |m| Self([m.a(), m.b(), m.c(), m.d(), m.e(), m.f()]))
    }

    /// The box around a box, in the same coordinates: bottom before top.
    fn rect(self, r: &Rect) -> Rect {
        let corners = [(r.x0, r.y0), (r.x1, r.y0), (r.x0, r.y1), (r.x1, r.y1)].map(|(x, y)| self.point(x, y));
        around(&corners).unwrap_or(*r)
    }
}

fn around(points: &[(f32, f32)]) -> Option<Rect> {
    let first = points.first()?;
    let start = Rect::new(first.0, first.1, first.0, first.1);
    Some(points.iter().fold(start, |r, (x, y)| r.union(&Rect::new(*x, *y, *x, *y))))
}

fn cut(a: &Rect, b: &Rect) -> Rect {
    Rect::new(a.x0.max(b.x0), a.y0.max(b.y0), a.x1.min(b.x1), a.y1.min(b.y1))
}

/// Where an object is met: the way from its coordinates to the page's, and what clips it there.
struct Way {
    matrix: Matrix,
    clip: Rect,
    depth: u32,
}

/// Calls `visit` for every object that is no form, in the order they are painted, at most [`MOST_OBJECTS`].
fn walk(page: &PdfPage, visit: &mut dyn FnMut(&mut PdfPageObject, &Way)) {
    let everything = Rect::new(f32::MIN, f32::MIN, f32::MAX, f32::MAX);
    let way = Way { matrix: Matrix::IDENTITY, clip: everything, depth: DEPTH };
    let mut left = MOST_OBJECTS;
    for mut object in page.objects().iter() {
        step(&mut object, &way, &mut left, visit);
    }
}

fn step(
    object: &mut PdfPageObject,
    way: &Way,
    left: &mut usize,
    visit: &mut dyn FnMut(&mut PdfPageObject, &Way),
) {
    if *left == 0 {
        return;
    }
    *left -= 1;
    let clip = clip_of(object).map_or(way.clip, |own| cut(&way.clip, &way.matrix.rect(&own)));
    if let PdfPageObject::XObjectForm(form) = object {
        if way.depth == 0 {
            return;
        }
        let matrix =
            form.matrix().map_or(Matrix::IDENTITY, |m| Matrix([m.a(), m.b(), m.c(), m.d(), m.e(), m.f()]));
        let inner = Way { matrix: matrix.then(way.matrix), clip, depth: way.depth - 1 };
        for mut child in form.iter() {
            step(&mut child, &inner, left, visit);
        }
    } else {
        visit(object, &Way { matrix: way.matrix, clip, depth: way.depth });
    }
}

/// The box around what an object's clip leaves, in the object's surroundings' coordinates.
fn clip_of(object: &PdfPageObject) -> Option<Rect> {
    let path = object.get_clip_path()?;
    let mut clip: Option<Rect> = None;
    for index in path.as_range() {
        let Ok(segments) = path.get(index) else { continue };
        let points: Vec<(f32, f32)> = segments
            .iter()
            .map(|segment| {
                let (x, y) = segment.point();
                (x.value, y.value)
            })
            .collect();
        if let Some(own) = around(&points) {
            clip = Some(clip.map_or(own, |clip| cut(&clip, &own)));
        }
    }
    clip
}

pub(super) fn each(page: &PdfPage, geometry: &Geometry, visit: &mut VisitPlaced<'_>) {
    let (width, height) = geometry.size();
    let seen = Rect::new(0.0, 0.0, width, height);
    let mut number = 0;
    walk(page, &mut |object, way| {
        let PdfPageObject::Image(image) = &*object else { return };
        let own = number;
        number += 1;
        let matrix = Matrix::of(object).then(way.matrix);
        // A picture fills the unit square of its own coordinates.
        let placed = matrix.rect(&Rect::new(0.0, 0.0, 1.0, 1.0));
        let on_page = |r: &Rect| geometry.rect(r.x0, r.y0, r.x1, r.y1);
        let whole = on_page(&placed);
        let rect = cut(&on_page(&cut(&placed, &way.clip)), &seen);
        let pixels = |side: Result<i32, _>| side.ok().and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        let (width, height) = (pixels(image.width()), pixels(image.height()));
        visit(Placed { number: own, whole, rect, width, height }, &|| jpeg(image));
    });
}

/// The JPEG file that a picture is stored as, where it is stored as one and not packed again.
fn jpeg(image: &PdfPageImageObject) -> Option<Vec<u8>> {
    let filters = image.filters();
    let only = filters.len() == 1 && filters.get(0).is_ok_and(|f| f.name() == "DCTDecode");
    let bytes = if only { image.get_raw_image_data().ok()? } else { vec![] };
    bytes.starts_with(&[0xff, 0xd8]).then_some(bytes)
}

pub(super) fn draw(
    page: &PdfPage,
    pictures: &[usize],
    area: &Rect,
    width: i32,
    height: i32,
) -> Option<Vec<u8>> {
    let mut number = 0;
    walk(page, &mut |object, _| {
        let mut wanted = false;
        if matches!(object, PdfPageObject::Image(_)) {
            wanted = pictures.contains(&number);
            number += 1;
        }
        // Where the library refuses, the object is drawn along; better than no picture.
        let _ = if wanted { object.set_active() } else { object.set_inactive() };
    });
    let drawn = draw_area(page, area, width, height);
    walk(page, &mut |object, _| {
        let _ = object.set_active();
    });
    drawn
}

fn draw_area(page: &PdfPage, area: &Rect, width: i32, height: i32) -> Option<Vec<u8>> {
    let (sx, sy) = (width as f32 / area.width(), height as f32 / area.height());
    let config = PdfRenderConfig::new()
        .set_fixed_size(width, height)
        .set_format(PdfBitmapFormat::BGR)
        .set_reverse_byte_order(true)
        .render_annotations(false)
        .render_form_data(false)
        .transform(sx, 0.0, 0.0, sy, -area.x0 * sx, -area.y0 * sy)
        .ok()?
        .clip(0, 0, width, height);
    let mut bitmap = PdfBitmap::empty(width, height, PdfBitmapFormat::BGR).ok()?;
    page.render_into_bitmap_with_config(&mut bitmap, &config).ok()?;
    Some(bitmap.as_raw_bytes())
}
