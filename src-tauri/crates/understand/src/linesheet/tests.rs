//! Made-up linesheets, one a layout or a trap.

use papertray_model::collection::{PictureKind, Place};
use papertray_model::sheet::{Cell, CellValue, PagePicture, Sheet, SheetPicture, StoredPicture};
use papertray_model::{BlobHash, DocumentId, Minor, PageReading, PageSource, Rect, Unit, Word};

use super::*;

/// A page under construction: words as wide as half their height a letter.
struct Page(PageReading, Vec<PagePicture>);

impl Page {
    fn new(number: u32) -> Self {
        Self(PageReading::empty(number, Unit::Pt, 600.0, 800.0, PageSource::TextLayer), vec![])
    }

    fn text(mut self, x: f32, y: f32, em: f32, text: &str) -> Self {
        let mut left = x;
        for word in text.split(' ') {
            let width = word.chars().count() as f32 * em * 0.5;
            let bbox = Rect::new(left, y, left + width, y + em);
            self.0.words.push(Word { text: word.into(), bbox, confidence: 1.0, line: 0 });
            left += width + em * 0.28;
        }
        self
    }

    fn lines(mut self, x: f32, y: f32, em: f32, lines: &[&str]) -> Self {
        for (n, line) in lines.iter().enumerate() {
            self = self.text(x, y + n as f32 * em * 1.2, em, line);
        }
        self
    }

    fn picture(mut self, name: &str, rect: Rect) -> Self {
        self.1.push(PagePicture { page: self.0.page_number, rect, picture: stored(name) });
        self
    }
}

