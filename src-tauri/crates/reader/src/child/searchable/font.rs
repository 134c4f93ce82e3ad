//! The font of invisible words: it has one glyph, a line without breadth. (PDFium drops turned text whose glyphs have no
//! extent at all.) Each character used has a number of its own, a
//! table says which character it is (`ToUnicode`), and all numbers show the one glyph. So any script is searchable, and
//! the font costs less than 1 KB.
//!
//! PDF 32000-1:2008, 9.7 (composite fonts), 9.10.3 (ToUnicode CMaps); OpenType 1.9 (the tables).

use std::collections::HashMap;
use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

/// Parts of the font's height above and below the baseline, in thousandths.
pub(super) const ASCENT: f32 = 0.8;
pub(super) const DESCENT: f32 = 0.2;
/// A character's width in font heights.
pub(super) const WIDTH: f32 = 0.5;
const NAME: &str = "PPTRAY+Invisible";

/// The characters used, each with its number from 1.
#[derive(Default)]
pub(super) struct Characters {
    numbers: HashMap<char, u16>,
    list: Vec<char>,
}

impl Characters {
    /// The number of this character; `None` once there are more than a font can hold.
    pub(super) fn number(&mut self, c: char) -> Option<u16> {
        if let Some(number) = self.numbers.get(&c) {
            return Some(*number);
        }
        let number = u16::try_from(self.list.len() + 1).ok()?;
        self.numbers.insert(c, number);
        self.list.push(c);
        Some(number)
    }

    /// Puts the font into the document.
    pub(super) fn add_font(&self, document: &mut Document, font: ObjectId) {
        let (ascent, descent) = (f64::from(ASCENT) * 1000.0, f64::from(DESCENT) * -1000.0);
        let width = f64::from(WIDTH) * 1000.0;
        let file = true_type();
        let length = i64::try_from(file.len()).unwrap_or(0);
        let program = document.add_object(packed(dictionary! { "Length1" => length }, file));
        let descriptor = document.add_object(dictionary! {
            "Type" => "FontDescriptor",
            "FontName" => NAME,
            "Flags" => 5,
            "FontBBox" => vec![0.into(), real(descent), real(width), real(ascent)],
            "ItalicAngle" => 0,
            "Ascent" => real(ascent),
            "Descent" => real(descent),
            "CapHeight" => real(ascent),
            "StemV" => 80,
            "FontFile2" => program,
        });
        // Every number shows glyph 0.
        let glyphs = document.add_object(packed(Dictionary::new(), vec![0; 2 * (self.list.len() + 1)]));
        let descendant = document.add_object(dictionary! {
            "Type" => "Font",
            "Subtype" => "CIDFontType2",
            "BaseFont" => NAME,
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"),
                "Ordering" => Object::string_literal("Identity"),
                "Supplement" => 0,
            },
            "FontDescriptor" => descriptor,
            "DW" => real(width),
            "CIDToGIDMap" => glyphs,
        });
        let meaning = document.add_object(packed(Dictionary::new(), self.to_unicode().into_bytes()));
        document.set_object(
            font,
            dictionary! {
                "Type" => "Font",
                "Subtype" => "Type0",
                "BaseFont" => NAME,
                "Encoding" => "Identity-H",
                "DescendantFonts" => vec![descendant.into()],
                "ToUnicode" => meaning,
            },
        );
    }

    fn to_unicode(&self) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let mut number = 0;
        // At most 100 a block, says the format.
        for block in self.list.chunks(100) {
            let _ = writeln!(map, "{} beginbfchar", block.len());
            for c in block {
                number += 1;
                let _ = write!(map, "<{number:04X}> <");
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(map, "{unit:04X}");
                }
                map.push_str(">\n");
            }
            map.push_str("endbfchar\n");
        }
        map + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    }
}

/// A compressed stream.
pub(super) fn packed(dictionary: Dictionary, bytes: Vec<u8>) -> Stream {
    let mut stream = Stream::new(dictionary, bytes);
    // What cannot be compressed stays as it is.
    let _ = stream.compress();
    stream
}

fn real(value: f64) -> Object {
    Object::Real(value as f32)
}

