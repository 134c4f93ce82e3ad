//! Made-up orders, one a layout or a trap.

use papertray_model::collection::{Order, Product};
use papertray_model::sheet::{Cell, CellValue, Sheet};
use papertray_model::{DocumentId, Minor, PageReading, PageSource, Rect, Unit, Word};

use super::{ColumnMeaning, OrderInput, read};

fn sheet(rows: &[&[&str]]) -> Sheet {
    let cells = rows.iter().enumerate().flat_map(|(r, row)| {
        row.iter().enumerate().filter(|(_, t)| !t.is_empty()).map(move |(c, text)| Cell {
            row: r as u32,
            column: c as u32,
            text: (*text).to_owned(),
            value: CellValue::Text,
        })
    });
    Sheet { cells: cells.collect(), ..Sheet::default() }
}

fn product(style: &str, colour: &str, code: &str, sizes: &[&str]) -> Product {
    Product {
        style_number: style.into(),
        colour: Some(colour.into()),
        colour_code: Some(code.into()),
        sizes: sizes.iter().map(|s| (*s).to_owned()).collect(),
        ..Product::default()
    }
}

fn known() -> Vec<Product> {
    vec![
        product("QX-11", "Navy", "NVY", &["S", "M", "L"]),
        product("QX-11", "Rust", "RST", &["S", "M", "L"]),
        product("70042", "Bone", "110", &["28", "30", "32"]),
    ]
}

fn order(rows: &[&[&str]], fixed: &[ColumnMeaning]) -> Order {
    let sheets = [sheet(rows)];
    let products = known();
    let document = DocumentId::new();
    read(&OrderInput { document, pages: &[], sheets: &sheets, products: &products, fixed, remembered: &[] })
}

/// Style, colour, size or range, units and price of every line.
fn told(order: &Order) -> Vec<String> {
    let line = |l: &papertray_model::OrderLine| {
        let text = |t: &Option<String>| t.clone().unwrap_or_else(|| "-".into());
        let range = l.size_range.as_ref().map_or_else(|| text(&l.size), |r| format!("[{r}]"));
        let cost = l.unit_cost.map_or("-".into(), |m| m.decimal("EUR"));
        format!("{} {} {range} {} {cost}", text(&l.style_number), text(&l.colour), l.quantity.unwrap_or(0))
    };
    order.lines.iter().map(line).collect()
}

#[test]
fn a_sku_says_style_colour_and_size() {
    for rows in [
        [["SKU", "Units"], ["QX-11-NVY-S", "4"], ["QX-11-RST-L", "6"], ["70042-110-30", "5"]],
        [["SKU", "Units"], ["QX11NVYS", "4"], ["QX11RSTL", "6"], ["7004211030", "5"]],
    ] {
        let rows: Vec<&[&str]> = rows.iter().map(|r| &r[..]).collect();
        let head: Vec<&[&str]> = vec![&["SKU", "Description", "Units"]];
        let body: Vec<Vec<&str>> = rows[1..].iter().map(|r| vec![r[0], "a shirt", r[1]]).collect();
        let all: Vec<&[&str]> = head.into_iter().chain(body.iter().map(Vec::as_slice)).collect();
        assert_eq!(
            told(&order(&all, &[])),
            ["QX-11 Navy S 4 -", "QX-11 Rust L 6 -", "70042 Bone 30 5 -"],
            "{rows:?}"
        );
    }
}

#[test]
fn without_amounts_the_prices_give_the_value() {
    let priced: &[&[&str]] = &[
        &["Style", "Colour", "S", "M", "Cost"],
        &["QX-11", "Navy", "2", "3", "10.00"],
        &["QX-11", "Rust", "1", "", "12.50"],
    ];
    assert_eq!(order(priced, &[]).amount, Some(Minor(6250)));
}

