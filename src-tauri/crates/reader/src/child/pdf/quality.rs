//! Whether a page's own text can be trusted, or the page is better recognised anew.
//!
//! A layer is bad where fonts do not say what their glyphs mean (garbage, or letters shifted to other letters), and
//! where an earlier recognition failed. It is measured by what words look like in any language written with Latin,
//! Greek or Cyrillic letters: made of letters or of digits, with vowels at a natural rate. Other scripts count as
//! plausible.

use super::layer::Counts;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There is no text.
    Absent,
    /// The text is as good as recognition, or better.
    Good,
    /// The text is not worth keeping where recognition gives any.
    Bad,
}

/// A recognition's layer must be this plausible to be kept: recognition is better today.
const LEAST_RECOGNISED: f32 = 0.8;
/// The same for text that the page's maker set.
const LEAST_SET: f32 = 0.45;
/// Fewer words than this tell nothing.
const FEW_WORDS: usize = 12;

/// Letters of a word that may be a code.
const SHORT_WORD: usize = 3;

/// The verdict on a layer of these words.
pub(crate) fn judge<'a>(words: impl Iterator<Item = &'a str>, counts: Counts) -> Verdict {
    if counts.characters == 0 {
        return Verdict::Absent;
    }
    if counts.garbage * 5 > counts.characters {
        return Verdict::Bad;
    }
    let (mut all, mut plausible) = (0usize, 0usize);
    let (mut letters, mut vowels) = (0usize, 0usize);
    for word in words {
        all += 1;
        plausible += usize::from(is_plausible(word));
        // Short ones are codes as often as words: `XS - S - M - L - XL`, `WS 37.00 / RRP 92.50 USD`.
        let of_word = || word.chars().filter(|c| is_plain_letter(*c));
        if of_word().count() > SHORT_WORD {
            letters += of_word().count();
            vowels += of_word().filter(|c| is_vowel(*c)).count();
        }
    }
    if all < FEW_WORDS {
        return Verdict::Good;
    }
    // 27 % (Welsh counts w) to 50 % of letters are vowels in living languages; a shifted alphabet has few.
    let odd_letters = letters >= 80 && !(0.2..=0.62).contains(&(vowels as f32 / letters as f32));
    let recognised = counts.invisible * 2 > counts.characters;
    let least = if recognised { LEAST_RECOGNISED } else { LEAST_SET };
    if odd_letters || (plausible as f32) < least * all as f32 { Verdict::Bad } else { Verdict::Good }
}

fn is_plausible(word: &str) -> bool {
    let core = word.trim_matches(|c: char| !c.is_alphanumeric());
    if core.is_empty() {
        // A dash, a bullet, an amount's currency sign.
        return word.chars().count() <= 2;
    }
    let count = |test: fn(char) -> bool| core.chars().filter(|c| test(*c)).count();
    let (all, letters, digits) =
        (core.chars().count(), count(char::is_alphabetic), count(|c| c.is_ascii_digit()));
    if digits > 0 {
        // Amounts, dates, numbers of things: digits with separators, or with a few letters.
        return all - letters - digits <= digits.max(letters);
    }
    if letters * 10 < all * 8 {
        return false;
    }
    let plain = core.chars().filter(|c| is_plain_letter(*c)).count();
    if plain < 4 || plain * 2 < letters || core.chars().all(|c| !c.is_lowercase()) {
        return true;
    }
    let vowels = core.chars().filter(|c| is_vowel(*c)).count();
    let humps =
        core.chars().zip(core.chars().skip(1)).filter(|(a, b)| a.is_lowercase() && b.is_uppercase()).count();
    vowels > 0 && vowels < plain && humps <= 2
}

/// Letters of alphabets that write their vowels.
fn is_plain_letter(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{45f}')
        && c.is_alphabetic()
}

fn is_vowel(c: char) -> bool {
    c.to_lowercase().any(|c| {
        matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'à'..='æ' | 'è'..='ï' | 'ò'..='ö' | 'ø'..='ý' | 'ÿ'..='ą' | 'ē'..='ě' | 'ĩ'..='ı' | 'ō'..='œ' | 'ũ'..='ų')
            || "αάεέηήιίοόυύωώаеёиіїоуыэюяй".contains(c)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str, garbage: usize, invisible: usize) -> Verdict {
        let characters = text.chars().filter(|c| !c.is_whitespace()).count() + garbage;
        judge(text.split_whitespace(), Counts { characters, garbage, invisible })
    }

    const ENGLISH: &str = "Please remit payment within thirty days of the invoice date to the account named below, \
        quoting number 10432 and your customer reference. Goods remain our property until paid in full. Thank you";
    const GERMAN: &str = "Wir bitten um Überweisung des Rechnungsbetrags von 1.234,56 € innerhalb von 14 Tagen ohne \
        Abzug auf das unten genannte Konto. Die Ware bleibt bis zur vollständigen Bezahlung unser Eigentum.";

    #[test]
    fn words_of_living_languages_are_good() {
        assert_eq!(verdict(ENGLISH, 0, 0), Verdict::Good);
        assert_eq!(verdict(GERMAN, 0, 0), Verdict::Good);
        assert_eq!(
            verdict("请在三十天内付款 发票号码 一 二 三 四 五 六 七 八 九 十 十一 十二", 0, 0),
            Verdict::Good
        );
        assert_eq!(verdict("Total 48.00", 0, 0), Verdict::Good);
    }

    #[test]
    fn a_shifted_alphabet_is_bad() {
        let shifted: String = ENGLISH
            .chars()
            .map(|c| if c.is_ascii_lowercase() { (c as u8 - 29) as char } else { c })
            .collect();
        assert_eq!(verdict(&shifted, 0, 0), Verdict::Bad);
    }

    #[test]
    fn lists_of_sizes_and_prices_are_good() {
        let caption = "GRETA SHIRT KV-1042 / Olive XS - S - M - L - XL WS 37.00 / RRP 92.50 USD ";
        assert_eq!(verdict(&caption.repeat(9), 0, 0), Verdict::Good);
    }

    #[test]
    fn glyphs_without_meaning_are_bad() {
        assert_eq!(verdict("Total 48.00", 20, 0), Verdict::Bad);
        assert_eq!(verdict("", 0, 0), Verdict::Absent);
    }

    #[test]
    fn a_failed_recognition_is_bad_and_a_good_one_is_kept() {
        let noise = "|~ Tlie \\ ^ iri;voi,ce ~'| l!iI :;.. rn-m Wii,th ~~ .,' |I| ('/ vvv =_ T0ta| >> «-- .;";
        let n = noise.chars().filter(|c| !c.is_whitespace()).count();
        assert_eq!(verdict(noise, 0, n), Verdict::Bad);
        assert_eq!(verdict(ENGLISH, 0, 150), Verdict::Good);
    }
}
