//! The three stages over small pages of every type.

use papertray_model::{DocType, PageMeaning, PageReading, PageSource, Rect, Unit, Word};
use papertray_understand::{
    DescribeInput, DocumentMeaning, SCHEMA_VERSION, describe, understand_document, understand_page,
};

/// A page of lines; `|` starts the next column. The first line is twice as high if it begins with `^`.
fn page(text: &str) -> PageReading {
    let mut page = PageReading::empty(1, Unit::Pt, 595.0, 842.0, PageSource::TextLayer);
    for (row, line) in text.lines().map(str::trim).filter(|l| !l.is_empty()).enumerate() {
        let (line, height) = line.strip_prefix('^').map_or((line, 10.0), |l| (l, 18.0));
        for (column, cell) in line.split('|').enumerate() {
            let mut left = 40.0 + 105.0 * column as f32;
            for part in cell.split_whitespace() {
                let right = left + part.chars().count() as f32 * height * 0.48;
                let top = 40.0 + 16.0 * row as f32 - (height - 10.0) / 2.0;
                page.words.push(Word {
                    text: part.to_owned(),
                    bbox: Rect::new(left, top, right, top + height),
                    confidence: 1.0,
                    line: (row * 10 + column) as u32,
                });
                left = right + height * 0.3;
            }
        }
    }
    page
}

fn meaning(text: &str) -> PageMeaning {
    understand_page(&page(text))
}

fn value<'m>(meaning: &'m PageMeaning, name: &str) -> Option<&'m str> {
    meaning.fields.get(name).map(|f| f.value.as_str())
}

const ENGLISH: &str = "
    ^INVOICE
    Acme Tools Ltd | | | Invoice number: INV-1043
    12 High Street | | | Invoice date: 12 May 2026
    London | | | Due date: 11 June 2026
    info@acmetools.example
    Bill to:
    Jones & Sons Limited
    1 Market Road
    Description | | Qty | Unit price | Amount
    Hammer, large | | 2 | £100.00 | £200.00
    Nails, box | | 10 | £5.00 | £50.00
    | | | Subtotal | £250.00
    | | | VAT 20% | £50.00
    | | | Total | £300.00
    VAT number: GB123456789";

const GERMAN: &str = "
    Muster Werkzeuge GmbH
    Hauptstraße 1 · 12345 Berlin
    Rechnungsempfänger
    Beispiel AG
    Nebenweg 2
    ^Rechnung Nr. 2026-77 vom 03.04.2026
    Pos | Bezeichnung | Menge | Einzelpreis | Gesamt
    1 | Schrauben | 10 | 1.234,50 | 12.345,00
    2 | Muttern | 3 | 1,00 | 3,00
    | | | Summe netto | 12.348,00
    | | | MwSt 19% | 2.346,12
    | | | Gesamtbetrag | 14.694,12 €
    Zahlbar bis 17.04.2026
    USt-IdNr: DE123456789";

const RECEIPT: &str = "
    KEDAI HARMONI SDN BHD (123456-X)
    12, JALAN MAWAR 3
    50000 KUALA LUMPUR
    TAX INVOICE
    RECEIPT NO: CS-1002
    DATE: 25/12/2017 14:03
    MILK | 1 | 5.90
    BREAD | 2 | 10.00
    TOTAL INCL. GST | | RM 15.90
    CASH | | RM 50.00
    CHANGE | | RM 34.10
    GST SUMMARY
    SR @ 6% | 15.00 | 0.90
    THANK YOU, PLEASE COME AGAIN";

const BILL: &str = "
    ^TAX INVOICE
    Lotus Garments | | | Invoice No.: LG/26-27/07
    4, Ring Road, Pune | | | Dated: 06-Aug-2026
    GSTIN/UIN: 27AAPFU0939F1ZV | | | Place of Supply: Maharashtra (27)
    Buyer (Bill to)
    Metro Stores
    GSTIN/UIN: 29AAGCB7383J1Z4
    Sl | Description of Goods | HSN/SAC | Quantity | Amount
    1 | Cotton shirts | 6205 | 20 PCS | 1,00,000.00
    | | | Taxable Value | 1,00,000.00
    | | | CGST | 2,500.00
    | | | SGST | 2,500.00
    | | | Total | ₹ 1,05,000.00
    Amount Chargeable (in words): Rupees One Lakh Five Thousand Only
    for Lotus Garments";

