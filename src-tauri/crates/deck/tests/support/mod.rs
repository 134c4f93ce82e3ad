//! A made-up brand with made-up products and drawn pictures.
#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, missing_docs, unreachable_pub)]

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

use image::{Rgb, RgbImage};
use papertray_deck::{Fonts, Input};
use papertray_model::collection::{
    Category, CollectionInfo, Item, Order, Photo, Place, SizeQuantity, Source,
};
use papertray_model::deck::{DeckSettings, DeckTexts};
use papertray_model::{BlobHash, DocumentId, ItemId, Minor, Rect};

/// Everything a deck is made of, owned.
pub struct Sample {
    pub settings: DeckSettings,
    pub info: CollectionInfo,
    pub categories: Vec<Category>,
    pub items: Vec<Item>,
    pub orders: Vec<Order>,
    pub borders: HashMap<BlobHash, [f32; 4]>,
    pub pictures: HashMap<BlobHash, Vec<u8>>,
}

/// The fonts of the product, and the system's for other scripts; `None`, said aloud, where they are absent.
pub fn fonts() -> Option<Fonts> {
    let native = std::env::var_os("PAPERTRAY_NATIVE").map(PathBuf::from).or_else(|| {
        let home = std::env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
        Some(home.join("papertray/native/current"))
    })?;
    let mut fonts = Fonts::new();
    let Ok(folder) = fs_err::read_dir(native.join("fonts")) else {
        return None;
    };
    let mut files: Vec<PathBuf> = folder.flatten().map(|e| e.path()).collect();
    files.sort();
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "ttf")) {
        assert!(fonts.add(fs_err::read(file).unwrap()), "{}", file.display());
    }
    for name in ["NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"] {
        if let Ok(bytes) = fs_err::read(PathBuf::from("/usr/share/fonts/opentype/noto").join(name)) {
            assert!(fonts.add_fallback(bytes, 0));
        }
    }
    Some(fonts)
}

const CATEGORIES: [(&str, &str, &str, &[&str]); 6] = [
    (
        "Coats & Jackets",
        "Coats",
        "coat",
        &["Ostra Wrap Coat", "Lindo Car Coat", "Marlow Trench", "Sorrel Cape Coat", "Pavia Blazer"],
    ),
    ("Coats & Jackets", "Jackets", "jacket", &["Taro Overshirt", "Runa Quilted Jacket", "Corso Bomber"]),
    (
        "Shirts",
        "",
        "shirt",
        &[
            "Alba Poplin Shirt",
            "Ines Band-Collar Shirt",
            "Nilo Camp Shirt",
            "Vesper Silk Blouse",
            "Otis Oxford",
        ],
    ),
    (
        "Dresses",
        "",
        "dress",
        &[
            "Mira Slip Dress",
            "Calla Shirt Dress",
            "Juno Midi",
            "Faro Sundress",
            "Petra Knit Dress",
            "Ondine Gown",
        ],
    ),
    (
        "Trousers",
        "",
        "trousers",
        &["Brera Pleated Trouser", "Sutton Wide Leg", "Kita Cropped Trouser", "Arno Drawstring Pant"],
    ),
    ("Bags", "", "bag", &["Lume Tote"]),
];
const COLOURS: [(&str, &str, [u8; 3]); 7] = [
    ("Ecru", "ECR", [226, 216, 196]),
    ("Ink", "INK", [38, 44, 62]),
    ("Clay", "CLY", [176, 106, 78]),
    ("Sage", "SGE", [142, 156, 128]),
    ("Bone", "BNE", [206, 198, 186]),
    ("Oxblood", "OXB", [96, 30, 36]),
    ("Sky", "SKY", [152, 178, 198]),
];

