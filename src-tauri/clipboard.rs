//! The system's clipboard: files that were copied in a file manager, or a picture from anywhere.

use std::{io::Cursor, path::PathBuf};

use image::{ImageFormat, RgbaImage};
use papertray_model::{ErrorCode, UserError};

/// What the clipboard holds that can become documents.
pub(crate) enum Pasted {
    Nothing,
    Files(Vec<PathBuf>),
    Picture { name: String, png: Vec<u8> },
}

/// Looks at the clipboard. May wait for the program that owns its content, so not for the main thread.
pub(crate) fn look() -> Result<Pasted, UserError> {
    let mut clipboard = arboard::Clipboard::new().map_err(|e| cannot(&e))?;
    match clipboard.get().file_list() {
        Ok(files) if !files.is_empty() => return Ok(Pasted::Files(files)),
        Ok(_) | Err(arboard::Error::ContentNotAvailable) => {}
        Err(e) => return Err(cannot(&e)),
    }
    let picture = match clipboard.get_image() {
        Ok(picture) => picture,
        Err(arboard::Error::ContentNotAvailable) => return Ok(Pasted::Nothing),
        Err(e) => return Err(cannot(&e)),
    };
    let (width, height) = (picture.width as u32, picture.height as u32);
    let pixels = RgbaImage::from_raw(width, height, picture.bytes.into_owned());
    let Some(pixels) = pixels else { return Ok(Pasted::Nothing) };
    let mut png = Cursor::new(vec![]);
    // Documents have no see-through parts: what shows through is paper.
    let flat = image::DynamicImage::ImageRgb8(on_paper(&pixels));
    flat.write_to(&mut png, ImageFormat::Png).map_err(|e| cannot(&e))?;
    let now = jiff::Zoned::now().strftime("%Y-%m-%d %H.%M.%S").to_string();
    Ok(Pasted::Picture { name: format!("Pasted {now}.png"), png: png.into_inner() })
}

fn on_paper(pixels: &RgbaImage) -> image::RgbImage {
    image::RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let [red, green, blue, alpha] = pixels.get_pixel(x, y).0;
        let over = |ink: u8| {
            let (ink, alpha) = (u16::from(ink), u16::from(alpha));
            ((ink * alpha + 255 * (255 - alpha)) / 255) as u8
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

fn cannot(error: &dyn std::fmt::Display) -> UserError {
    UserError::new(
        ErrorCode::Io,
        format!("The clipboard could not be read: {error}."),
        "Save what you copied as a file and drop it here.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_see_through_is_paper() {
        let pixels = RgbaImage::from_raw(3, 1, vec![0, 0, 0, 0, 0, 0, 0, 255, 100, 0, 0, 128]).unwrap();
        let flat = on_paper(&pixels);
        assert_eq!(flat.as_raw()[..6], [255, 255, 255, 0, 0, 0]);
        assert!(flat.get_pixel(2, 0).0[0] > 170 && flat.get_pixel(2, 0).0[1] > 120);
    }
}