const EWAY: &str = "
    ^e-Way Bill
    E-Way Bill No: | | 1755 4136 2800
    E-Way Bill Date: | | 05/08/2026 10:57 AM
    Valid From: | | 05/08/2026 10:57 AM [1357Kms]
    Valid Until: | | 12/08/2026
    GSTIN of Supplier | | 27AAPFU0939F1ZV,LOTUS GARMENTS
    Place of Dispatch | | Pune,MAHARASHTRA-411001
    GSTIN of Recipient | | 29AAGCB7383J1Z4 , METRO STORES
    Place of Delivery | | Bengaluru,KARNATAKA-560058
    Document No. | | LG/26-27/07
    Value of Goods | | 105000.00
    Reason for Transportation | | Outward - Supply
    Mode | Vehicle / Trans | From
    Road | MH12AB1234 | Pune";

const ORDER: &str = "
    ^PURCHASE ORDER
    Northwind Retail Inc | | | PO number: 4500017
    | | | PO date: 01/20/2026
    Vendor: | | | Ship to:
    Arlow Finch LLC | | | Northwind DC 4
    Style # | Description | Qty | Unit cost | Amount
    WJ01 | Jacket | 12 | $48.00 | $576.00
    Start ship: 02/01/2026 | | | Total units | 12
    Cancel date: 02/28/2026 | | | Total | $576.00";

const DELIVERY: &str = "
    ^Delivery Note
    Acme Tools Ltd
    Delivery note no: DN-554
    Date: 13/10/2026
    Order number: 991
    Deliver to:
    Jones & Sons Limited
    Item | Description | Qty delivered
    1 | Hammer | 4
    Received the above goods in good condition";

const PLAN: &str = "
    # Launch plan
    Skills: Rust, Design
    - [x] Write the reader
    - [x] Write the rules
    - [ ] Paint the icon
    - [ ] Ship it";

#[test]
fn every_type_is_told() {
    for (text, doc_type) in [
        (ENGLISH, "invoice"),
        (GERMAN, "invoice"),
        (RECEIPT, "receipt"),
        (BILL, "bill"),
        (EWAY, "eway_bill"),
        (ORDER, "purchase_order"),
        (DELIVERY, "delivery_note"),
        (PLAN, "plan"),
    ] {
        let meaning = meaning(text);
        assert_eq!(meaning.doc_type.as_str(), doc_type, "{:?}", meaning.reasons);
        assert!((0.5..=1.0).contains(&meaning.confidence));
        assert!(!meaning.reasons.is_empty());
    }
}

#[test]
fn what_is_none_of_them_stays_unknown() {
    for text in [
        "",
        "12",
        "^Service Agreement\nThis agreement is made between the parties named below and governs the work\nThe invoice shall be paid within thirty days of the date of the invoice by the client to the company\nGoverning law",
        "^CREDIT NOTE\nLotus Garments\nGSTIN: 27AAPFU0939F1ZV\nCredit Note No: CN-71 against Invoice INV-04417\nDescription | Qty | Rate | Amount\nShirts | 2 | 50.00 | 100.00\nAmount credited: 100.00",
        "^PROFORMA INVOICE\nLotus Garments\nGSTIN: 27AAPFU0939F1ZV\nDescription | Qty | Rate | Amount\nShirts | 2 | 50.00 | 100.00\nEstimated total: 100.00\nThis is not a tax invoice.",
        "^PACKING LIST\nLotus Garments\nDescription | Qty | Cartons\nShirts | 20 | 2\nGross weight 214 kg",
        "Form 1040\nDepartment of the Treasury\nInternal Revenue Service\nOMB No. 1545-0074\nTotal income | 50,000.00\nTotal tax | 5,000.00",
        "Jane Doe\nEducation\nBSc Physics, 2012\nWork Experience\nAnalyst at Acme, 2012 to 2020",
        "Dear Ms Jones,\nthank you for your letter of 3 May about the invoice that you have not received from us so far.\nYours faithfully\nJohn Smith",
        "^Account Statement\nOpening balance | 100.00\nClosing balance | 250.00",
        "^Annual Report 2025\nNet income rose to 5,000.00 in the fiscal year while total assets grew by a tenth over the year before",
    ] {
        let meaning = meaning(text);
        assert!(meaning.doc_type.is_unknown(), "{text}: {} {:?}", meaning.doc_type.as_str(), meaning.reasons);
        assert!(meaning.fields.is_empty() && meaning.lines.is_empty());
    }
}

