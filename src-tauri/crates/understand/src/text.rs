//! Folding of text for comparison. Nothing here knows what a word means.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters and digits only, lower case, without accents: `Gesamt-Betrag (inkl.)` → `gesamtbetraginkl`.
///
/// White space goes too, so a label whose letters were set apart, or whose words were joined by recognition, still
/// has the same key.
pub(crate) fn squash(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.nfkd() {
        if c.is_alphanumeric() && !is_combining_mark(c) {
            match c {
                'ß' => key.push_str("ss"),
                'ø' | 'Ø' => key.push('o'),
                'æ' | 'Æ' => key.push_str("ae"),
                c => key.extend(c.to_lowercase()),
            }
        }
    }
    key
}

/// Like [`squash`], with the characters that recognition confuses made the same: `Tota!` and `T0tal` → `total`'s key.
pub(crate) fn loose(text: &str) -> String {
    let bars: String =
        text.chars().map(|c| if matches!(c, '|' | '!' | '¡' | '[' | ']') { 'i' } else { c }).collect();
    squash(&bars)
        .chars()
        .map(|c| match c {
            '1' | 'l' | 'j' => 'i',
            '0' | 'q' => 'o',
            '5' => 's',
            '8' => 'b',
            '2' => 'z',
            '6' => 'g',
            c => c,
        })
        .collect()
}

/// A lower-case word for a tag: `Müller & Söhne GmbH` → `mueller-soehne-gmbh`.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.to_lowercase().chars() {
        match c {
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            c => {
                let folded = squash(c.encode_utf8(&mut [0; 4]));
                if folded.is_empty() {
                    if !slug.ends_with('-') && !slug.is_empty() && c != '\'' && c != '’' && c != '.' {
                        slug.push('-');
                    }
                } else {
                    slug.push_str(&folded);
                }
            }
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// How many letters the text has.
pub(crate) fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
}

/// How many digits the text has.
pub(crate) fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

/// At most `max` characters, cut at a word where one ends in the last third.
pub(crate) fn shorten(text: &str, max: usize) -> String {
    let Some((cut, _)) = text.char_indices().nth(max) else { return text.to_owned() };
    let head = &text[..cut];
    let end = head.rfind(' ').filter(|at| *at * 3 > cut * 2).unwrap_or(cut);
    format!("{}…", head[..end].trim_end_matches([' ', ',', ';', ':', '.', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_accents_case_and_space() {
        for (text, key) in [
            ("Gesamt-Betrag (inkl. USt.)", "gesamtbetraginklust"),
            ("Numéro de facture", "numerodefacture"),
            ("Br uttosumme", "bruttosumme"),
            ("GRÖSSE Größe", "grossegrosse"),
            ("合計", "合計"),
            ("№ 5", "no5"),
            ("", ""),
        ] {
            assert_eq!(squash(text), key, "{text}");
        }
    }

    #[test]
    fn confused_characters_are_one() {
        assert_eq!(loose("Tota!"), loose("Total"));
        assert_eq!(loose("lnv0ice"), loose("Invoice"));
        assert_ne!(loose("Total"), loose("Tax"));
    }

    #[test]
    fn tags_are_plain_words() {
        assert_eq!(slug("Müller & Söhne GmbH"), "mueller-soehne-gmbh");
        assert_eq!(slug("Mr. D.I.Y. (M) Sdn Bhd"), "mr-diy-m-sdn-bhd");
        assert_eq!(slug("…"), "");
    }

    #[test]
    fn shortening_keeps_words() {
        assert_eq!(shorten("one two three", 20), "one two three");
        assert_eq!(shorten("one two three four", 10), "one two…");
        assert_eq!(shorten("üüüüüüüüüü", 5), "üüüüü…");
    }
}
