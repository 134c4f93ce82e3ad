//! Text as it is searched: lower case, without accents, `ß` as `ss`; scripts without spaces in overlapping pairs, so that
//! any part of a word is found.

use unicode_normalization::UnicodeNormalization as _;

/// Letters that are no base letter with a mark, and what people type instead.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ı' => "i",
        'þ' => "th",
        _ => return None,
    })
}

/// Whether words of this script are written without spaces between them.
fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{0e00}'..='\u{0e7f}' | '\u{20000}'..='\u{3ffff}')
}

/// A mark that changes a Latin, Greek or Cyrillic letter; those of Indian scripts are part of the word.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

/// The words of a text as they are searched, in order.
pub fn fold(text: &str) -> Vec<String> {
    let (mut words, mut word, mut run) = (vec![], String::new(), Vec::new());
    let bare = text.nfkd().filter(|c| !is_accent(*c)).nfc();
    for c in bare.flat_map(char::to_lowercase) {
        if !is_of_word(c) {
            end(&mut words, &mut word);
            end_run(&mut words, &mut run);
        } else if is_spaceless(c) {
            end(&mut words, &mut word);
            run.push(c);
        } else {
            end_run(&mut words, &mut run);
            match plain(c) {
                Some(letters) => word.push_str(letters),
                None if is_accent(c) => {} // what lower-casing took apart
                None => word.push(c),
            }
        }
    }
    end(&mut words, &mut word);
    end_run(&mut words, &mut run);
    words
}

/// The words that signs part (`T-shirt`, `INV-2024-001`), written together, in order: people type them so.
pub(crate) fn joined(text: &str) -> impl Iterator<Item = String> + '_ {
    /// A longer one is no word.
    const LETTERS: usize = 40;
    text.split_whitespace().filter_map(|word| {
        let parts = fold(word);
        let parted = parts.len() > 1 && !word.chars().any(is_spaceless);
        let joined = parts.concat();
        (parted && joined.chars().count() <= LETTERS).then_some(joined)
    })
}

fn end(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// A run of a script without spaces: its pairs, or the one letter it is.
fn end_run(words: &mut Vec<String>, run: &mut Vec<char>) {
    match run.as_slice() {
        [] => {}
        [only] => words.push(only.to_string()),
        letters => words.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>())),
    }
    run.clear();
}

/// Whether a folded word is one letter of a script without spaces: it is looked for at the beginning of pairs.
pub(crate) fn is_half_pair(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(is_spaceless) && letters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::{fold, joined};

    #[test]
    fn accents_case_and_sharp_s_make_no_difference() {
        for (text, folded) in [
            ("Größe STRASSE Straße", "grosse strasse strasse"),
            ("Café Ångström ÉCOLE", "cafe angstrom ecole"),
            ("Łódź Ørsted Æsir œuvre İzmir", "lodz orsted aesir oeuvre izmir"),
            ("B2833/26 € 1.340,00", "b2833 26 1 340 00"),
            ("ﬁne ½", "fine 1 2"),
            ("हिन्दी नमस्ते", "हिन्दी नमस्ते"),
            ("請求書 No. 7 円", "請求 求書 no 7 円"),
            ("", ""),
        ] {
            assert_eq!(fold(text).join(" "), folded, "{text:?}");
        }
    }

    #[test]
    fn what_signs_part_is_a_word_too() {
        let said = "T-shirt INV-2024-001, plain 請求-書 (x)";
        assert_eq!(joined(said).collect::<Vec<_>>(), ["tshirt", "inv2024001"]);
    }
}