#[test]
fn an_english_invoice() {
    let meaning = meaning(ENGLISH);
    for (name, expected) in [
        ("vendor", "Acme Tools Ltd"),
        ("buyer", "Jones & Sons Limited"),
        ("number", "INV-1043"),
        ("date", "2026-05-12"),
        ("due_date", "2026-06-11"),
        ("subtotal", "250.00"),
        ("tax", "50.00"),
        ("total", "300.00"),
        ("currency", "GBP"),
        ("vendor_tax_id", "GB123456789"),
    ] {
        assert_eq!(value(&meaning, name), Some(expected), "{name}");
    }
    let total = &meaning.fields["total"];
    assert!(total.confidence >= 0.9 && total.bbox.is_some() && total.page == Some(1));
    assert_eq!(total.by, format!("rules@{SCHEMA_VERSION}"));
    assert_eq!(total.text, "£300.00");
    let rows: Vec<_> =
        meaning.lines.iter().map(|l| (l["description"].value.as_str(), l["amount"].value.as_str())).collect();
    assert_eq!(rows, [("Hammer, large", "200.00"), ("Nails, box", "50.00")]);
    assert_eq!(meaning.lines[1]["quantity"].value, "10");
}

#[test]
fn a_german_invoice() {
    let meaning = meaning(GERMAN);
    for (name, expected) in [
        ("vendor", "Muster Werkzeuge GmbH"),
        ("buyer", "Beispiel AG"),
        ("number", "2026-77"),
        ("date", "2026-04-03"),
        ("due_date", "2026-04-17"),
        ("subtotal", "12348.00"),
        ("tax", "2346.12"),
        ("total", "14694.12"),
        ("currency", "EUR"),
        ("vendor_tax_id", "DE123456789"),
    ] {
        assert_eq!(value(&meaning, name), Some(expected), "{name}");
    }
}

#[test]
fn a_receipt() {
    let meaning = meaning(RECEIPT);
    for (name, expected) in [
        ("vendor", "KEDAI HARMONI SDN BHD"),
        ("number", "CS-1002"),
        ("date", "2017-12-25"),
        ("total", "15.90"),
        ("currency", "MYR"),
    ] {
        assert_eq!(value(&meaning, name), Some(expected), "{name}");
    }
    assert!(meaning.fields["total"].confidence >= 0.9);
}

#[test]
fn an_indian_bill() {
    let meaning = meaning(BILL);
    for (name, expected) in [
        ("vendor", "Lotus Garments"),
        ("vendor_tax_id", "27AAPFU0939F1ZV"),
        ("buyer", "Metro Stores"),
        ("buyer_tax_id", "29AAGCB7383J1Z4"),
        ("number", "LG/26-27/07"),
        ("date", "2026-08-06"),
        ("place_of_supply", "Maharashtra (27)"),
        ("subtotal", "100000.00"),
        ("cgst", "2500.00"),
        ("sgst", "2500.00"),
        ("total", "105000.00"),
        ("currency", "INR"),
    ] {
        assert_eq!(value(&meaning, name), Some(expected), "{name}");
    }
    assert_eq!(value(&meaning, "igst"), None);
    assert_eq!(meaning.lines[0]["hsn"].value, "6205");
    assert_eq!(meaning.lines[0]["quantity"].value, "20");
}

