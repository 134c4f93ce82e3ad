//! A seeded harness for what strangers' bytes reach: message decoding, the logic of text layers, tables, codes. A test runs a bounded number of seeds; `PAPERTRAY_FUZZ_SECONDS` runs on for so long.

use std::time::{Duration, Instant};

use image::GrayImage;
use papertray_model::{PageReading, PageSource, Rect, Unit, Word};
use papertray_reader::wire::{
    Answer, PageRead, REQUEST_CAP, Request, SearchablePage, read_frame, write_frame,
};
use papertray_reader::{OpenOptions, PageOptions, ReadError};

use super::codes;
use super::layout::{Rules, tables};
use super::paint::Raster;
use super::pdf::{Geometry, fuzz_layer};

/// xorshift64* (Vigna 2016): the same seed gives the same bytes.
pub(super) struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `most`.
    pub(super) fn below(&mut self, most: u64) -> u64 {
        self.next() % most.max(1)
    }

    /// A length as pages have them, now and then one that no page has.
    pub(super) fn length(&mut self) -> f32 {
        match self.below(24) {
            0 => f32::NAN,
            1 => f32::INFINITY,
            2 => -1e30,
            3 => 1e30,
            4 => 0.0,
            _ => self.below(8000) as f32 / 10.0 - 50.0,
        }
    }

    fn rect(&mut self) -> Rect {
        let (x, y) = (self.length(), self.length());
        if self.below(8) == 0 {
            return Rect::new(x, y, self.length(), self.length());
        }
        Rect::new(x, y, x + self.below(900) as f32 / 10.0, y + self.below(200) as f32 / 10.0)
    }

    fn text(&mut self) -> String {
        let length = self.below(12);
        (0..length)
            .map(|_| match self.below(6) {
                0 => char::from_u32(self.below(0x11_0000) as u32).unwrap_or('\u{fffd}'),
                1 => char::from(b'0' + self.below(10) as u8),
                2 => ['<', '&', '"', '\'', '\n', '.'][self.below(6) as usize],
                _ => char::from(b'a' + self.below(26) as u8),
            })
            .collect()
    }

    fn words(&mut self) -> Vec<Word> {
        let mut line = 0;
        (0..self.below(120))
            .map(|_| {
                line += u32::from(self.below(4) == 0);
                Word { text: self.text(), bbox: self.rect(), confidence: 1.0, line }
            })
            .collect()
    }
}

/// Runs `play` with seeds from 1: `usual` of them, or for as long as the environment says.
fn seeds(usual: u64, mut play: impl FnMut(&mut Random)) {
    let seconds = std::env::var("PAPERTRAY_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok());
    let until = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut seed = 0;
    while until.map_or(seed < usual, |until| Instant::now() < until) {
        seed += 1;
        play(&mut Random::new(seed));
    }
}

#[test]
fn messages_of_any_bytes_are_refused_or_understood() {
    let mut page = PageReading::empty(1, Unit::Pt, 595.0, 842.0, PageSource::Ocr);
    let mut random = Random::new(7);
    page.words = random.words();
    let requests = [
        Request::Open { path: b"/a".to_vec(), options: OpenOptions::default() },
        Request::ReadPage { number: 1, options: PageOptions::default() },
        Request::Searchable(papertray_reader::wire::SearchableStep::Page(SearchablePage {
            number: 1,
            rotation: 90,
            width: 1.0,
            height: 2.0,
            words: vec![("a".into(), Rect::default())],
        })),
    ];
    let answers = [
        Answer::Page(Box::new(PageRead { page, picture: None, incomplete: None, elapsed_ms: 3 })),
        Answer::Failed(ReadError::corrupt("no")),
    ];
    let mut samples: Vec<Vec<u8>> = vec![];
    for request in &requests {
        let mut bytes = vec![];
        write_frame(&mut bytes, request, REQUEST_CAP).unwrap();
        samples.push(bytes);
    }
    for answer in &answers {
        let mut bytes = vec![];
        write_frame(&mut bytes, answer, REQUEST_CAP).unwrap();
        samples.push(bytes);
    }
    seeds(4000, |random| {
        let mut bytes = samples[random.below(samples.len() as u64) as usize].clone();
        for _ in 0..=random.below(6) {
            let at = random.below(bytes.len() as u64) as usize;
            match random.below(4) {
                0 => bytes[at] = random.next() as u8,
                1 => bytes[at] ^= 1 << random.below(8),
                2 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, random.next() as u8),
            }
        }
        // Refused or understood, and never more memory than the cap: both are fine, a panic is not.
        let _ = read_frame::<Request>(&mut bytes.as_slice(), REQUEST_CAP);
        let _ = read_frame::<Answer>(&mut bytes.as_slice(), REQUEST_CAP);
    });
}

#[test]
fn tables_of_any_words_are_well_formed() {
    seeds(1500, |random| {
        let words = random.words();
        let mut rules = Rules::of_page(842.0);
        for _ in 0..random.below(60) {
            let mut bbox = random.rect();
            match random.below(3) {
                0 => bbox.y1 = bbox.y0,
                1 => bbox.x1 = bbox.x0,
                _ => {}
            }
            rules.add(&bbox, true);
        }
        for html in tables(&words, &rules) {
            let count = |part: &str| html.matches(part).count();
            assert_eq!(count("<tr>"), count("</tr>"), "{html}");
            assert_eq!(count("<td"), count("</td>"), "{html}");
            assert_eq!(count("<th"), count("</th>"), "{html}");
            // Nothing but tables gets into it.
            let mut tags = html.split('<').skip(1).filter_map(|part| part.split(['>', ' ']).next());
            let known = ["table", "/table", "tr", "/tr", "td", "/td", "th", "/th"];
            assert!(tags.all(|tag| known.contains(&tag)), "{html}");
        }
    });
}

#[test]
fn text_layers_of_any_characters_give_words_with_boxes() {
    seeds(600, |random| {
        let rotate = [0, 90, 180, 270][random.below(4) as usize];
        let page = Geometry::new(0.0, 0.0, 595.0, 842.0, rotate);
        for word in fuzz_layer(page, random) {
            assert!(!word.text.is_empty());
            let b = word.bbox;
            assert!([b.x0, b.y0, b.x1, b.y1].iter().all(|v| v.is_finite()), "{word:?}");
        }
    });
}

#[test]
fn pictures_of_noise_hold_no_codes() {
    seeds(12, |random| {
        let (width, height) = (40 + random.below(500) as u32, 40 + random.below(500) as u32);
        let pixels = (0..width * height).map(|_| random.next() as u8).collect();
        let page = GrayImage::from_raw(width, height, pixels).unwrap();
        assert_eq!(codes::find(&Raster::Gray(page)).unwrap(), []);
    });
}
