//! What the data of an electronic invoice says: the XML that ZUGFeRD and Factur-X invoices carry inside their PDF.
//!
//! Cross Industry Invoice (UN/CEFACT) in the forms of ZUGFeRD 1.0 and of EN 16931 (ZUGFeRD 2, Factur-X, XRechnung); their
//! elements are told apart by the same local names. What is not understood is left out.

use papertray_model::{Field, LineItem};
use roxmltree::{Document, Node, ParsingOptions};
use rust_decimal::Decimal;

use crate::SCHEMA_VERSION;
use crate::doctype::Kind;
use crate::layout::Layout;
use crate::locate;
use crate::scene::{Candidate, Scene};

/// As the reader names it among a page's codes.
pub(crate) const KIND: &str = "e_invoice";
/// More elements than an invoice of thousands of rows has.
const MOST_NODES: u32 = 400_000;
/// More rows than this are not shown to anyone.
const MOST_ROWS: usize = 5000;
/// What the data says and the page prints, and what only the data says: more than print alone ever is.
const BOTH: f32 = 1.0;
const ALONE: f32 = 0.995;

/// An electronic invoice's data.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct EInvoice {
    /// UNTDID 1001: 380 an invoice, 381 a credit note.
    pub(crate) type_code: String,
    /// Fields of a document of type `invoice`, and their values.
    pub(crate) values: Vec<(&'static str, String)>,
    /// Its rows: a row's fields and their values.
    rows: Vec<Vec<(&'static str, String)>>,
}

/// The invoice that this XML holds.
pub(crate) fn parse(xml: &str) -> Option<EInvoice> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(xml, options).ok()?;
    let root = document.root_element();
    if !matches!(name(root), "CrossIndustryInvoice" | "CrossIndustryDocument") {
        return None;
    }
    let header = first(root, &["ExchangedDocument", "HeaderExchangedDocument"])?;
    let seller = first(root, &["SellerTradeParty"]);
    let buyer = first(root, &["BuyerTradeParty"]);
    let settlement =
        first(root, &["ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement"])?;
    let sums = first(
        settlement,
        &["SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementMonetarySummation"],
    );
    let currency = child(settlement, "InvoiceCurrencyCode").and_then(text);
    let sum = |name| amount(sums.and_then(|sums| of_currency(sums, name, currency.as_deref())));
    let due =
        first(settlement, &["SpecifiedTradePaymentTerms"]).and_then(|terms| child(terms, "DueDateDateTime"));
    let said = [
        ("number", child(header, "ID").and_then(text)),
        ("date", child(header, "IssueDateTime").and_then(day)),
        ("due_date", due.and_then(day)),
        ("vendor", seller.and_then(|party| child(party, "Name")).and_then(text)),
        ("vendor_tax_id", seller.and_then(tax_id)),
        ("buyer", buyer.and_then(|party| child(party, "Name")).and_then(text)),
        ("buyer_tax_id", buyer.and_then(tax_id)),
        ("subtotal", sum("TaxBasisTotalAmount")),
        ("tax", sum("TaxTotalAmount")),
        ("total", sum("GrandTotalAmount")),
        ("currency", currency.clone().filter(|c| c.len() == 3)),
    ];
    let values = said.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let rows = root.descendants().filter(|n| name(*n) == "IncludedSupplyChainTradeLineItem");
    let rows = rows.take(MOST_ROWS).map(row).filter(|row| !row.is_empty()).collect();
    Some(EInvoice { type_code: child(header, "TypeCode").and_then(text).unwrap_or_default(), values, rows })
}

/// Candidates out of the data, with the places where the page prints them.
pub(crate) fn all(scene: &Scene<'_>) -> Vec<(String, Candidate)> {
    let Some(invoice) = &scene.layout.e_invoice else { return vec![] };
    let says = invoice.values.iter().map(|(name, value)| {
        let kind = scene.spec.fields.iter().find(|f| f.name == *name).map_or(Kind::Text, |f| f.kind);
        let candidate = match locate::all(scene.layout, kind, value).into_iter().next() {
            Some(range) => scene.proven(value.clone(), range, BOTH),
            None => Candidate {
                text: value.clone(),
                value: value.clone(),
                bbox: None,
                page: scene.layout.page,
                confidence: ALONE,
            },
        };
        ((*name).to_owned(), candidate)
    });
    says.collect()
}

impl EInvoice {
    /// Its rows of goods. A row whose description is printed on one of the pages stands there.
    pub(crate) fn lines(&self, pages: &[&Layout]) -> Vec<LineItem> {
        self.rows.iter().map(|row| line(row, pages)).collect()
    }
}