#[test]
fn an_eway_bill() {
    let meaning = meaning(EWAY);
    for (name, expected) in [
        ("ewb_number", "175541362800"),
        ("generated_date", "2026-08-05"),
        ("valid_until", "2026-08-12"),
        ("supplier_gstin", "27AAPFU0939F1ZV"),
        ("recipient_gstin", "29AAGCB7383J1Z4"),
        ("supplier_name", "LOTUS GARMENTS"),
        ("recipient_name", "METRO STORES"),
        ("from_place", "Pune,MAHARASHTRA-411001"),
        ("document_number", "LG/26-27/07"),
        ("vehicle_number", "MH12AB1234"),
        ("transport_mode", "road"),
        ("distance_km", "1357"),
        ("total", "105000.00"),
    ] {
        assert_eq!(value(&meaning, name), Some(expected), "{name}");
    }
}

#[test]
fn the_code_of_an_eway_bill_is_read() {
    let mut reading = page(&EWAY.replace("1755 4136 2800", ""));
    reading.codes.push(papertray_model::Code {
        kind: "qr".into(),
        text: "175541362800/27AAPFU0939F1ZV/08/05/2026 10:57:00 AM".into(),
        bbox: Rect::new(400.0, 40.0, 460.0, 100.0),
    });
    let meaning = understand_page(&reading);
    assert_eq!(value(&meaning, "ewb_number"), Some("175541362800"));
    assert_eq!(value(&meaning, "generated_by_gstin"), Some("27AAPFU0939F1ZV"));
    assert_eq!(meaning.fields["ewb_number"].bbox, Some(Rect::new(400.0, 40.0, 460.0, 100.0)));
}

#[test]
fn an_orders_columns_have_the_trades_names() {
    let order = ORDER.replace(
        "    Style # | Description | Qty | Unit cost | Amount
    WJ01 | Jacket | 12 | $48.00 | $576.00",
        "    Style # | Colour | Colour code | Size | Qty | Wholesale | MSRP | UPC | Amount
    WJ01 | Night Blue | NBL | M | 12 | $48.00 | $120.00 | 0123 45678905 | $576.00",
    );
    let lines = meaning(&order).lines;
    let cells: Vec<(&str, &str)> =
        lines[0].iter().map(|(name, f)| (name.as_str(), f.value.as_str())).collect();
    assert_eq!(
        cells,
        [
            ("amount", "576.00"),
            ("colour", "Night Blue"),
            ("colour_code", "NBL"),
            ("quantity", "12"),
            ("retail", "120.00"),
            ("size", "M"),
            ("style_number", "WJ01"),
            ("unit_cost", "48.00"),
            ("upc", "012345678905"),
        ]
    );
}

#[test]
fn a_table_goes_on_over_pages_and_the_file_splits_where_another_document_begins() {
    let first = "
    Muster Werkzeuge GmbH
    Rechnung Nr. 77 | | | Rechnungsdatum: 01.02.2020
    Beschreibung | | Menge | Einzelpreis | Betrag
    Hammer | | 2 | 10,00 | 20,00
    Seite 1 von 2";
    let second = "
    Nägel | | 5 | 2,00 | 10,00
    Summe netto | | | | 30,00
    Umsatzsteuer 19% | | | | 5,70
    Rechnungsbetrag | | | | 35,70 EUR
    Seite 2 von 2";
    let mut pages = vec![page(first), page(second), page(DELIVERY)];
    for (at, page) in pages.iter_mut().enumerate() {
        page.page_number = at as u32 + 1;
    }
    let whole = join(&pages);
    let bounds: Vec<(u32, u32, &str)> =
        whole.parts.iter().map(|p| (p.first_page, p.last_page, p.doc_type.as_str())).collect();
    assert_eq!(bounds, [(1, 2, "invoice"), (3, 3, "delivery_note")]);
    assert_eq!(whole.fields["total"].value, "35.70");
    assert_eq!(whole.lines.len(), 2, "the second page has no head of its own");
    assert_eq!(whole.lines[1]["description"].value, "Nägel");
    assert!(whole.checks.iter().all(|c| c.holds) && whole.checks.len() == 4, "{:?}", whole.checks);
}