#[test]
fn a_row_a_size_with_merged_cells_sums_and_a_head_said_again() {
    let order = order(
        &[
            &["PURCHASE ORDER – Corner Shop"],
            &["PO Number", "A-77", "PO Date", "18/03/2026"],
            &["Start Ship", "04/09/2026", "Cancel Date", "17/10/2026", "Currency", "GBP"],
            &["Style No.", "Description", "Colour", "Size", "Qty", "Unit Cost", "Amount"],
            &["QX-11", "Parka", "Navy", "S", "2", "40.00", "80.00"],
            &["", "", "", "M", "3", "40.00", "120.00"],
            &["same as above", "", "", "L", "1", "40.00", "40.00"],
            &["Style No.", "Description", "Colour", "Size", "Qty", "Unit Cost", "Amount"],
            &["QX-11", "Parka", "Rust", "S", "4", "40.00", "160.00"],
            &["Subtotal QX-11", "", "", "", "10", "", "400.00"],
            &["TOTAL", "", "", "", "10", "", "400.00"],
            &["Please confirm within 48 hours."],
        ],
        &[],
    );
    assert_eq!(
        told(&order),
        ["QX-11 Navy S 2 40.00", "QX-11 Navy M 3 40.00", "QX-11 Navy L 1 40.00", "QX-11 Rust S 4 40.00"]
    );
    assert_eq!((order.number.as_deref(), order.date.as_deref()), (Some("A-77"), Some("2026-03-18")));
    assert_eq!(
        (order.start_ship.as_deref(), order.cancel_date.as_deref()),
        (Some("2026-09-04"), Some("2026-10-17"))
    );
    assert_eq!((order.buyer.as_deref(), order.currency.as_deref()), (Some("Corner Shop"), Some("GBP")));
    assert_eq!((order.units, order.amount), (Some(10), Some(Minor(40_000))));
    assert_eq!(order.checks, []);
    assert_eq!(order.lines[1].row, 6);
}

#[test]
fn sizes_as_columns() {
    let order = order(
        &[
            &["Réf.", "Coloris", "S", "M", "L", "Total pièces", "P.A. HT", "Montant"],
            &["QX-11", "Bleu marine", "1", "", "2", "3", "1.040,00", "3.120,00"],
            &["QX-11", "Rust", "", "", "", "", "", ""],
        ],
        &[],
    );
    assert_eq!(told(&order), ["QX-11 Bleu marine S 1 1040.00", "QX-11 Bleu marine L 2 1040.00"]);
    let shares: Vec<i64> = order.lines.iter().filter_map(|l| l.amount).map(|m| m.0).collect();
    assert_eq!(shares, [104_000, 208_000]);
    let meanings: Vec<&str> = order.columns.iter().filter_map(|c| c.meaning.as_deref()).collect();
    assert_eq!(
        meanings,
        ["style_number", "colour", "size:S", "size:M", "size:L", "total_quantity", "unit_cost", "amount"]
    );
}

#[test]
fn stacked_scales_and_the_row_that_picks_one() {
    let order = order(
        &[
            &["Style No.", "Colour", "Scale A", "28", "30", "32", "Total Units"],
            &["", "", "Scale B", "S", "M", "L", ""],
            &["70042", "Bone", "A", "4", "5", "", "9"],
            &["QX-11", "Navy", "B", "1", "", "2", "3"],
        ],
        &[],
    );
    assert_eq!(
        told(&order),
        ["70042 Bone 28 4 -", "70042 Bone 30 5 -", "QX-11 Navy S 1 -", "QX-11 Navy L 2 -"]
    );
}

#[test]
fn stacked_scales_are_told_by_the_linesheet_where_the_row_is_silent() {
    let order = order(
        &[
            &["Style No.", "Colour", "28", "30", "32", "Total Units"],
            &["", "", "S", "M", "L", ""],
            &["70042", "Bone", "4", "5", "", "9"],
            &["QX-11", "Navy", "1", "", "2", "3"],
        ],
        &[],
    );
    assert_eq!(
        told(&order),
        ["70042 Bone 28 4 -", "70042 Bone 30 5 -", "QX-11 Navy S 1 -", "QX-11 Navy L 2 -"]
    );
}

#[test]
fn waists_by_lengths() {
    let order = order(
        &[
            &["Style", "Colour", "Length", "28", "30", "32", "Total Units"],
            &["70042", "Bone", "30", "4", "", "2", "6"],
            &["", "", "32", "", "1", "", "1"],
        ],
        &[],
    );
    assert_eq!(told(&order), ["70042 Bone 28x30 4 -", "70042 Bone 32x30 2 -", "70042 Bone 30x32 1 -"]);
}