fn line(row: &[(&'static str, String)], pages: &[&Layout]) -> LineItem {
    let description = row.iter().find(|(name, _)| *name == "description");
    let place = description.and_then(|(_, text)| {
        pages
            .iter()
            .find_map(|layout| Some((*layout, locate::all(layout, Kind::Text, text).into_iter().next()?)))
    });
    let field = |name: &str, value: &str| {
        let kind =
            if matches!(name, "quantity" | "unit_price" | "amount") { Kind::Money } else { Kind::Text };
        // The same number stands in many rows: it counts beside the description, or a line above or below.
        let printed = place.as_ref().and_then(|(layout, at)| {
            let row = layout.tokens.get(at.start)?.row;
            let here = |range: &std::ops::Range<usize>| {
                layout.tokens.get(range.start).is_some_and(|t| t.row.abs_diff(row) <= 1)
            };
            let range = locate::all(layout, kind, value).into_iter().find(here)?;
            Some((layout.page, layout.bbox(range.clone()), layout.text(range)))
        });
        Field {
            value: value.to_owned(),
            text: printed.as_ref().map_or_else(|| value.to_owned(), |(_, _, text)| text.clone()),
            bbox: printed.as_ref().map(|(_, bbox, _)| *bbox),
            page: printed.as_ref().map(|(page, _, _)| *page),
            confidence: 0.99,
            by: format!("rules@{SCHEMA_VERSION}"),
        }
    };
    row.iter().map(|(name, value)| ((*name).to_owned(), field(name, value))).collect()
}

fn row(item: Node<'_, '_>) -> Vec<(&'static str, String)> {
    let product = first(item, &["SpecifiedTradeProduct"]);
    let quantity = first(item, &["BilledQuantity"]);
    let price = first(item, &["NetPriceProductTradePrice"]);
    let settlement = first(item, &["SpecifiedLineTradeSettlement", "SpecifiedSupplyChainTradeSettlement"]);
    let sum = settlement.and_then(|s| first(s, &["LineTotalAmount"]));
    let rate = settlement
        .and_then(|s| first(s, &["ApplicableTradeTax"]))
        .and_then(|tax| first(tax, &["RateApplicablePercent", "ApplicablePercent"]));
    let per = price.and_then(|p| child(p, "BasisQuantity")).and_then(number).filter(|per| !per.is_zero());
    let each = price.and_then(|p| child(p, "ChargeAmount")).and_then(number);
    let each = each.map(|each| per.and_then(|per| each.checked_div(per)).unwrap_or(each));
    let said = [
        ("description", product.and_then(|p| child(p, "Name")).and_then(text)),
        ("code", product.and_then(|p| child(p, "SellerAssignedID")).and_then(text)),
        ("quantity", quantity.and_then(number).map(|q| q.normalize().to_string())),
        ("unit", quantity.and_then(|q| q.attribute("unitCode")).and_then(unit).map(str::to_owned)),
        ("unit_price", each.map(money)),
        ("tax_rate", rate.and_then(number).map(|rate| rate.normalize().to_string())),
        ("amount", amount(sum)),
    ];
    // A row that says no amount is a remark.
    if said[6].1.is_none() {
        return vec![];
    }
    said.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Words for the commonest codes of UN/ECE Recommendation 20.
fn unit(code: &str) -> Option<&'static str> {
    Some(match code {
        "C62" | "H87" | "EA" | "PCE" => "pcs",
        "HUR" => "h",
        "DAY" => "days",
        "MON" => "months",
        "KGM" => "kg",
        "MTR" => "m",
        "LTR" => "l",
        "KMT" => "km",
        "KWH" => "kWh",
        _ => return None,
    })
}

/// A VAT number before any other tax number.
fn tax_id(party: Node<'_, '_>) -> Option<String> {
    let ids: Vec<_> = party
        .children()
        .filter(|n| name(*n) == "SpecifiedTaxRegistration")
        .filter_map(|registration| child(registration, "ID"))
        .collect();
    let vat = ids.iter().find(|id| id.attribute("schemeID") == Some("VA"));
    vat.or(ids.first()).and_then(|id| text(*id))
}

/// `DateTimeString` in format 102: YYYYMMDD (UNTDID 2379).
fn day(date: Node<'_, '_>) -> Option<String> {
    let text =
        date.descendants().find(|n| matches!(name(*n), "DateTimeString" | "DateString")).and_then(text)?;
    let valid = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    valid.then(|| format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))
}

/// A sum given in several currencies is wanted in the invoice's.
fn of_currency<'a, 'i>(sums: Node<'a, 'i>, wanted: &str, currency: Option<&str>) -> Option<Node<'a, 'i>> {
    let all = || sums.children().filter(|n| name(*n) == wanted);
    all().find(|n| n.attribute("currencyID") == currency && currency.is_some()).or_else(|| all().next())
}

fn amount(node: Option<Node<'_, '_>>) -> Option<String> {
    node.and_then(number).map(money)
}

/// With at least two decimals, as amounts stand everywhere here.
fn money(value: Decimal) -> String {
    let mut value = value.normalize();
    value.rescale(value.scale().clamp(2, 4));
    value.to_string()
}

fn number(node: Node<'_, '_>) -> Option<Decimal> {
    text(node)?.parse().ok()
}

fn text(node: Node<'_, '_>) -> Option<String> {
    let text = node.text()?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty() && text.len() <= 500).then_some(text)
}