#[test]
fn a_purchase_order() {
    let meaning = meaning(ORDER);
    for (name, expected) in [
        ("number", "4500017"),
        ("date", "2026-01-20"),
        ("vendor", "Arlow Finch LLC"),
        ("ship_to", "Northwind DC 4"),
        ("start_ship", "2026-02-01"),
        ("cancel_date", "2026-02-28"),
        ("total_units", "12"),
        ("total", "576.00"),
        ("currency", "USD"),
    ] {
        assert_eq!(value(&meaning, name), Some(expected), "{name}");
    }
}

#[test]
fn a_delivery_note_and_a_plan() {
    let note = meaning(DELIVERY);
    for (name, expected) in [
        ("number", "DN-554"),
        ("date", "2026-10-13"),
        ("order_number", "991"),
        ("buyer", "Jones & Sons Limited"),
    ] {
        assert_eq!(value(&note, name), Some(expected), "{name}");
    }
    let plan = meaning(PLAN);
    for (name, expected) in [
        ("title", "Launch plan"),
        ("tasks_count", "4"),
        ("tasks_done", "2"),
        ("progress_percentage", "50"),
        ("skills", "Rust, Design"),
    ] {
        assert_eq!(value(&plan, name), Some(expected), "{name}");
    }
}

fn join(pages: &[PageReading]) -> DocumentMeaning {
    let meanings: Vec<PageMeaning> = pages.iter().map(understand_page).collect();
    understand_document(&pages.iter().zip(&meanings).collect::<Vec<_>>())
}

#[test]
fn a_total_on_the_last_page_is_the_documents() {
    let first = page(&ENGLISH.lines().take_while(|l| !l.contains("Subtotal")).collect::<Vec<_>>().join("\n"));
    let mut last = page(
        "Nails, box | | 10 | £5.00 | £50.00\nSubtotal | | | | £300.00\nVAT | | | | £60.00\nTotal | | | | £360.00",
    );
    last.page_number = 2;
    let document = join(&[first, last]);
    assert_eq!(document.doc_type.as_str(), "invoice");
    assert_eq!(document.fields["total"].value, "360.00");
    assert_eq!(document.fields["total"].page, Some(2));
    assert_eq!(document.fields["vendor"].page, Some(1));
}

#[test]
fn a_column_of_goods_is_no_total() {
    let first = page(&ENGLISH.lines().take_while(|l| !l.contains("Subtotal")).collect::<Vec<_>>().join("\n"));
    assert_eq!(value(&understand_page(&first), "total"), None);
    assert_eq!(understand_page(&first).lines.len(), 2);
}

#[test]
fn other_papers_in_the_file_do_not_change_the_bill() {
    let mut packing = page("^PACKING LIST\nOther Traders\nInvoice ref: XX-1\nTotal | 9,99,999.00");
    packing.page_number = 2;
    let document = join(&[page(BILL), packing]);
    assert_eq!(document.fields["total"].value, "105000.00");
    assert_eq!(document.fields["number"].value, "LG/26-27/07");
}

#[test]
fn pages_settle_the_order_of_dates_together() {
    let first = page(&ENGLISH.replace("12 May 2026", "03/04/2026").replace("Due date: 11 June 2026", ""));
    let alone = understand_page(&first);
    assert_eq!(alone.fields["date"].value, "2026-04-03");
    let mut second = page("Delivered 04/25/2026\nDelivered 04/26/2026");
    second.page_number = 2;
    assert_eq!(join(&[first, second]).fields["date"].value, "2026-03-04");
}