#[test]
fn prepacks_are_multiplied_out_and_ranges_never_copied() {
    let packs = order(
        &[
            &["SKU", "Size Range", "Ratio", "Packs", "Qty", "Unit Cost"],
            &["QX-11-NVY", "S-L", "1-2-1", "3", "12", "40.00"],
        ],
        &[],
    );
    assert_eq!(told(&packs), ["QX-11 Navy S 3 40.00", "QX-11 Navy M 6 40.00", "QX-11 Navy L 3 40.00"]);
    let range =
        order(&[&["Style", "Colour", "Size", "Qty", "Price"], &["QX-11", "Navy", "S-L", "50", "40.00"]], &[]);
    assert_eq!(told(&range), ["QX-11 Navy [S-L] 50 40.00"]);
}

#[test]
fn skus_split_by_the_linesheet_else_as_the_others_do() {
    let order = order(
        &[
            &["Vendor SKU", "Sz", "Units Ordered"],
            &["QX-11_NVY", "S", "1"],
            &["QX-11_RST", "S", "2"],
            &["ZZ-90_INK", "S", "3"],
        ],
        &[],
    );
    assert_eq!(told(&order)[..2], ["QX-11 Navy S 1 -", "QX-11 Rust S 2 -"]);
    assert_eq!(order.lines[2].style_number.as_deref(), Some("ZZ-90"));
    assert_eq!(order.lines[2].colour_code.as_deref(), Some("INK"));
}

#[test]
fn what_a_person_said_of_a_column_stands() {
    let rows: &[&[&str]] =
        &[&["Style", "Colour", "Size", "Planned", "Qty"], &["QX-11", "Navy", "S", "9", "2"]];
    let fixed = [
        ColumnMeaning { heading: "Planned".into(), meaning: Some("quantity".into()) },
        ColumnMeaning { heading: "Qty".into(), meaning: None },
    ];
    let order = order(rows, &fixed);
    assert_eq!(told(&order), ["QX-11 Navy S 9 -"]);
    assert!(order.columns.iter().filter(|c| c.locked).count() == 2);
}

#[test]
fn sums_that_do_not_hold_are_said() {
    let order = order(
        &[
            &["Style", "Colour", "S", "M", "L", "Total Units", "Unit Cost", "Amount"],
            &["QX-11", "Navy", "1", "2", "3", "7", "40.00", "240.00"],
            &["Total", "", "", "", "", "99", "", "240.00"],
        ],
        &[],
    );
    let said: Vec<&str> = order.checks.iter().map(|c| c.what.as_str()).collect();
    assert_eq!(
        said,
        ["The sizes add up to 6 units, the row says 7.", "The lines add up to 6 units, the order says 99."]
    );
}

#[test]
fn a_page_whose_numbers_stand_to_the_right_of_narrow_heads() {
    let mut page = PageReading::empty(1, Unit::Pt, 800.0, 600.0, PageSource::TextLayer);
    let mut put = |x: f32, y: f32, text: &str, right: bool| {
        let mut left = x;
        for word in text.split(' ') {
            let width = word.chars().count() as f32 * 4.0;
            let x0 = if right { x - width } else { left };
            page.words.push(Word {
                text: word.into(),
                bbox: Rect::new(x0, y, x0 + width, y + 8.0),
                confidence: 1.0,
                line: 0,
            });
            left += width + 2.4;
        }
    };
    put(40.0, 40.0, "P.O. # RH-71 Order date 04/26/2026", false);
    for (x, head) in [
        (40.0, "Item #"),
        (120.0, "Color"),
        (400.0, "S"),
        (418.0, "M"),
        (436.0, "L"),
        (500.0, "Ttl Units"),
        (560.0, "Whsl"),
    ] {
        put(x, 80.0, head, false);
    }
    for (row, (style, colour, units, total)) in
        [("QX-11", "Navy", ["7", "13", "9"], "29"), ("QX-11", "Rust", ["5", "", "4"], "9")]
            .into_iter()
            .enumerate()
    {
        let y = 96.0 + 16.0 * row as f32;
        put(40.0, y, style, false);
        put(120.0, y, colour, false);
        for (n, unit) in units.iter().enumerate().filter(|(_, u)| !u.is_empty()) {
            put(416.0 + 18.0 * n as f32, y, unit, true);
        }
        put(552.0, y, total, true);
        put(604.0, y, "$40.00", true);
    }
    put(40.0, 130.0, "Order total", false);
    put(552.0, 130.0, "38", true);
    let products = known();
    let pages = [page];
    let document = DocumentId::new();
    let order = read(&OrderInput {
        document,
        pages: &pages,
        sheets: &[],
        products: &products,
        fixed: &[],
        remembered: &[],
    });
    assert_eq!(
        told(&order),
        [
            "QX-11 Navy S 7 40.00",
            "QX-11 Navy M 13 40.00",
            "QX-11 Navy L 9 40.00",
            "QX-11 Rust S 5 40.00",
            "QX-11 Rust L 4 40.00"
        ]
    );
    assert_eq!((order.number.as_deref(), order.date.as_deref()), (Some("RH-71"), Some("2026-04-26")));
    assert_eq!((order.units, order.checks.len()), (Some(38), 0));
}