fn stored(name: &str) -> StoredPicture {
    let mix = |a: u64, b: u8| (a ^ u64::from(b)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let likeness = name.bytes().fold(7, mix);
    StoredPicture {
        blob: BlobHash::parse(&"0".repeat(64)).unwrap(),
        sha256: name.to_owned(),
        width: 400,
        height: 600,
        likeness,
        plain: 0.5,
        colours: 20,
    }
}

fn read_pages(pages: Vec<Page>) -> Linesheet {
    let (pages, pictures): (Vec<_>, Vec<_>) = pages.into_iter().map(|p| (p.0, p.1)).unzip();
    let pictures = pictures.concat();
    let input =
        LinesheetInput { document: DocumentId::new(), pages: &pages, pictures: &pictures, sheets: &[] };
    read(&input, Vocabulary::Usual)
}

/// Style, name, colour, code, sizes, prices and picture of every product, a line each.
fn told(linesheet: &Linesheet) -> Vec<String> {
    let line = |p: &Product| {
        let text = |t: &Option<String>| t.clone().unwrap_or_else(|| "-".into());
        let money = |m: Option<Minor>| m.map_or("-".into(), |m| m.decimal("EUR"));
        let photo = p.photo.as_ref().map_or("-", |p| p.sha256.as_str());
        format!(
            "{} | {} | {} | {} | {} | {} {} | {photo}",
            p.style_number,
            text(&p.name),
            text(&p.colour),
            text(&p.colour_code),
            p.sizes.join(" "),
            money(p.wholesale),
            money(p.rrp)
        )
    };
    linesheet.products.iter().map(line).collect()
}

const CAPTION: [&str; 5] = ["QX-1001", "Harbour Parka", "Teal (TEA)", "XS-L", "W €40.00 / R €96.00"];
const OTHER: [&str; 5] = ["QX-2040", "Field Shirt", "Rust (RST)", "S/M/L", "W €22.50 / R €54.00"];

#[test]
fn a_grid_with_captions_under_the_photos() {
    let page = |n: u32| {
        Page::new(n)
            .text(40.0, 20.0, 14.0, "QUAYLE")
            .picture("mark", Rect::new(500.0, 15.0, 560.0, 40.0))
            .picture(&format!("a{n}"), Rect::new(40.0, 60.0, 200.0, 300.0))
            .lines(
                40.0,
                306.0,
                8.0,
                &CAPTION.map(|l| l.replace("1001", &format!("100{n}"))).each_ref().map(String::as_str),
            )
            .picture(&format!("b{n}"), Rect::new(300.0, 60.0, 460.0, 300.0))
            .lines(
                300.0,
                306.0,
                8.0,
                &OTHER.map(|l| l.replace("2040", &format!("204{n}"))).each_ref().map(String::as_str),
            )
    };
    let linesheet = read_pages(vec![page(1), page(2), page(3)]);
    assert_eq!(linesheet.products.len(), 6);
    assert_eq!(told(&linesheet)[0], "QX-1001 | Harbour Parka | Teal | TEA | XS S M L | 40.00 96.00 | a1");
    assert_eq!(told(&linesheet)[3], "QX-2042 | Field Shirt | Rust | RST | S M L | 22.50 54.00 | b2");
    let logos = linesheet.pictures.iter().filter(|p| p.kind == PictureKind::Logo).count();
    assert_eq!(logos, 3, "{:?}", linesheet.pictures);
    assert_eq!(linesheet.currency.as_deref(), Some("EUR"));
    assert_eq!(linesheet.brand.as_deref(), Some("QUAYLE"));
}

#[test]
fn captions_beside_and_over_the_photos() {
    let beside = Page::new(1)
        .picture("a", Rect::new(40.0, 60.0, 200.0, 300.0))
        .lines(210.0, 70.0, 9.0, &CAPTION)
        .picture("b", Rect::new(40.0, 320.0, 200.0, 560.0))
        .lines(210.0, 330.0, 9.0, &OTHER);
    let over = Page::new(1)
        .lines(40.0, 60.0, 8.0, &CAPTION)
        .picture("a", Rect::new(40.0, 112.0, 200.0, 350.0))
        .lines(40.0, 420.0, 8.0, &OTHER)
        .picture("b", Rect::new(40.0, 472.0, 200.0, 700.0));
    for page in [beside, over] {
        let photos: Vec<String> =
            told(&read_pages(vec![page])).iter().map(|l| l[l.len() - 1..].to_owned()).collect();
        assert_eq!(photos, ["a", "b"]);
    }
}

#[test]
fn a_product_without_a_photo_gets_none_of_its_neighbours() {
    let page = Page::new(1)
        .picture("a", Rect::new(40.0, 60.0, 200.0, 300.0))
        .lines(40.0, 306.0, 8.0, &CAPTION)
        .text(320.0, 170.0, 8.0, "IMAGE COMING SOON")
        .lines(300.0, 306.0, 8.0, &OTHER);
    let told = told(&read_pages(vec![page]));
    assert!(told[0].ends_with("| a") && told[1].ends_with("| -"), "{told:?}");
}

#[test]
fn colours_under_one_photo_share_it_and_named_pictures_are_their_colours() {
    let one = Page::new(1).picture("a", Rect::new(40.0, 60.0, 200.0, 300.0)).lines(
        40.0,
        306.0,
        8.0,
        &[
            "Cove Tee",
            "Style: QX 3001",
            "Colours: Navy (NVY) / Sand (SND)",
            "Sizes: S M L",
            "Wholesale: €10.00 RRP: €25.00",
        ],
    );
    let shared = read_pages(vec![one]);
    assert_eq!(
        told(&shared),
        [
            "QX 3001 | Cove Tee | Navy | NVY | S M L | 10.00 25.00 | a",
            "QX 3001 | Cove Tee | Sand | SND | S M L | 10.00 25.00 | a"
        ]
    );
    let named = Page::new(1)
        .picture("main", Rect::new(40.0, 60.0, 300.0, 450.0))
        .lines(
            320.0,
            70.0,
            9.0,
            &[
                "Style # QX-3001",
                "Cove Tee",
                "WHSL: €10.00",
                "MSRP: €25.00",
                "Colors",
                "Navy (NVY)",
                "Sand (SND)",
            ],
        )
        .picture("sand", Rect::new(40.0, 500.0, 140.0, 650.0))
        .text(75.0, 655.0, 8.0, "Sand");
    let named = told(&read_pages(vec![named]));
    assert!(named[0].ends_with("| main") && named[1].ends_with("| sand"), "{named:?}");
}

#[test]
fn a_table_whose_style_stands_once_beside_its_colours() {
    let mut page = Page::new(1);
    for (x, head) in [
        (40.0, "Style"),
        (140.0, "Description"),
        (270.0, "Colour"),
        (370.0, "Sizes"),
        (450.0, "Wholesale"),
        (530.0, "RRP"),
    ] {
        page = page.text(x, 60.0, 8.0, head);
    }
    page = page.text(40.0, 80.0, 8.0, "Women Jackets");
    for (row, colour) in ["Sage (SGE)", "Ink (INK)", "Clay (CLY)", "Bone (BNE)"].iter().enumerate() {
        let y = 100.0 + 60.0 * row as f32;
        page =
            page.text(270.0, y + 26.0, 8.0, colour).picture(colour, Rect::new(5.0, y + 4.0, 35.0, y + 56.0));
    }
    // Three colours of one style, then one of another.
    for (y, style, name, wholesale) in
        [(186.0, "QX-11", "Dune Coat", "€80.00"), (306.0, "QX-12", "Reef Vest", "€30.00")]
    {
        page = page
            .text(40.0, y, 8.0, style)
            .text(140.0, y, 8.0, name)
            .text(370.0, y, 8.0, "S-L")
            .text(450.0, y, 8.0, wholesale)
            .text(530.0, y, 8.0, "€199.00");
    }
    let linesheet = read_pages(vec![page]);
    assert_eq!(
        told(&linesheet),
        [
            "QX-11 | Dune Coat | Sage | SGE | S M L | 80.00 199.00 | Sage (SGE)",
            "QX-11 | Dune Coat | Ink | INK | S M L | 80.00 199.00 | Ink (INK)",
            "QX-11 | Dune Coat | Clay | CLY | S M L | 80.00 199.00 | Clay (CLY)",
            "QX-12 | Reef Vest | Bone | BNE | S M L | 30.00 199.00 | Bone (BNE)",
        ]
    );
    assert_eq!(linesheet.products[3].category.as_deref(), Some("Women Jackets"));
}

#[test]
fn a_price_list_at_the_back_fills_in_for_all_colours() {
    let mut pages = vec![
        Page::new(1)
            .picture("a", Rect::new(40.0, 60.0, 200.0, 300.0))
            .lines(40.0, 306.0, 8.0, &["QX-1001", "Harbour Parka", "Teal (TEA)"])
            .picture("b", Rect::new(300.0, 60.0, 460.0, 300.0))
            .lines(300.0, 306.0, 8.0, &["QX-1001", "Harbour Parka", "Rust (RST)"]),
    ];
    let mut list = Page::new(2);
    for (y, row) in [
        (60.0, ["Style", "Sizes", "Wholesale EUR", "RRP EUR"]),
        (74.0, ["QX-1001", "XS-M", "40.00", "96.00"]),
        (88.0, ["QX-1002", "XS-M", "41.00", "97.00"]),
    ] {
        for (x, text) in [40.0, 160.0, 280.0, 420.0].into_iter().zip(row) {
            list = list.text(x, y, 8.0, text);
        }
    }
    pages.push(list);
    let told = told(&read_pages(pages));
    assert_eq!(told[0], "QX-1001 | Harbour Parka | Teal | TEA | XS S M | 40.00 96.00 | a");
    assert_eq!(told[1], "QX-1001 | Harbour Parka | Rust | RST | XS S M | 40.00 96.00 | b");
    assert_eq!(told.len(), 3);
}

#[test]
fn swatches_and_full_pages_are_no_products() {
    let cover = Page::new(1).picture("beach", Rect::new(0.0, 0.0, 600.0, 800.0));
    let page = Page::new(2)
        .picture("a", Rect::new(40.0, 60.0, 200.0, 300.0))
        .lines(40.0, 306.0, 8.0, &CAPTION)
        .picture("chip", Rect::new(40.0, 356.0, 52.0, 368.0));
    let linesheet = read_pages(vec![cover, page]);
    let kinds: Vec<PictureKind> = linesheet.pictures.iter().map(|p| p.kind).collect();
    assert_eq!(kinds, [PictureKind::Lifestyle, PictureKind::Product, PictureKind::Swatch]);
}

#[test]
fn headings_carry_over_and_the_vocabulary_can_change() {
    let caption = |n: u32| CAPTION.map(|l| l.replace("1001", &format!("100{n}")));
    let page = |n: u32| {
        Page::new(n).picture(&format!("p{n}"), Rect::new(40.0, 160.0, 200.0, 400.0)).lines(
            40.0,
            406.0,
            8.0,
            &caption(n).each_ref().map(String::as_str),
        )
    };
    let pages = [
        page(1).text(40.0, 100.0, 14.0, "Women Coats"),
        page(2),
        page(3).text(40.0, 100.0, 14.0, "Lagoon Story"),
    ];
    let (pages, pictures): (Vec<_>, Vec<_>) = pages.into_iter().map(|p| (p.0, p.1)).unzip();
    let pictures = pictures.concat();
    let input =
        LinesheetInput { document: DocumentId::new(), pages: &pages, pictures: &pictures, sheets: &[] };
    let names = |vocabulary| -> Vec<String> {
        categories(&input, &[], vocabulary).categories.into_iter().map(|c| c.name).collect()
    };
    assert_eq!(names(Vocabulary::Usual), ["Women Coats"]);
    assert_eq!(names(Vocabulary::Headings), ["Women Coats", "Lagoon Story"]);
    assert_eq!(names(Vocabulary::Names), ["Coats"]);
}

#[test]
fn a_category_that_runs_on_at_the_head_of_pages_is_no_furniture() {
    let caption = |n: u32| CAPTION.map(|l| l.replace("1001", &format!("100{n}")));
    let page = |n: u32, head: &str| {
        Page::new(n)
            .picture(&format!("p{n}"), Rect::new(40.0, 160.0, 200.0, 400.0))
            .lines(40.0, 406.0, 8.0, &caption(n).each_ref().map(String::as_str))
            .text(40.0, 80.0, 14.0, head)
    };
    let pages =
        vec![page(1, "Women T-Shirts"), page(2, "Women T-Shirts"), page(3, "Men Hoodies & Sweatshirts")];
    let names: Vec<String> = read_pages(pages).categories.into_iter().map(|c| c.name).collect();
    assert_eq!(names, ["Women T-Shirts", "Men Hoodies & Sweatshirts"]);
}

#[test]
fn phases_one_by_one_give_what_read_gives() {
    let page =
        Page::new(1).picture("a", Rect::new(40.0, 60.0, 200.0, 300.0)).lines(40.0, 306.0, 8.0, &CAPTION);
    let (pages, pictures) = ([page.0], page.1);
    let input =
        LinesheetInput { document: DocumentId::new(), pages: &pages, pictures: &pictures, sheets: &[] };
    let kinds = picture_kinds(&input);
    let plan = categories(&input, &kinds, Vocabulary::Usual);
    let kept = serde_json::to_string(&products(&input, &kinds, &plan)).unwrap();
    let mut found: Products = serde_json::from_str(&kept).unwrap();
    match_pictures(&input, &kinds, &mut found.products);
    let whole = read(&input, Vocabulary::Usual);
    assert_eq!(found.products.into_iter().map(|p| p.product).collect::<Vec<_>>(), whole.products);
    assert_eq!(plan.categories, whole.categories);
}

fn sheet(rows: &[&[&str]]) -> Sheet {
    let cells = rows.iter().enumerate().flat_map(|(r, row)| {
        row.iter().enumerate().filter(|(_, t)| !t.is_empty()).map(move |(c, text)| Cell {
            row: r as u32,
            column: c as u32,
            text: (*text).to_owned(),
            value: text.parse().map_or(CellValue::Text, CellValue::Number),
        })
    });
    Sheet { name: "Range".into(), cells: cells.collect(), ..Sheet::default() }
}

#[test]
fn a_sheet_with_pictures_in_its_rows() {
    let mut sheet = sheet(&[
        &["", "Season SS27"],
        &[
            "Photo",
            "Item Code",
            "Item Name",
            "Colourway",
            "Code",
            "Composition",
            "Size Run",
            "W/S (USD)",
            "SRP (USD)",
        ],
        &["Women Coats"],
        &["", "0042", "Harbour Parka", "Teal", "310", "Cotton", "XS-M", "40", "96.5"],
        &["", "", "", "Rust", "810"],
        &["", "0043", "Reef Vest", "Bone", "110", "Wool", "S M", "30", "72"],
    ]);
    for (row, name) in [(0, "mark"), (3, "teal"), (4, "rust")] {
        sheet.pictures.push(SheetPicture { row, column: 0, picture: stored(name) });
    }
    let sheets = [sheet];
    let input = LinesheetInput { document: DocumentId::new(), pages: &[], pictures: &[], sheets: &sheets };
    let linesheet = read(&input, Vocabulary::Usual);
    assert_eq!(
        told(&linesheet),
        [
            "0042 | Harbour Parka | Teal | 310 | XS S M | 40.00 96.50 | teal",
            "0042 | Harbour Parka | Rust | 810 | XS S M | 40.00 96.50 | rust",
            "0043 | Reef Vest | Bone | 110 | S M | 30.00 72.00 | -",
        ]
    );
    assert_eq!(linesheet.pictures[0].kind, PictureKind::Logo);
    assert_eq!(linesheet.products[0].category.as_deref(), Some("Women Coats"));
    assert_eq!(linesheet.products[0].currency.as_deref(), Some("USD"));
    let place = linesheet.products[1].source.as_ref().map(|s| s.place.clone());
    assert!(matches!(place, Some(Place::Cell { row: 4, .. })));
}

#[test]
fn nonsense_is_read_without_a_panic() {
    const WORDS: [&str; 24] = [
        "QX-1001",
        "Style",
        "Style:",
        "€40.00",
        "W",
        "R",
        "/",
        "S-XL",
        "28-34",
        "Colour:",
        "Navy",
        "(NVY)",
        "Women",
        "Jackets",
        "Sizes",
        "Waist",
        "length",
        "30,",
        "|",
        "·",
        "ß€é",
        "",
        "99999999999999999999",
        "-",
    ];
    let mut seed = 12_345_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for _ in 0..120 {
        let mut page = Page::new(1);
        for _ in 0..next(60) {
            let (x, y, em) = (next(600) as f32 - 20.0, next(800) as f32 - 20.0, next(20) as f32);
            let word = WORDS[next(WORDS.len() as u64) as usize];
            let bbox = Rect::new(x, y, x + em * 3.0 - 5.0, y + em - 2.0);
            page.0.words.push(Word { text: word.into(), bbox, confidence: 1.0, line: 0 });
        }
        for n in 0..next(8) {
            let (x, y) = (next(600) as f32, next(800) as f32);
            page = page.picture(
                &format!("p{n}"),
                Rect::new(x, y, x + next(400) as f32 - 10.0, y + next(300) as f32 - 10.0),
            );
        }
        page.0.words.push(Word {
            text: "QX-7".into(),
            bbox: Rect::new(f32::NAN, 0.0, f32::INFINITY, 1.0),
            confidence: 1.0,
            line: 0,
        });
        read_pages(vec![page]);
        let rows: Vec<Vec<&str>> = (0..next(12))
            .map(|_| (0..next(9)).map(|_| WORDS[next(WORDS.len() as u64) as usize]).collect())
            .collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let sheets = [sheet(&rows)];
        read(
            &LinesheetInput { document: DocumentId::new(), pages: &[], pictures: &[], sheets: &sheets },
            Vocabulary::Headings,
        );
    }
}
