//! Pictures as pages of a PDF, with their words.

use lopdf::{Document, Object, dictionary};
use papertray_reader::ReadError;

use super::font::packed;
use super::layer::FONT;
use super::picture::Embedded;
use super::{Copy, Layers, Made, failed};
use crate::child::pdf::Geometry;

/// A page's longer side in points where the picture does not say how large it is: A4.
const LONGER: f32 = 842.0;
/// No page is longer: PDF readers' own bound.
const LONGEST: f32 = 14_400.0;

/// A picture that becomes a page.
pub(crate) struct Wrapped {
    pub(crate) picture: Embedded,
    /// Pixels per inch, where the picture says so.
    pub(crate) dpi: Option<f32>,
}

/// A PDF of these pictures; `picture` tells that of a page.
pub(crate) fn wrap(
    page_count: u32,
    copy: &Copy,
    mut picture: impl FnMut(u32) -> Result<Wrapped, ReadError>,
) -> Result<Made, ReadError> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.new_object_id();
    let mut layers = Layers::default();
    let mut kids: Vec<Object> = vec![];
    for number in 1..=page_count {
        let Wrapped { picture, dpi } = picture(number)?;
        let scale = points_per_pixel(picture.width, picture.height, dpi);
        let (width, height) = (picture.width as f32 * scale, picture.height as f32 * scale);
        let words = copy.pages().get(&number);
        let rotation = words.map_or(0, |page| page.rotation);
        let frame = Geometry::new(0.0, 0.0, width, height, rotation);
        let layer = words.and_then(|page| layers.content(page, &frame, |_| true)).unwrap_or_default();
        let content = format!("{layer}q {width:.3} 0 0 {height:.3} 0 0 cm /Scan Do Q\n");
        let content = document.add_object(packed(lopdf::Dictionary::new(), content.into_bytes()));
        let picture = document.add_object(picture.into_stream());
        kids.push(
            document
                .add_object(dictionary! {
                    "Type" => "Page",
                    "Parent" => tree,
                    "MediaBox" => vec![0.into(), 0.into(), width.into(), height.into()],
                    "Rotate" => i64::from(rotation),
                    "Contents" => content,
                    "Resources" => dictionary! {
                        "Font" => dictionary! { FONT => font },
                        "XObject" => dictionary! { "Scan" => picture },
                    },
                })
                .into(),
        );
    }
    layers.characters.add_font(&mut document, font);
    let count = i64::from(page_count);
    document.set_object(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = vec![];
    document.save_to(&mut bytes).map_err(|e| failed(&e))?;
    Ok(Made { bytes, behind_original: false })
}

fn points_per_pixel(width: u32, height: u32, dpi: Option<f32>) -> f32 {
    let longer = width.max(height).max(1) as f32;
    let scale = dpi.filter(|dpi| (50.0..=2400.0).contains(dpi)).map_or(LONGER / longer, |dpi| 72.0 / dpi);
    scale.min(LONGEST / longer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_large_as_its_paper_was() {
        assert!((points_per_pixel(2480, 3508, Some(300.0)) * 3508.0 - 841.9).abs() < 0.1);
        assert!((points_per_pixel(1000, 2000, None) * 2000.0 - LONGER).abs() < 0.1);
        assert!(
            (points_per_pixel(1000, 2000, Some(1.0)) * 2000.0 - LONGER).abs() < 0.1,
            "72 by default means nothing"
        );
    }
}
