//! What codes on the page say: the signed QR code of an Indian e-invoice, and the payment code of a European one.
//!
//! The Indian code is a JSON Web Token of the invoice registration portal (GSTN, "e-invoice QR code"): three parts in
//! base64url; the second is JSON whose `data` is JSON again. Its signature is not checked here (that needs the portal's
//! key); what it says is held against what is printed. The European one is the EPC's "Quick Response Code: Guidelines to
//! Enable Data Capture for the Initiation of a SEPA Credit Transfer" (EPC069-12).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use papertray_model::Rect;
use serde_json::Value;

use crate::date;
use crate::doctype::Kind;
use crate::ids;
use crate::locate;
use crate::money;
use crate::scene::{Candidate, Scene};

/// No code holds more.
const MOST_BYTES: usize = 8192;
/// What a code says and the page prints.
const BOTH: f32 = 0.99;
/// What only the signed code says.
const SIGNED: f32 = 0.98;
/// What only a payment code says: who is paid need not be who sells.
const PAYMENT: f32 = 0.8;

/// Candidates out of the page's codes.
pub(crate) fn all(scene: &Scene<'_>) -> Vec<(String, Candidate)> {
    let mut found = vec![];
    for (text, bbox) in scene.layout.codes.iter().filter(|(text, _)| text.len() <= MOST_BYTES) {
        let says = registered(text).or_else(|| payment(text)).unwrap_or_default();
        for (name, value, alone) in says {
            found.push((name.to_owned(), candidate(scene, name, value, alone, *bbox)));
        }
    }
    found
}

/// A field, its value, and how sure it is where only the code says it.
type Says = Vec<(&'static str, String, f32)>;

/// The value where it is printed, else at the code.
fn candidate(scene: &Scene<'_>, name: &str, value: String, alone: f32, code: Rect) -> Candidate {
    let kind = scene.spec.fields.iter().find(|f| f.name == name).map_or(Kind::Text, |f| f.kind);
    match locate::all(scene.layout, kind, &value).into_iter().next() {
        Some(range) => scene.proven(value, range, BOTH),
        None => Candidate {
            text: value.clone(),
            value,
            bbox: Some(code),
            page: scene.layout.page,
            confidence: alone,
        },
    }
}

fn registered(text: &str) -> Option<Says> {
    let mut parts = text.trim().split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let token: Value = serde_json::from_slice(&payload).ok()?;
    let data = match &token["data"] {
        Value::String(inner) => serde_json::from_str(inner).ok()?,
        Value::Object(_) => token["data"].clone(),
        _ => return None,
    };
    let word = |name: &str| data[name].as_str().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let gstin = |name: &str| {
        word(name).and_then(|id| ids::gstin(&id)).filter(|(_, proven)| *proven).map(|(id, _)| id)
    };
    let total = match &data["TotInvVal"] {
        Value::Number(number) => money::parse(&number.to_string(), Some(money::Mark::Point)),
        Value::String(text) => money::parse(text, Some(money::Mark::Point)),
        _ => None,
    };
    // DD/MM/YYYY, as the portal fixes it.
    let day = word("DocDt").and_then(|text| Some(date::prefix(&text)?.0.day(date::Order::DayFirst)?.iso()));
    let says = [
        ("vendor_tax_id", gstin("SellerGstin")),
        ("buyer_tax_id", gstin("BuyerGstin")),
        ("number", word("DocNo")),
        ("date", day),
        ("total", total.map(|amount| amount.text())),
        ("irn", word("Irn").map(|irn| irn.to_lowercase()).filter(|irn| irn.len() == 64)),
    ];
    let says: Says = says.into_iter().filter_map(|(name, value)| Some((name, value?, SIGNED))).collect();
    (!says.is_empty()).then_some(says)
}

fn payment(text: &str) -> Option<Says> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    if lines.first() != Some(&"BCD") || lines.get(3) != Some(&"SCT") {
        return None;
    }
    let mut says: Says = vec![];
    if let Some(name) = lines.get(5).filter(|name| name.len() >= 3) {
        says.push(("vendor", (*name).to_owned(), PAYMENT));
    }
    if let Some(amount) = lines.get(7).and_then(|text| money::parse(text, Some(money::Mark::Point))) {
        says.push(("total", amount.text(), PAYMENT));
        says.extend(amount.currency.map(|mention| ("currency", mention.code.to_owned(), SIGNED)));
    }
    Some(says)
}

#[cfg(test)]
mod tests {
    use papertray_model::{Code, PageReading};

    use super::*;
    use crate::Knowledge;
    use crate::sample::lines;

    fn coded(text: &str, code: &str) -> PageReading {
        let mut page = lines(text);
        page.codes.push(Code { kind: "qr".into(), text: code.into(), bbox: Rect::new(1.0, 1.0, 9.0, 9.0) });
        page
    }

    const BILL: &str = "Kaveri Exports Pvt Ltd
        GSTIN: 27AAPFU0939F1ZV
        TAX INVOICE
        Invoice No: KE/1O43 | Invoice Date: 12-05-2026
        Place of Supply: Maharashtra
        Description | HSN | Qty | Rate | Amount
        Cotton shirts | 6205 | 10 | 100.00 | 1000.00
        Taxable value | | | | 1000.00
        Total | | | | 1050.00";

    #[test]
    fn a_registered_invoice_says_its_values_and_recognition_is_overruled() {
        let data = r#"{"SellerGstin":"27AAPFU0939F1ZV","BuyerGstin":"29AAGCB7383J1Z4","DocNo":"KE/1043","DocTyp":"INV","DocDt":"12/05/2026","TotInvVal":1050.0,"Irn":"not one"}"#;
        let payload = serde_json::json!({"data": data, "iss": "NIC"}).to_string();
        let code = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
        let fields = Knowledge::builtin().page(&coded(BILL, &code)).fields;
        let value = |name: &str| fields.get(name).map(|f| f.value.as_str());
        assert_eq!(value("number"), Some("KE/1043"), "not the misread letter O");
        assert_eq!(value("buyer_tax_id"), Some("29AAGCB7383J1Z4"));
        assert_eq!(value("date"), Some("2026-05-12"));
        assert_eq!(value("irn"), None);
        assert_eq!(fields["total"].text, "1050.00", "printed as well: its box is where it is printed");
        assert!(fields["total"].bbox.is_some_and(|b| b.x0 > 9.0) && fields["total"].confidence > 0.95);
    }

    #[test]
    fn a_payment_code_names_payee_and_amount() {
        let code = "BCD\n002\n1\nSCT\nFFVBDEFF\nAcme GmbH\nDE89370400440532013000\nEUR11.90\n\n\nRE 42";
        let text = "Acme GmbH\nRechnung Nr. 42\nRechnungsdatum: 01.02.2020\nRechnungsbetrag 11,90 EUR";
        let fields = Knowledge::builtin().page(&coded(text, code)).fields;
        assert_eq!((fields["total"].value.as_str(), fields["vendor"].value.as_str()), ("11.90", "Acme GmbH"));
        assert!(fields["total"].confidence > 0.95, "code and print agree");
    }

    #[test]
    fn other_codes_say_nothing() {
        for code in ["", "https://a.example/x.y.z", "a.b.c", "BCD\n002", "e30.bm9qc29u.x"] {
            assert!(registered(code).or_else(|| payment(code)).unwrap_or_default().is_empty(), "{code}");
        }
    }
}
