//! Pixels of a page: gray or RGB, 8 bits, on white; scaled, turned, packed as PNG.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, GrayImage, RgbImage, imageops};
use papertray_reader::{Picture, ReadError};

/// A page's pixels.
pub(crate) enum Raster {
    Gray(GrayImage),
    Rgb(RgbImage),
}

impl Default for Raster {
    fn default() -> Self {
        Self::Gray(GrayImage::default())
    }
}

impl Raster {
    /// Of a decoded picture: what is transparent becomes white; gray where it has no colour.
    pub(crate) fn of(picture: DynamicImage) -> Self {
        match picture {
            DynamicImage::ImageLuma8(gray) => Self::Gray(gray),
            DynamicImage::ImageLuma16(_) => Self::Gray(picture.into_luma8()),
            DynamicImage::ImageRgb8(rgb) => Self::Rgb(rgb).without_idle_colour(),
            other if other.color().has_alpha() => {
                let rgba = other.into_rgba8();
                let mut rgb = RgbImage::new(rgba.width(), rgba.height());
                for (to, from) in rgb.pixels_mut().zip(rgba.pixels()) {
                    let [r, g, b, a] = from.0.map(u32::from);
                    to.0 = [r, g, b].map(|c| ((c * a + 255 * (255 - a) + 127) / 255) as u8);
                }
                Self::Rgb(rgb).without_idle_colour()
            }
            other => Self::Rgb(other.into_rgb8()).without_idle_colour(),
        }
    }

    pub(crate) fn width(&self) -> u32 {
        match self {
            Self::Gray(p) => p.width(),
            Self::Rgb(p) => p.width(),
        }
    }

    pub(crate) fn height(&self) -> u32 {
        match self {
            Self::Gray(p) => p.height(),
            Self::Rgb(p) => p.height(),
        }
    }

    /// Gray, where no pixel has a colour that an eye would see.
    pub(crate) fn without_idle_colour(self) -> Self {
        const SEEN: u8 = 12;
        match self {
            Self::Rgb(rgb)
                if rgb.pixels().all(|p| {
                    let [r, g, b] = p.0;
                    r.max(g).max(b) - r.min(g).min(b) <= SEEN
                }) =>
            {
                Self::Gray(GrayImage::from_fn(rgb.width(), rgb.height(), |x, y| {
                    image::Luma([rgb.get_pixel(x, y).0[1]])
                }))
            }
            other => other,
        }
    }

    /// A gray copy, its longer side at most `side`.
    pub(crate) fn gray_within(&self, side: u32) -> Result<GrayImage, ReadError> {
        Ok(match self.within(side)? {
            Some(Self::Gray(p)) => p,
            Some(Self::Rgb(p)) => DynamicImage::ImageRgb8(p).into_luma8(),
            None => match self {
                Self::Gray(p) => p.clone(),
                Self::Rgb(p) => imageops::grayscale(p),
            },
        })
    }

    /// Turned clockwise by a multiple of 90 degrees.
    pub(crate) fn turned(self, degrees: u16) -> Self {
        match (self, degrees) {
            (Self::Gray(p), 90) => Self::Gray(imageops::rotate90(&p)),
            (Self::Gray(p), 180) => Self::Gray(imageops::rotate180(&p)),
            (Self::Gray(p), 270) => Self::Gray(imageops::rotate270(&p)),
            (Self::Rgb(p), 90) => Self::Rgb(imageops::rotate90(&p)),
            (Self::Rgb(p), 180) => Self::Rgb(imageops::rotate180(&p)),
            (Self::Rgb(p), 270) => Self::Rgb(imageops::rotate270(&p)),
            (same, _) => same,
        }
    }

    /// A copy of exactly this size.
    pub(crate) fn resized(&self, width: u32, height: u32) -> Result<Self, ReadError> {
        let (from, to) = ((self.width(), self.height()), (width, height));
        match self {
            Self::Gray(p) => {
                GrayImage::from_raw(width, height, scaled(p.as_raw(), from, to)?).map(Self::Gray)
            }
            Self::Rgb(p) => {
                let mut rgb = vec![0; width as usize * height as usize * 3];
                for channel in 0..3 {
                    let plane: Vec<u8> = p.as_raw().iter().skip(channel).step_by(3).copied().collect();
                    let small = scaled(&plane, from, to)?;
                    for (to, v) in rgb.iter_mut().skip(channel).step_by(3).zip(small) {
                        *to = v;
                    }
                }
                RgbImage::from_raw(width, height, rgb).map(Self::Rgb)
            }
        }
        .ok_or_else(|| ReadError::internal("A scaled picture has the wrong size."))
    }

