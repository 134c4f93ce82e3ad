//! Tones and type: what a theme decides once and every slide uses by name.

use papertray_model::deck::{BrandLook, DeckTheme};

/// A colour by what it is for; PowerPoint keeps it as a colour of its theme, so a person can change it everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Running text.
    Ink,
    /// The ground.
    Paper,
    /// Labels and footers.
    Muted,
    /// Behind a missing picture.
    Panel,
    /// Headings, rules, blocks.
    Primary,
    /// The star.
    Accent,
    /// Hairlines.
    Hairline,
    /// On a block of the primary colour.
    OnPrimary,
}

/// Every tone with the name PowerPoint's themes have for it.
pub(crate) const TONES: [(Tone, &str); 8] = [
    (Tone::Ink, "dk1"),
    (Tone::Paper, "lt1"),
    (Tone::Muted, "dk2"),
    (Tone::Panel, "lt2"),
    (Tone::Primary, "accent1"),
    (Tone::Accent, "accent2"),
    (Tone::Hairline, "accent3"),
    (Tone::OnPrimary, "accent4"),
];

/// Red, green, blue.
pub type Colour = [u8; 3];

/// A deck's colours and families.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    tones: [Colour; 8],
    /// The headings' family.
    pub heading: String,
    /// The running text's family.
    pub body: String,
}

impl Palette {
    /// The theme's colours and fonts, with the brand's in place of them.
    pub fn new(theme: DeckTheme, look: &BrandLook) -> Self {
        let (tones, heading, body) = match theme {
            DeckTheme::Quiet => (
                [
                    0x1d_1c_1a, 0xff_ff_ff, 0x7c_78_70, 0xf4_f2_ee, 0x1d_1c_1a, 0xa8_7b_3f, 0xe2_de_d6,
                    0xff_ff_ff,
                ],
                "Arial",
                "Arial",
            ),
            DeckTheme::Editorial => (
                [
                    0xf3_ee_e4, 0x17_16_14, 0xa5_9d_8f, 0x26_24_21, 0xf3_ee_e4, 0xcf_a7_6a, 0x3d_39_33,
                    0x17_16_14,
                ],
                "Georgia",
                "Calibri",
            ),
            DeckTheme::Grid => (
                [
                    0x0d_0d_0d, 0xff_ff_ff, 0x5c_5c_5c, 0xf0_f0_ee, 0x0d_0d_0d, 0xe5_3b_1f, 0x0d_0d_0d,
                    0xff_ff_ff,
                ],
                "Arial",
                "Arial",
            ),
        };
        let mut palette = Self {
            tones: tones.map(|c: u32| [(c >> 16) as u8, (c >> 8) as u8, c as u8]),
            heading: look.heading_font.clone().unwrap_or_else(|| heading.to_owned()),
            body: look.body_font.clone().unwrap_or_else(|| body.to_owned()),
        };
        palette.brand(look);
        palette
    }

    fn brand(&mut self, look: &BrandLook) {
        let read = |text: &Option<String>| text.as_deref().and_then(colour);
        if let Some(paper) = read(&look.background) {
            self.tones[1] = paper;
            // What was chosen for the theme's own ground may not be seen on another one.
            let ink = if light(paper) { [0x1d, 0x1c, 0x1a] } else { [0xf3, 0xee, 0xe4] };
            if contrast(self.tones[0], paper) < 4.5 {
                self.tones[0] = ink;
                self.tones[4] = ink;
            }
            self.tones[2] = mix(self.tones[0], paper, 0.58);
            self.tones[3] = mix(self.tones[0], paper, 0.06);
            self.tones[6] = mix(self.tones[0], paper, 0.16);
        }
        if let Some(text) = read(&look.text) {
            self.tones[0] = text;
        }
        if let Some(primary) = read(&look.primary) {
            self.tones[4] = primary;
            self.tones[7] = if light(primary) { [0x1d, 0x1c, 0x1a] } else { [0xff, 0xff, 0xff] };
        }
        if let Some(accent) = read(&look.accent) {
            self.tones[5] = accent;
        }
    }

    /// The colour of a tone.
    pub fn colour(&self, tone: Tone) -> Colour {
        self.tones[tone as usize]
    }
}

/// Six hexadecimal digits, with or without `#`.
fn colour(text: &str) -> Option<Colour> {
    let digits = text.trim().trim_start_matches('#');
    let plain = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let value = plain.then(|| u32::from_str_radix(digits, 16).ok()).flatten()?;
    Some([(value >> 16) as u8, (value >> 8) as u8, value as u8])
}

/// Relative luminance, WCAG 2.
fn luminance(colour: Colour) -> f32 {
    let [r, g, b] = colour.map(|c| {
        let c = f32::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// Contrast ratio, WCAG 2: 1 to 21.
fn contrast(a: Colour, b: Colour) -> f32 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    if a > b { a / b } else { b / a }
}

fn light(colour: Colour) -> bool {
    luminance(colour) > 0.18
}

/// `share` of `a` on `b`.
fn mix(a: Colour, b: Colour, share: f32) -> Colour {
    std::array::from_fn(|i| (f32::from(a[i]) * share + f32::from(b[i]) * (1.0 - share)).round() as u8)
}

/// How a stretch of text is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// In the headings' family; else in the running text's.
    pub heading: bool,
    /// Bold.
    pub bold: bool,
    /// In points.
    pub size: f32,
    /// Its colour.
    pub tone: Tone,
    /// Added after every sign, in points.
    pub tracking: f32,
    /// From line to line, in parts of the size.
    pub leading: f32,
}

impl Style {
    /// Running text.
    pub fn body(size: f32) -> Self {
        Self { heading: false, bold: false, size, tone: Tone::Ink, tracking: 0.0, leading: 1.25 }
    }

    /// A heading.
    pub fn heading(size: f32) -> Self {
        Self { heading: true, bold: false, size, tone: Tone::Primary, tracking: 0.0, leading: 1.15 }
    }

    /// In another tone.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// In bold.
    #[must_use]
    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// With so many points after every sign.
    #[must_use]
    pub fn tracked(self, tracking: f32) -> Self {
        Self { tracking, ..self }
    }

    /// With another distance of lines.
    #[must_use]
    pub fn leading(self, leading: f32) -> Self {
        Self { leading, ..self }
    }

    /// In another size, with the tracking in proportion.
    #[must_use]
    pub fn sized(&self, size: f32) -> Self {
        let tracking = if self.size > 0.0 { self.tracking * size / self.size } else { 0.0 };
        Self { size, tracking, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_seen_on_any_ground_a_brand_chooses() {
        for theme in [DeckTheme::Quiet, DeckTheme::Editorial, DeckTheme::Grid] {
            for background in ["#000000", "#ffffff", "7f7f7f", "#f6d5c8", "#10243f", "rubbish", ""] {
                let look = BrandLook { background: Some(background.into()), ..BrandLook::default() };
                let palette = Palette::new(theme, &look);
                let found = contrast(palette.colour(Tone::Ink), palette.colour(Tone::Paper));
                assert!(found > 3.9, "{theme:?} on {background}: {found}");
            }
        }
    }
}