/// A TrueType font of one glyph: the line from one corner of its box to the other.
fn true_type() -> Vec<u8> {
    const UNITS: u16 = 1000;
    let ascent = (ASCENT * f32::from(UNITS)) as i16;
    let descent = -((DESCENT * f32::from(UNITS)) as i16);
    let width = (WIDTH * f32::from(UNITS)) as u16;
    let mut head = vec![];
    head.extend(0x0001_0000_u32.to_be_bytes()); // version
    head.extend(0x0001_0000_u32.to_be_bytes()); // revision
    head.extend([0; 4]); // checksum adjustment: set below
    head.extend(0x5f0f_3cf5_u32.to_be_bytes());
    head.extend(0_u16.to_be_bytes()); // flags
    head.extend(UNITS.to_be_bytes());
    head.extend([0; 16]); // made, changed
    for edge in [0, descent, width.cast_signed(), ascent] {
        head.extend(edge.to_be_bytes());
    }
    head.extend(0_u16.to_be_bytes()); // style
    head.extend(8_u16.to_be_bytes()); // smallest readable size
    head.extend(2_i16.to_be_bytes()); // direction
    head.extend([0; 4]); // short offsets, format of glyphs
    let mut hhea = 0x0001_0000_u32.to_be_bytes().to_vec();
    hhea.extend(ascent.to_be_bytes());
    hhea.extend(descent.to_be_bytes());
    hhea.extend(0_i16.to_be_bytes());
    hhea.extend(width.to_be_bytes());
    hhea.extend([0; 22]);
    hhea.extend(1_u16.to_be_bytes()); // widths in `hmtx`
    let mut hmtx = width.to_be_bytes().to_vec();
    hmtx.extend([0; 2]);
    let mut maxp = 0x0001_0000_u32.to_be_bytes().to_vec();
    for most in [1_u16, 2, 1] {
        maxp.extend(most.to_be_bytes()); // glyphs, points, contours
    }
    maxp.extend([0; 22]);
    let mut glyf = 1_i16.to_be_bytes().to_vec(); // contours
    for edge in [0, descent, width.cast_signed(), ascent] {
        glyf.extend(edge.to_be_bytes());
    }
    glyf.extend([0, 1, 0, 0, 1, 1]); // last point, no instructions, both on the line
    for step in [0, width.cast_signed(), descent, ascent - descent] {
        glyf.extend(step.to_be_bytes()); // x of both, y of both, each from the one before
    }
    let glyph_words = (glyf.len() / 2) as u8;
    // In the order of their names, as the format wants.
    let tables: [(&[u8; 4], Vec<u8>); 6] = [
        (b"glyf", glyf),
        (b"head", head),
        (b"hhea", hhea),
        (b"hmtx", hmtx),
        (b"loca", vec![0, 0, 0, glyph_words]),
        (b"maxp", maxp),
    ];
    let mut file = 0x0001_0000_u32.to_be_bytes().to_vec();
    for field in [tables.len() as u16, 64, 2, 32] {
        file.extend(field.to_be_bytes());
    }
    let mut offset = 12 + 16 * tables.len();
    let mut head_at = 0;
    for (name, table) in &tables {
        if *name == b"head" {
            head_at = offset;
        }
        file.extend(*name);
        for field in [checksum(table), offset as u32, table.len() as u32] {
            file.extend(field.to_be_bytes());
        }
        offset += table.len().next_multiple_of(4);
    }
    for (_, table) in &tables {
        file.extend(table);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xb1b0_afba_u32.wrapping_sub(checksum(&file));
    file[head_at + 8..head_at + 12].copy_from_slice(&adjustment.to_be_bytes());
    file
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0, |sum, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_keeps_its_number_and_its_meaning() {
        let mut characters = Characters::default();
        let numbers: Vec<_> = "ab€a𝄞".chars().map(|c| characters.number(c)).collect();
        assert_eq!(numbers, [Some(1), Some(2), Some(3), Some(1), Some(4)]);
        let map = characters.to_unicode();
        assert!(map.contains("<0003> <20AC>") && map.contains("<0004> <D834DD1E>"), "{map}");
    }

    #[test]
    fn the_font_file_sums_up() {
        let file = true_type();
        assert_eq!(checksum(&file), 0xb1b0_afba);
        assert_eq!(file.len() % 4, 0);
    }
}