    /// A smaller copy whose longer side is `side`; `None` where the picture is no larger than that.
    fn within(&self, side: u32) -> Result<Option<Self>, ReadError> {
        let (w, h) = (self.width(), self.height());
        let longer = w.max(h);
        if longer <= side || side == 0 {
            return Ok(None);
        }
        let scale = f64::from(side) / f64::from(longer);
        let scaled = |n: u32| ((f64::from(n) * scale).round() as u32).max(1);
        self.resized(scaled(w), scaled(h)).map(Some)
    }

    /// A PNG whose longer side is at most `side`.
    pub(crate) fn to_picture(&self, side: u32) -> Result<Picture, ReadError> {
        match self.within(side)? {
            Some(smaller) => smaller.to_png(),
            None => self.to_png(),
        }
    }

    fn to_png(&self) -> Result<Picture, ReadError> {
        let (width, height) = (self.width(), self.height());
        Ok(Picture { png: self.png(png::Compression::Fast)?, width, height })
    }

    /// A PNG file as small as it gets in a moment.
    pub(crate) fn to_png_packed(&self) -> Result<Vec<u8>, ReadError> {
        self.png(png::Compression::Balanced)
    }

    fn png(&self, compression: png::Compression) -> Result<Vec<u8>, ReadError> {
        let (bytes, colour) = match self {
            Self::Gray(p) => (p.as_raw(), png::ColorType::Grayscale),
            Self::Rgb(p) => (p.as_raw(), png::ColorType::Rgb),
        };
        let mut out = vec![];
        let mut encoder = png::Encoder::new(&mut out, self.width(), self.height());
        encoder.set_color(colour);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(compression);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(bytes))
            .map_err(|e| ReadError::internal(format!("The page's picture could not be made: {e}.")))?;
        Ok(out)
    }
}

/// A copy of exactly this size.
pub(crate) fn scaled_gray(page: &GrayImage, width: u32, height: u32) -> Result<GrayImage, ReadError> {
    let plane = scaled(page.as_raw(), page.dimensions(), (width, height))?;
    GrayImage::from_raw(width, height, plane)
        .ok_or_else(|| ReadError::internal("A scaled picture has the wrong size."))
}

/// A scaled plane. Of gray only: the library compiles hundreds of functions for each further kind of pixel.
fn scaled(plane: &[u8], from: (u32, u32), to: (u32, u32)) -> Result<Vec<u8>, ReadError> {
    let failed =
        |e: &dyn std::fmt::Display| ReadError::internal(format!("A picture could not be scaled: {e}."));
    let source = TypedImageRef::<U8>::from_buffer(from.0, from.1, plane).map_err(|e| failed(&e))?;
    let mut target = vec![0; to.0 as usize * to.1 as usize];
    let mut view = TypedImage::<U8>::from_buffer(to.0, to.1, &mut target).map_err(|e| failed(&e))?;
    let options =
        ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear)).use_alpha(false);
    Resizer::new().resize_typed(&source, &mut view, &options).map_err(|e| failed(&e))?;
    drop(view);
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transparent_becomes_white_and_gray_stays_gray() {
        let clear = image::RgbaImage::from_pixel(2, 2, image::Rgba([0, 0, 0, 0]));
        match Raster::of(DynamicImage::ImageRgba8(clear)) {
            Raster::Gray(p) => assert_eq!(p.get_pixel(0, 0).0, [255]),
            Raster::Rgb(_) => panic!("white has no colour"),
        }
    }

    #[test]
    fn a_picture_is_never_larger_than_its_source() {
        let small = Raster::Gray(GrayImage::new(30, 10));
        let picture = small.to_picture(1800).unwrap();
        assert_eq!((picture.width, picture.height), (30, 10));
        let shrunk = small.to_picture(15).unwrap();
        assert_eq!((shrunk.width, shrunk.height), (15, 5));
    }
}