fn described(pages: &[PageReading], filename: &str) -> (papertray_model::Metadata, Vec<String>) {
    let meaning = join(pages);
    let readings: Vec<&PageReading> = pages.iter().collect();
    let mut steps = vec![];
    let input = DescribeInput { filename, meaning: &meaning, pages: &readings };
    let metadata = describe(&input, &mut |stage, _| steps.push(stage.to_owned()));
    (metadata, steps)
}

#[test]
fn names_tags_and_summaries() {
    for (text, name, tags, summary) in [
        (
            ENGLISH,
            "Acme Tools Ltd invoice INV-1043, 12 May 2026",
            vec!["invoice", "acme-tools-ltd", "2026"],
            "Invoice INV-1043 from Acme Tools Ltd to Jones & Sons Limited dated 12 May 2026 for GBP 300.00. 2 line items.",
        ),
        (
            EWAY,
            "Lotus Garments e-way bill 175541362800, 5 August 2026",
            vec!["eway-bill", "lotus-garments", "2026"],
            "E-way bill 175541362800 from Lotus Garments to Metro Stores dated 5 August 2026 for INR 105,000.00.",
        ),
        (PLAN, "Launch plan", vec!["plan", "rust", "design"], "Launch plan: 2 of 4 tasks done (50 %)."),
    ] {
        let (metadata, steps) = described(&[page(text)], "scan.pdf");
        assert_eq!(metadata.display_name, name);
        assert_eq!(metadata.tags, tags);
        if !text.contains("e-Way") {
            assert_eq!(metadata.summary, summary);
        }
        assert_eq!(steps, ["read_text", "classify", "name", "tags", "summary"]);
    }
}

#[test]
fn unknown_and_empty_documents_have_names_too() {
    let letter = "^Drilling report\nThe drilling crew reached a depth of forty metres on the first day of the campaign.\nThe crew then moved the drilling rig to the second site.";
    let (metadata, _) = described(&[page(letter)], "x.pdf");
    assert_eq!(metadata.display_name, "Drilling report");
    assert!(metadata.summary.starts_with("The drilling crew reached a depth"), "{}", metadata.summary);
    assert!(metadata.tags.contains(&"drilling".to_owned()), "{:?}", metadata.tags);
    let (metadata, _) = described(&[], "scan_2026-05-12__final.pdf");
    assert_eq!(metadata.display_name, "scan 2026-05-12 final");
    assert_eq!(metadata.language, None);
    let (metadata, _) = described(&[page("")], "");
    assert_eq!(metadata.display_name, "Untitled document");
    assert!(metadata.tags.is_empty());
}

#[test]
fn an_unknown_document_has_no_fields() {
    let meaning = join(&[page("Hello world")]);
    assert_eq!(meaning.doc_type, DocType::unknown());
    assert!(meaning.fields.is_empty());
}

#[test]
fn linesheets_and_orders_need_no_title() {
    let caption = "
        KV-1000 Alma | | KV-1007 Bruno | | KV-1014 Clara
        Farbe: Schwarz | | Farbe: Oliv | | Farbe: Sand
        Größen: 36 38 40 42 | | Größen: 36 38 40 42 | | Größen: 36 38 40 42
        EK: 50,00 € | | EK: 60,00 € | | EK: 70,00 €
        UVP: 125,00 € | | UVP: 150,00 € | | UVP: 175,00 €";
    assert_eq!(meaning(caption).doc_type, DocType::new("linesheet"));
    let order = "
        Artikelnr. | Farbe | S | M | L | Menge | EK
        KV-1000 | Schwarz | 2 | 3 | 1 | 6 | 50,00
        KV-1007 | Oliv | 1 | 1 | 1 | 3 | 60,00
        Gesamt | | | | | 9 |
        Bestellnummer | PO-4711";
    let order = meaning(order);
    assert_eq!(order.doc_type, DocType::new("purchase_order"));
    // The headings of its table are nobody's name.
    assert_eq!((value(&order, "vendor"), value(&order, "buyer")), (None, None));
    let invoice = ENGLISH.replace("Hammer, large", "Shirt S-XL");
    assert_eq!(meaning(&invoice).doc_type, DocType::new("invoice"));
}