fn name<'a>(node: Node<'a, '_>) -> &'a str {
    node.tag_name().name()
}

fn child<'a, 'i>(node: Node<'a, 'i>, wanted: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|n| name(*n) == wanted)
}

fn first<'a, 'i>(node: Node<'a, 'i>, wanted: &[&str]) -> Option<Node<'a, 'i>> {
    node.descendants().find(|n| wanted.contains(&name(*n)))
}

#[cfg(test)]
mod tests {
    use papertray_model::{Code, PageReading, Rect};

    use super::*;
    use crate::Knowledge;
    use crate::sample::lines;

    const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
      <rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
        xmlns:ram="urn:r" xmlns:udt="urn:u">
       <rsm:ExchangedDocument><ram:ID>RE-1O43</ram:ID><ram:TypeCode>380</ram:TypeCode>
        <ram:IssueDateTime><udt:DateTimeString format="102">20260512</udt:DateTimeString></ram:IssueDateTime>
       </rsm:ExchangedDocument>
       <rsm:SupplyChainTradeTransaction>
        <ram:IncludedSupplyChainTradeLineItem>
         <ram:SpecifiedTradeProduct><ram:SellerAssignedID>A7</ram:SellerAssignedID><ram:Name>Blue jacket</ram:Name></ram:SpecifiedTradeProduct>
         <ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>500.00</ram:ChargeAmount><ram:BasisQuantity unitCode="C62">10</ram:BasisQuantity></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
         <ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">2.0000</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
         <ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:RateApplicablePercent>19.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>
          <ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>100.00</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
        </ram:IncludedSupplyChainTradeLineItem>
        <ram:ApplicableHeaderTradeAgreement>
         <ram:SellerTradeParty><ram:Name>Acme GmbH</ram:Name><ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">12/345</ram:ID></ram:SpecifiedTaxRegistration><ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE136695976</ram:ID></ram:SpecifiedTaxRegistration></ram:SellerTradeParty>
         <ram:BuyerTradeParty><ram:Name>Kunde AG</ram:Name></ram:BuyerTradeParty>
        </ram:ApplicableHeaderTradeAgreement>
        <ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
         <ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:TaxBasisTotalAmount>100</ram:TaxBasisTotalAmount>
          <ram:TaxTotalAmount currencyID="USD">21.00</ram:TaxTotalAmount><ram:TaxTotalAmount currencyID="EUR">19.00</ram:TaxTotalAmount><ram:GrandTotalAmount>119.00</ram:GrandTotalAmount>
         </ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
       </rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"#;

    fn page(text: &str, xml: &str) -> PageReading {
        let mut page = lines(text);
        page.codes.push(Code { kind: KIND.into(), text: xml.into(), bbox: Rect::default() });
        page
    }

    #[test]
    fn the_data_says_what_the_page_says_badly() {
        let page =
            page("Acme GmbH\nNr. RE-1O43\nBlue jacket | 2 | 50,00 | 100,00\nzu zahlen 119,00 EUR", XML);
        let knowledge = Knowledge::builtin();
        let meaning = knowledge.page(&page);
        let document = knowledge.document(&[(&page, &meaning)], None);
        assert_eq!(document.doc_type.as_str(), "invoice");
        let value = |name: &str| document.fields.get(name).map(|f| f.value.as_str());
        for (name, expected) in [
            ("number", "RE-1O43"),
            ("date", "2026-05-12"),
            ("vendor", "Acme GmbH"),
            ("vendor_tax_id", "DE136695976"),
            ("buyer", "Kunde AG"),
            ("subtotal", "100.00"),
            ("tax", "19.00"),
            ("total", "119.00"),
            ("currency", "EUR"),
        ] {
            assert_eq!(value(name), Some(expected), "{name}: {:?}", document.fields);
        }
        assert!(document.fields["total"].bbox.is_some(), "it is printed, so it has a place");
        assert!(document.fields["date"].bbox.is_none(), "it is not printed");
        assert_eq!(document.lines.len(), 1);
        let line = &document.lines[0];
        assert_eq!((line["unit_price"].value.as_str(), line["quantity"].value.as_str()), ("50.00", "2"));
        assert!(line["amount"].bbox.is_some_and(|b| b.y0 > 60.0), "{line:?}");
    }

    #[test]
    fn other_data_and_broken_data_say_nothing() {
        let bomb = r#"<!DOCTYPE a [<!ENTITY b "bbbb">]><CrossIndustryInvoice>&b;</CrossIndustryInvoice>"#;
        for xml in ["", "<Order/>", "<CrossIndustryInvoice>", "<CrossIndustryInvoice/>", bomb, "\u{0}"] {
            assert_eq!(parse(xml), None, "{xml}");
        }
    }
}
