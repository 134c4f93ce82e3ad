//! Identifiers that prove themselves: GSTIN, VAT id, IBAN, e-way bill and vehicle numbers of India.

/// The 36 characters of a GSTIN in the order its check digit counts them.
const BASE36: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Letters and digits, upper case.
pub(crate) fn compact(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// The shape of a GSTIN: state, PAN, entity, a letter, check digit.
fn gstin_shape(id: &str) -> bool {
    let b = id.as_bytes();
    b.len() == 15
        && b[..2].iter().all(u8::is_ascii_digit)
        && b[2..7].iter().all(u8::is_ascii_uppercase)
        && b[7..11].iter().all(u8::is_ascii_digit)
        && b[11].is_ascii_uppercase()
        && b[12].is_ascii_alphanumeric()
        && b[13].is_ascii_uppercase()
        && b[14].is_ascii_alphanumeric()
        && ((1..=38).contains(&((b[0] - b'0') * 10 + b[1] - b'0')) || matches!(&id[..2], "97" | "99"))
}

/// The check digit of a GSTIN's first 14 characters (Luhn modulo 36, as GSTN publishes it).
fn gstin_check(id: &str) -> Option<char> {
    let mut sum = 0;
    for (i, c) in id.bytes().take(14).enumerate() {
        let value = BASE36.iter().position(|b| *b == c)?;
        let product = value * if i % 2 == 0 { 1 } else { 2 };
        sum += product / 36 + product % 36;
    }
    BASE36.get((36 - sum % 36) % 36).map(|b| char::from(*b))
}

/// A GSTIN in the text, repaired where recognition took a digit for a letter or the reverse, and whether its check
/// digit agrees.
pub(crate) fn gstin(text: &str) -> Option<(String, bool)> {
    let id = compact(text);
    if id.len() != 15 {
        return None;
    }
    let repaired: String = id
        .chars()
        .enumerate()
        .map(|(i, c)| match i {
            0 | 1 | 7..=10 => to_digit(c),
            2..=6 | 11 | 13 => to_letter(c),
            _ => c,
        })
        .collect();
    for candidate in [id, repaired] {
        if gstin_shape(&candidate) {
            let proven = gstin_check(&candidate) == candidate.chars().last();
            return Some((candidate, proven));
        }
    }
    None
}

fn to_digit(c: char) -> char {
    match c {
        'O' | 'Q' | 'D' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'G' => '6',
        'B' => '8',
        c => c,
    }
}

fn to_letter(c: char) -> char {
    match c {
        '0' => 'O',
        '1' => 'I',
        '2' => 'Z',
        '5' => 'S',
        '6' => 'G',
        '8' => 'B',
        c => c,
    }
}

/// A VAT id of a European country: prefix and a body of the length that country uses.
pub(crate) fn vat(text: &str) -> Option<String> {
    let id = compact(text);
    if !id.is_ascii() || id.len() < 4 {
        return None;
    }
    let (country, body) = id.split_at(2);
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let all_digits = digits == body.len();
    let fits = match country {
        "DE" | "EE" | "EL" | "GR" | "PT" => all_digits && body.len() == 9,
        "FI" | "HU" | "LU" | "MT" | "SI" | "DK" => all_digits && body.len() == 8,
        "PL" | "SK" | "BE" => all_digits && body.len() == 10,
        "IT" | "HR" | "LV" => all_digits && body.len() == 11,
        "SE" => all_digits && body.len() == 12,
        "AT" => body.len() == 9 && body.starts_with('U') && digits == 8,
        "NL" => body.len() == 12 && body.as_bytes()[9] == b'B' && digits == 11,
        "FR" => body.len() == 11 && digits >= 9,
        "ES" => body.len() == 9 && digits >= 7,
        "IE" => (8..=9).contains(&body.len()) && digits >= 6,
        "GB" => all_digits && matches!(body.len(), 9 | 12),
        "CZ" => all_digits && (8..=10).contains(&body.len()),
        "RO" => all_digits && (2..=10).contains(&body.len()) && body.len() >= 6,
        "BG" => all_digits && (9..=10).contains(&body.len()),
        "LT" => all_digits && matches!(body.len(), 9 | 12),
        "CY" => body.len() == 9 && digits == 8,
        _ => false,
    };
    fits.then_some(id)
}

/// Whether the text is an IBAN: ISO 13616 shape and remainder 1 modulo 97.
pub(crate) fn is_iban(text: &str) -> bool {
    let id = compact(text);
    if !(15..=34).contains(&id.len()) || !iban_start(&id) {
        return false;
    }
    let mut remainder: u32 = 0;
    for c in id[4..].bytes().chain(id[..4].bytes()) {
        let value = if c.is_ascii_digit() { u32::from(c - b'0') } else { u32::from(c - b'A') + 10 };
        remainder = if value > 9 { remainder * 100 + value } else { remainder * 10 + value } % 97;
    }
    remainder == 1
}

/// Whether the text begins as an IBAN does: two letters, two digits.
pub(crate) fn iban_start(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() >= 4 && b[..2].iter().all(u8::is_ascii_uppercase) && b[2..4].iter().all(u8::is_ascii_digit)
}

/// An e-way bill number: twelve digits, printed in one piece or in fours.
pub(crate) fn eway_number(text: &str) -> Option<String> {
    let only = text.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    let id: String = text.chars().filter(char::is_ascii_digit).collect();
    (only && id.len() == 12 && !id.starts_with('0')).then_some(id)
}

/// An Indian vehicle registration: `DL13CB3139`, `KA 19 HE 1605`.
pub(crate) fn vehicle(text: &str) -> Option<String> {
    let id = compact(text);
    let b = id.as_bytes();
    if !(8..=11).contains(&b.len()) || !b[..2].iter().all(u8::is_ascii_uppercase) {
        return None;
    }
    let number = b.iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let district = b[2..].iter().take_while(|c| c.is_ascii_digit()).count();
    let series = b.len().checked_sub(2 + district + number)?;
    let series_ok = b.get(2 + district..2 + district + series)?.iter().all(u8::is_ascii_uppercase);
    (number == 4 && (1..=2).contains(&district) && (1..=3).contains(&series) && series_ok).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gstins_prove_themselves() {
        // Published examples of the GST council.
        for id in ["27AAPFU0939F1ZV", "29AAGCB7383J1Z4", "24AAACC1206D1ZM"] {
            assert_eq!(gstin(id), Some((id.to_owned(), true)), "{id}");
        }
        assert_eq!(gstin("27AAPFU0939F1ZX"), Some(("27AAPFU0939F1ZX".into(), false)));
        assert_eq!(gstin("27 AAPFU 0939 F1ZV").map(|g| g.1), Some(true));
        assert_eq!(gstin("27AAPFUO939F1ZV"), Some(("27AAPFU0939F1ZV".into(), true)), "O for 0");
        for text in ["", "27AAPFU0939F1Z", "DE123456789", "123456789012345", "99999999999999999"] {
            assert_eq!(gstin(text), None, "{text}");
        }
    }

    #[test]
    fn vat_ids() {
        for (text, id) in [
            ("DE 123 456 789", Some("DE123456789")),
            ("FR40303265045", Some("FR40303265045")),
            ("NL123456789B01", Some("NL123456789B01")),
            ("ATU12345678", Some("ATU12345678")),
            ("IT01234567890", Some("IT01234567890")),
            ("DE12345678", None),
            ("RE123456789", None),
            ("", None),
        ] {
            assert_eq!(vat(text).as_deref(), id, "{text}");
        }
    }

    #[test]
    fn ibans() {
        assert!(is_iban("DE89 3704 0044 0532 0130 00"));
        assert!(is_iban("GB82WEST12345698765432"));
        assert!(!is_iban("DE89 3704 0044 0532 0130 01"));
        assert!(!is_iban("INV-2018-0001"));
    }

    #[test]
    fn indian_transport_numbers() {
        assert_eq!(eway_number("1755 4136 2800").as_deref(), Some("175541362800"));
        assert_eq!(eway_number("17554136280"), None);
        assert_eq!(vehicle("KA 19 HE 1605").as_deref(), Some("KA19HE1605"));
        assert_eq!(vehicle("DL1C1234").as_deref(), Some("DL1C1234"));
        assert_eq!(vehicle("INV12345"), None);
        assert_eq!(vehicle(""), None);
    }
}