impl Sample {
    pub fn input(&self) -> Input<'_> {
        Input {
            settings: &self.settings,
            info: &self.info,
            categories: &self.categories,
            items: &self.items,
            orders: &self.orders,
            borders: &self.borders,
            logo: None,
        }
    }

    pub fn photo(&self, blob: &BlobHash) -> Option<Vec<u8>> {
        self.pictures.get(blob).cloned()
    }

    /// `count` items of a small collection, in the order of their categories.
    pub fn new(settings: DeckSettings, count: usize) -> Self {
        let mut sample = Self {
            settings,
            info: CollectionInfo {
                name: "Resort 2027".into(),
                brand: Some("Casa Lume".into()),
                season: Some("Resort 2027".into()),
                currency: Some("EUR".into()),
                linesheet_only: false,
            },
            categories: Vec::new(),
            items: Vec::new(),
            orders: Vec::new(),
            borders: HashMap::new(),
            pictures: HashMap::new(),
        };
        for (name, sub, _, _) in CATEGORIES {
            if sample.categories.iter().all(|c| c.name != name) {
                sample.categories.push(Category {
                    name: name.into(),
                    subcategories: Vec::new(),
                    product_count: 0,
                });
            }
            if let Some(last) = sample.categories.last_mut().filter(|_| !sub.is_empty()) {
                last.subcategories.push(sub.into());
            }
        }
        let names: Vec<(usize, &str)> = CATEGORIES
            .iter()
            .enumerate()
            .flat_map(|(at, (_, _, _, names))| names.iter().map(move |n| (at, *n)))
            .collect();
        let documents = [DocumentId::new(), DocumentId::new()];
        for (index, document) in documents.iter().enumerate() {
            sample.orders.push(Order {
                document_id: Some(*document),
                buyer: Some("Maison Verrault".into()),
                start_ship: Some(["2026-11-15", "2027-01-10"][index].into()),
                ..Order::default()
            });
        }
        for index in 0..count {
            let (at, name) = names[index % names.len()];
            let (category, sub, shape, _) = CATEGORIES[at];
            let (colour, code, rgb) = COLOURS[(index * 3 + index / names.len()) % COLOURS.len()];
            let photo = sample.draw(index, shape, rgb);
            let more = (index % 4 == 0).then(|| sample.draw(index + 10_000, shape, rgb.map(|c| c / 2 + 60)));
            let wholesale = 4100 + (i64::try_from(index).unwrap() * 1370) % 29_000;
            let sizes = ["XS", "S", "M", "L", "XL"];
            let quantities = [2, 4, 6, 4, 2].map(|q| q + index as u32 % 3);
            sample.items.push(Item {
                id: ItemId::new(),
                style_number: format!("CL{}-{:03}", 27 + at, 100 + index),
                name: Some(name.into()),
                colour: Some(colour.into()),
                colour_code: Some(code.into()),
                category: Some(category.into()),
                subcategory: Some(sub.to_owned()).filter(|s| !s.is_empty()),
                sizes: sizes
                    .iter()
                    .zip(quantities)
                    .map(|(s, q)| SizeQuantity { size: (*s).into(), quantity: Some(q) })
                    .collect(),
                size_range: None,
                units: Some(quantities.iter().sum()),
                wholesale: Some(Minor(wholesale)),
                rrp: Some(Minor(wholesale * 5 / 2 / 500 * 500)),
                currency: Some("EUR".into()),
                material: Some(
                    [
                        "100% organic cotton",
                        "Virgin wool, 15% cashmere",
                        "Linen and silk blend",
                        "Vegetable-tanned calf leather",
                    ][index % 4]
                        .into(),
                ),
                origin: Some(["Portugal", "Italy", "Spain"][index % 3].into()),
                description: Some(
                    "Cut straight with dropped shoulders, horn buttons and a clean inside finish.".into(),
                ),
                sales_talk: (index % 5 == 1).then(|| "The piece the season is built around.".into()),
                photo: Some(photo),
                more_photos: more.into_iter().collect(),
                matched: true,
                included: true,
                highlighted: index % 6 == 0,
                order_price: None,
                product_source: None,
                order_sources: vec![Source {
                    document_id: documents[index % 2],
                    place: Place::Page { page: 1, rect: Rect::default() },
                }],
                order_rows: vec![index as u32 + 1],
                edits: Vec::new(),
            });
        }
        sample
    }

    /// A drawn picture of a garment, each another one.
    fn draw(&mut self, index: usize, shape: &str, colour: [u8; 3]) -> Photo {
        let (width, height) = [(600, 800), (640, 800), (600, 750)][index % 3];
        let key = (index, shape.to_owned(), colour);
        let mut drawn = DRAWN.lock().unwrap();
        let bytes = drawn.entry(key).or_insert_with(|| {
            let picture = garment(width, height, shape, colour, index as u32);
            let mut bytes = Vec::new();
            image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 88)
                .encode_image(&picture)
                .unwrap();
            bytes
        });
        let bytes = bytes.clone();
        drop(drawn);
        let hash = BlobHash::parse(&format!("{:064x}", 0x1000 + index)).unwrap();
        self.pictures.insert(hash.clone(), bytes);
        Photo { blob: hash, sha256: String::new(), width, height, source: None }
    }

    /// Texts for every slide that the person fills.
    pub fn with_texts(mut self) -> Self {
        self.settings.texts = DeckTexts {
            title: String::new(),
            tagline: "Light, worn slowly".into(),
            brand_introduction: "Casa Lume makes clothes for warm evenings and long tables.\n\nEvery piece is cut in our own workroom and sewn by four families within an hour of it.\n\n- Natural fibres only\n- Made to be mended\n- No season is marked down".into(),
            collection_introduction: "Resort 2027 begins on a terrace at six o'clock. Ecru, clay and ink; linen that remembers the day.".into(),
            terms: "Opening order from EUR 2,500. Reorders from EUR 500.\nPrices are valid until 31 January 2027.\n\nPayment 30 % on order, 70 % before shipping. Delivery ex works.\n\nReturns within 10 days for faults only.".into(),
            contact: "Sales\nsales@casalume.example\n+39 02 0000 0000\n\nShowroom\nVia Sottile 7, Milano".into(),
            ..DeckTexts::default()
        };
        self
    }
}

