//! Whether anything is drawn on a page.

use image::GrayImage;

/// Whether next to no pixel differs from the page's ground: a white sheet, an evenly gray one, a few specks of dust.
pub(crate) fn is_blank(page: &GrayImage) -> bool {
    /// How much darker than the ground ink is, of 255.
    const INK: u8 = 48;
    /// Specks: fewer than one pixel in so many.
    const SPECKS: usize = 20_000;
    let mut histogram = [0usize; 256];
    for pixel in page.as_raw() {
        histogram[usize::from(*pixel)] += 1;
    }
    let ground = (0u8..=255).max_by_key(|v| histogram[usize::from(*v)]).unwrap_or(255);
    let other: usize =
        (0u8..=255).filter(|v| v.abs_diff(ground) > INK).map(|v| histogram[usize::from(v)]).sum();
    other * SPECKS < page.as_raw().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speck_is_not_ink_but_a_word_is() {
        let mut page = GrayImage::from_pixel(400, 400, image::Luma([250]));
        page.put_pixel(3, 3, image::Luma([0]));
        assert!(is_blank(&page));
        for x in 10..40 {
            page.put_pixel(x, 20, image::Luma([0]));
        }
        assert!(!is_blank(&page));
    }
}
