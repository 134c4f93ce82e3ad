//! How much of a page a scan covers.

use papertray_model::Rect;

use super::source::Page;

/// The share of the page, 0 to 1, that pictures cover which run along most of a side: a scan, or its strips. Photos
/// beside text are smaller.
pub(super) fn scan_share(page: &dyn Page) -> f32 {
    let size = page.geometry().size();
    let mut area = 0.0;
    page.each_picture(&mut |picture| area += scanned_area(&picture, size));
    (area / (size.0 * size.1).max(1.0)).min(1.0)
}

fn scanned_area(picture: &Rect, (w, h): (f32, f32)) -> f32 {
    const ALONG: f32 = 0.8;
    let width = picture.x1.min(w) - picture.x0.max(0.0);
    let height = picture.y1.min(h) - picture.y0.max(0.0);
    let along = width >= ALONG * w || height >= ALONG * h;
    if along && width > 0.0 && height > 0.0 { width * height } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_count_and_photos_do_not() {
        let size = (600.0, 800.0);
        assert!((scanned_area(&Rect::new(0.0, 100.0, 600.0, 120.0), size) - 12_000.0).abs() < 1.0);
        assert!(scanned_area(&Rect::new(50.0, 100.0, 300.0, 400.0), size).abs() < 1.0);
        assert!((scanned_area(&Rect::new(-100.0, -100.0, 700.0, 900.0), size) - 480_000.0).abs() < 1.0);
    }
}