/// A picture's number, its shape and its colour.
type Garment = (usize, String, [u8; 3]);

/// Drawing takes most of a test's time, and many samples show the same garments.
static DRAWN: LazyLock<Mutex<HashMap<Garment, Vec<u8>>>> = LazyLock::new(Mutex::default);

/// A garment before a light ground, by the corners of its outline.
pub fn garment(width: u32, height: u32, shape: &str, colour: [u8; 3], seed: u32) -> RgbImage {
    let outline: &[(f32, f32)] = match shape {
        "shirt" => &[
            (0.38, 0.16),
            (0.5, 0.2),
            (0.62, 0.16),
            (0.86, 0.28),
            (0.8, 0.5),
            (0.7, 0.46),
            (0.71, 0.84),
            (0.29, 0.84),
            (0.3, 0.46),
            (0.2, 0.5),
            (0.14, 0.28),
        ],
        "jacket" => &[
            (0.38, 0.14),
            (0.5, 0.18),
            (0.62, 0.14),
            (0.82, 0.24),
            (0.9, 0.72),
            (0.78, 0.74),
            (0.72, 0.44),
            (0.73, 0.8),
            (0.27, 0.8),
            (0.28, 0.44),
            (0.22, 0.74),
            (0.1, 0.72),
            (0.18, 0.24),
        ],
        "coat" => &[
            (0.4, 0.08),
            (0.5, 0.12),
            (0.6, 0.08),
            (0.77, 0.17),
            (0.86, 0.6),
            (0.75, 0.62),
            (0.71, 0.36),
            (0.78, 0.93),
            (0.22, 0.93),
            (0.29, 0.36),
            (0.25, 0.62),
            (0.14, 0.6),
            (0.23, 0.17),
        ],
        "dress" => &[
            (0.4, 0.08),
            (0.44, 0.18),
            (0.56, 0.18),
            (0.6, 0.08),
            (0.66, 0.1),
            (0.64, 0.4),
            (0.8, 0.92),
            (0.2, 0.92),
            (0.36, 0.4),
            (0.34, 0.1),
        ],
        "trousers" => {
            &[(0.34, 0.08), (0.66, 0.08), (0.74, 0.94), (0.56, 0.94), (0.5, 0.36), (0.44, 0.94), (0.26, 0.94)]
        }
        _ => &[
            (0.2, 0.42),
            (0.36, 0.42),
            (0.38, 0.22),
            (0.44, 0.14),
            (0.56, 0.14),
            (0.62, 0.22),
            (0.64, 0.42),
            (0.8, 0.42),
            (0.86, 0.86),
            (0.14, 0.86),
        ],
    };
    let inside = |x: f32, y: f32| {
        let mut odd = false;
        for (i, a) in outline.iter().enumerate() {
            let b = outline[(i + 1) % outline.len()];
            if (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0 {
                odd = !odd;
            }
        }
        odd
    };
    RgbImage::from_fn(width, height, |px, py| {
        let (x, y) = (px as f32 / width as f32, py as f32 / height as f32);
        if inside(x, y) {
            let fold = ((x * 21.0 + (y * 5.0 + seed as f32).sin() * 1.4).sin() * 0.06) + 0.97
                - (x - 0.42).abs() * 0.25;
            Rgb(colour.map(|c| (f32::from(c) * fold).clamp(0.0, 255.0) as u8))
        } else {
            let ground = 247.0 - (y - 0.3).abs() * 6.0;
            Rgb([ground as u8, ground as u8, (ground - 1.5) as u8])
        }
    })
}
