//! No page, however broken, may panic or take long.

use std::time::Instant;

use papertray_model::{Code, PageMeaning, PageReading, PageSource, Rect, Unit, Word};
use papertray_understand::{DescribeInput, describe, understand_document, understand_page};

/// A small generator with a fixed seed (xorshift), so a failure repeats.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides.max(1)
    }
}

const WORDS: [&str; 64] = [
    "INVOICE",
    "Total",
    "total:",
    "Date:",
    "12/05/2018",
    "31.02.2018",
    "05.06.2018",
    "$1,234.50",
    "1.234,50",
    "€",
    "₹1,23,456.00",
    "RM",
    "Rechnung",
    "Nr.",
    "GSTIN",
    "27AAPFU0939F1ZV",
    "e-Way",
    "Bill",
    "No:",
    "1755",
    "4136",
    "2800",
    "Qty",
    "Description",
    "Amount",
    "Unit",
    "price",
    "GmbH",
    "SDN",
    "BHD",
    "(",
    ")",
    "-",
    ":",
    "",
    " ",
    "🧾",
    "é́́́",
    "合計",
    "年",
    "2026年5月12日",
    "\u{202e}",
    "\u{0}",
    "ﬁ",
    "İ",
    "ß",
    "99999999999999999999",
    "0",
    "-0.00",
    ".",
    ",",
    "[",
    "]",
    "[x]",
    "#",
    "%",
    "19%",
    "a@b.c",
    "http://x",
    "for",
    "CASH",
    "CHANGE",
    "May",
    "Mon,",
];

fn number(dice: &mut Dice) -> f32 {
    match dice.roll(24) {
        0 => f32::NAN,
        1 => f32::INFINITY,
        2 => -1e30,
        3 => 0.0,
        _ => dice.roll(800) as f32 + dice.roll(100) as f32 / 100.0,
    }
}

fn page(dice: &mut Dice, words: u64) -> PageReading {
    let mut page = PageReading::empty(1, Unit::Px, number(dice), number(dice), PageSource::Ocr);
    for _ in 0..words {
        let (x, y) = (number(dice), (number(dice) / 12.0).floor() * 12.0);
        let text = WORDS[dice.roll(WORDS.len() as u64) as usize];
        let text = match dice.roll(12) {
            0 => text.repeat(dice.roll(40) as usize),
            1 => format!("{text}{}", WORDS[dice.roll(WORDS.len() as u64) as usize]),
            _ => text.to_owned(),
        };
        let bbox = if dice.roll(10) == 0 {
            Rect::new(number(dice), number(dice), number(dice), number(dice))
        } else {
            Rect::new(x, y, x + 40.0, y + 10.0)
        };
        page.words.push(Word { text, bbox, confidence: number(dice), line: dice.roll(50) as u32 });
    }
    if dice.roll(4) == 0 {
        page.codes.push(Code {
            kind: "qr".into(),
            text: "x/y".into(),
            bbox: Rect::new(f32::NAN, 0.0, 1.0, 1.0),
        });
    }
    page
}

#[test]
fn random_pages_do_not_panic() {
    let mut dice = Dice(0x5eed_cafe_f00d);
    for round in 0..400 {
        let pages: Vec<PageReading> = (0..=dice.roll(3))
            .map(|n| {
                let count = dice.roll(120);
                let mut page = page(&mut dice, count);
                page.page_number = if round % 7 == 0 { u32::MAX } else { n as u32 + 1 };
                page
            })
            .collect();
        let meanings: Vec<PageMeaning> = pages.iter().map(understand_page).collect();
        let meaning = understand_document(&pages.iter().zip(&meanings).collect::<Vec<_>>());
        for field in meaning.fields.values() {
            assert!((0.0..=1.0).contains(&field.confidence) && !field.value.is_empty());
        }
        let readings: Vec<&PageReading> = pages.iter().collect();
        let metadata = describe(
            &DescribeInput { filename: "a.pdf", meaning: &meaning, pages: &readings },
            &mut |_, _| {},
        );
        assert!(!metadata.display_name.is_empty() && metadata.tags.len() <= 6);
    }
}

#[test]
fn a_huge_page_is_quick() {
    let mut dice = Dice(42);
    // Unoptimised test builds are some fifteen times slower than the program.
    let (words, limit) = if cfg!(debug_assertions) { (4_000, 6.0) } else { (20_000, 1.0) };
    for shape in 0..5 {
        let mut reading = PageReading::empty(1, Unit::Pt, 600.0, 800.0, PageSource::TextLayer);
        for i in 0..words {
            let text = WORDS[dice.roll(WORDS.len() as u64) as usize].to_owned();
            let (x, y) = match shape {
                // One endless row, two of them, one endless column, a grid, all in one place.
                4 => ((i / 2) as f32 * 40.0, 10.0 + (i % 2) as f32 * 12.0),
                0 => (i as f32 * 40.0, 10.0),
                1 => (10.0, i as f32 * 12.0),
                2 => ((i % 60) as f32 * 40.0, (i / 60) as f32 * 12.0),
                _ => (10.0, 10.0),
            };
            let bbox = Rect::new(x, y, x + 30.0, y + 10.0);
            reading.words.push(Word { text, bbox, confidence: 1.0, line: 0 });
        }
        let start = Instant::now();
        let meaning = understand_page(&reading);
        let _ = understand_document(&[(&reading, &meaning)]);
        let took = start.elapsed().as_secs_f32();
        assert!(took < limit * 2.0, "shape {shape}: {took} s");
    }
}