#[test]
fn what_is_no_order_says_so() {
    for rows in [&[][..], &[&["Dear Sir"][..], &["we regret"][..]][..]] {
        let order = order(rows, &[]);
        assert!(order.lines.is_empty());
        assert_eq!(order.checks.len(), 1);
    }
}

#[test]
fn nonsense_is_read_without_a_panic() {
    const WORDS: [&str; 22] = [
        "Style",
        "SKU",
        "Colour",
        "Size",
        "S",
        "M",
        "28",
        "30",
        "Qty",
        "Unit Cost",
        "Amount",
        "Total",
        "QX-11",
        "QX-11-NVY",
        "-5",
        "1.234,50",
        "99999999999999",
        "Ratio",
        "1-2-1",
        "\"",
        "ß€é",
        "Length",
    ];
    let mut seed = 99_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) % below) as usize
    };
    for _ in 0..300 {
        let rows: Vec<Vec<&str>> =
            (0..next(10)).map(|_| (0..next(9)).map(|_| WORDS[next(WORDS.len() as u64)]).collect()).collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        order(&rows, &[]);
    }
}

#[test]
fn a_head_two_rows_high_is_one() {
    let order = order(
        &[
            &["PO Number", "A-78"],
            &["Style", "Colour", "Size / quantity", "", "", "Total", "Wholesale", "Total"],
            &["", "", "S", "M", "L", "Units", "EUR", "EUR"],
            &["QX-11", "Navy", "2", "3", "1", "6", "40.00", "240.00"],
            &["QX-11", "Rust", "", "4", "", "4", "40.00", "160.00"],
        ],
        &[],
    );
    let lines = ["Navy S 2", "Navy M 3", "Navy L 1", "Rust M 4"].map(|l| format!("QX-11 {l} 40.00"));
    assert_eq!(told(&order), lines, "{:?}", order.columns);
    assert_eq!(order.checks, []);
}

#[test]
fn what_a_pack_holds_is_multiplied_where_the_total_says_so() {
    let head = ["Style", "Colour", "S", "M", "L", "No. of packs", "Total units", "Unit cost"];
    let packs = |total: &str| {
        let row = ["QX-11", "Navy", "1", "2", "1", "3", total, "40.00"];
        told(&order(&[&head, &row], &[]))
    };
    assert_eq!(packs("12"), ["QX-11 Navy S 3 40.00", "QX-11 Navy M 6 40.00", "QX-11 Navy L 3 40.00"]);
    assert_eq!(packs("4"), ["QX-11 Navy S 1 40.00", "QX-11 Navy M 2 40.00", "QX-11 Navy L 1 40.00"]);
}

#[test]
fn a_price_merged_over_the_rows_of_a_style_is_of_all_and_a_hidden_row_is_no_order() {
    let mut made = sheet(&[
        &["Style", "Colour", "Size", "Qty", "Unit cost"],
        &["QX-11", "Navy", "S", "2", "40.00"],
        &["", "", "M", "3", ""],
        &["QX-11", "Rust", "S", "9", "40.00"],
    ]);
    made.hidden_rows = vec![3];
    let (products, document) = (known(), DocumentId::new());
    let order = read(&OrderInput {
        document,
        pages: &[],
        sheets: &[made],
        products: &products,
        fixed: &[],
        remembered: &[],
    });
    assert_eq!(told(&order), ["QX-11 Navy S 2 40.00", "QX-11 Navy M 3 40.00"]);
}
