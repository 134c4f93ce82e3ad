//! The language of a text, where it is long enough to tell.

use whatlang::{Lang, detect};

use crate::layout::Layout;
use crate::text::letters;

/// The most characters that are looked at.
const ENOUGH: usize = 6_000;

/// The language of the pages together as ISO 639-1; none where it is not certain.
pub(crate) fn of(layouts: &[Layout]) -> Option<String> {
    let mut text = String::new();
    for layout in layouts {
        for row in &layout.rows {
            for token in &layout.tokens[row.clone()] {
                // Numbers and codes say nothing about a language.
                if letters(&token.text) * 2 > token.text.chars().count() {
                    text.push_str(&token.text.to_lowercase());
                    text.push(' ');
                }
            }
            text.push('\n');
            if text.len() > ENOUGH {
                return guess(&text);
            }
        }
    }
    guess(&text)
}

/// The language of a text.
pub(crate) fn guess(text: &str) -> Option<String> {
    if letters(text) < 40 {
        return None;
    }
    let info = detect(text)?;
    let sure = info.is_reliable() || (info.confidence() > 0.6 && letters(text) > 200);
    sure.then(|| two_letters(info.lang())).flatten().map(str::to_owned)
}

/// ISO 639-1 of the languages that have one and that documents here come in.
fn two_letters(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Eng => "en",
        Lang::Deu => "de",
        Lang::Fra => "fr",
        Lang::Spa => "es",
        Lang::Ita => "it",
        Lang::Por => "pt",
        Lang::Nld => "nl",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "no",
        Lang::Fin => "fi",
        Lang::Pol => "pl",
        Lang::Ces => "cs",
        Lang::Slk => "sk",
        Lang::Hun => "hu",
        Lang::Ron => "ro",
        Lang::Bul => "bg",
        Lang::Hrv => "hr",
        Lang::Slv => "sl",
        Lang::Ell => "el",
        Lang::Tur => "tr",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Heb => "he",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Ben => "bn",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Mar => "mr",
        Lang::Guj => "gu",
        Lang::Pan => "pa",
        Lang::Kan => "kn",
        Lang::Mal => "ml",
        Lang::Urd => "ur",
        Lang::Pes => "fa",
        Lang::Cmn => "zh",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Tha => "th",
        Lang::Vie => "vi",
        Lang::Ind => "id",
        Lang::Cat => "ca",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Lat => "la",
        Lang::Afr => "af",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::guess;

    #[test]
    fn only_long_texts_have_a_language() {
        assert_eq!(guess("Total 12"), None);
        assert_eq!(guess(""), None);
        let german = "wir bedanken uns für die gute zusammenarbeit und stellen ihnen vereinbarungsgemäß folgende lieferungen in rechnung";
        assert_eq!(guess(german).as_deref(), Some("de"));
        let english = "please send two copies of your invoice and notify us immediately if you are unable to ship as specified";
        assert_eq!(guess(english).as_deref(), Some("en"));
    }
}
