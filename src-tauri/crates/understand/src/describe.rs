//! A name, tags and a summary for a document: taken from its fields and words, never invented.

use std::fmt::Write;

use papertray_model::{Field, Metadata};
use rust_decimal::Decimal;

use crate::date::Day;
use crate::keywords;
use crate::language;
use crate::layout::Layout;
use crate::text::{digits, letters, shorten, slug};
use crate::{DescribeInput, DocumentMeaning};

/// Values below this are too unsure to stand in a name.
const SURE_ENOUGH: f32 = 0.5;
/// The longest display name, in characters.
const NAME_LENGTH: usize = 90;
/// The most tags.
const TAGS: usize = 6;

/// Months as they stand in names.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Describes a document: name, tags, summary. `step` hears each stage (`read_text`, `classify`, `name`, `tags`,
/// `summary`) and what was found, in words for people.
pub fn describe(input: &DescribeInput<'_>, step: &mut dyn FnMut(&str, &str)) -> Metadata {
    let layouts: Vec<Layout> = input.pages.iter().map(|p| Layout::new(p)).collect();
    let words: usize = layouts.iter().map(|l| l.tokens.len()).sum();
    step("read_text", &format!("{words} words on {}", counted(layouts.len(), "page")));
    let meaning = input.meaning;
    step("classify", &classified(meaning));
    let display_name = display_name(input, &layouts);
    step("name", &display_name);
    let keywords = if meaning.doc_type.is_unknown() { keywords::of(&layouts, 3) } else { vec![] };
    let tags = tags(meaning, &keywords);
    step("tags", &tags.join(", "));
    let summary = summary(meaning, &layouts, &keywords);
    step("summary", &summary);
    let language = meaning.language.clone().or_else(|| language::of(&layouts));
    Metadata { display_name, tags, summary, language }
}

fn classified(meaning: &DocumentMeaning) -> String {
    if meaning.doc_type.is_unknown() {
        "no known type".into()
    } else {
        format!(
            "{} ({:.0} %), {}",
            type_word(meaning),
            meaning.confidence * 100.0,
            counted(meaning.fields.len(), "field")
        )
    }
}

fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// The type in words: `purchase order`.
fn type_word(meaning: &DocumentMeaning) -> String {
    match meaning.doc_type.as_str() {
        "eway_bill" => "e-way bill".into(),
        "bill" => "tax invoice".into(),
        word => word.replace('_', " "),
    }
}

/// A field's value, if it is sure enough to be told.
fn told<'m>(meaning: &'m DocumentMeaning, name: &str) -> Option<&'m Field> {
    meaning.fields.get(name).filter(|f| f.confidence >= SURE_ENOUGH && !f.value.trim().is_empty())
}

fn first_told<'m>(meaning: &'m DocumentMeaning, names: &[&str]) -> Option<&'m Field> {
    names.iter().find_map(|n| told(meaning, n))
}

/// Who the document is from: the vendor, on an order the buyer.
fn party(meaning: &DocumentMeaning) -> Option<&Field> {
    if meaning.doc_type.as_str() == "purchase_order" {
        first_told(meaning, &["buyer", "vendor"])
    } else {
        first_told(meaning, &["vendor", "supplier_name"])
    }
}

fn number(meaning: &DocumentMeaning) -> Option<&Field> {
    first_told(meaning, &["number", "ewb_number"])
}

fn date(meaning: &DocumentMeaning) -> Option<String> {
    let iso = &first_told(meaning, &["date", "generated_date"])?.value;
    let day = Day::from_iso(iso)?;
    let month = MONTHS.get(usize::from(day.month).checked_sub(1)?)?;
    Some(format!("{} {month} {}", day.of_month, day.year))
}

/// `SUNDARAM KNITWEAR` → `Sundaram Knitwear`; short words (`AEON`, `GMBH`) and mixed case stay.
fn softened(name: &str) -> String {
    if name.chars().any(char::is_lowercase) || letters(name) < 5 {
        return shorten(name, 48);
    }
    let words: Vec<String> = name
        .split_whitespace()
        .map(|word| {
            let keep = letters(word) <= 3 || word.contains('.') || digits(word) > 0;
            if keep {
                return word.to_owned();
            }
            let mut first = true;
            word.chars()
                .flat_map(|c| {
                    let out: Vec<char> = if first { vec![c] } else { c.to_lowercase().collect() };
                    first = !c.is_alphabetic();
                    out
                })
                .collect()
        })
        .collect();
    shorten(&words.join(" "), 48)
}

fn display_name(input: &DescribeInput<'_>, layouts: &[Layout]) -> String {
    let meaning = input.meaning;
    if meaning.doc_type.as_str() == "plan"
        && let Some(title) = told(meaning, "title")
    {
        return shorten(&title.value, NAME_LENGTH);
    }
    if !meaning.doc_type.is_unknown() {
        let (party, number, date) = (party(meaning), number(meaning), date(meaning));
        if party.is_some() || number.is_some() {
            let word = type_word(meaning);
            let mut name = match party {
                Some(p) => format!("{} {word}", softened(&p.value)),
                None => capitalised(&word),
            };
            if let Some(number) = number {
                name.push(' ');
                name.push_str(&shorten(&number.value, 32));
            }
            if let Some(date) = date {
                name.push_str(", ");
                name.push_str(&date);
            }
            return name;
        }
        if let (Some(date), Some(title)) = (&date, title_line(layouts)) {
            return shorten(&format!("{title}, {date}"), NAME_LENGTH);
        }
    }
    title_line(layouts).unwrap_or_else(|| cleaned_file_name(input.filename))
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// The most prominent line near the top of the first page that has words: the tallest, the first of equals.
fn title_line(layouts: &[Layout]) -> Option<String> {
    let layout = layouts.iter().find(|l| l.tokens.iter().any(|t| letters(&t.text) > 2))?;
    let mut best: Option<(f32, String)> = None;
    let limit = layout.rows.len().min(25);
    for row in 0..limit {
        for cell in layout.cells(row).iter().take(3).cloned() {
            let text = layout.text(cell.clone());
            let text = text
                .trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | ')' | '!' | '?' | '"'))
                .to_owned();
            let (l, n) = (letters(&text), text.chars().count());
            let garbled = l * 10 < n * 6;
            if l < 4 || !(5..=110).contains(&n) || garbled {
                continue;
            }
            let height = layout.tokens[cell.start].bbox.height() / layout.em;
            let score = height.clamp(0.5, 3.0) * 2.0 - row as f32 * 0.06 - if n > 70 { 0.5 } else { 0.0 };
            if best.as_ref().is_none_or(|(s, _)| score > *s) {
                best = Some((score, text));
            }
        }
    }
    best.map(|(_, text)| shorten(&text, NAME_LENGTH))
}

/// `scan_2026-05-12__final.pdf` → `scan 2026-05-12 final`.
fn cleaned_file_name(filename: &str) -> String {
    let stem = match filename.rsplit_once('.') {
        Some((stem, ext)) if !stem.is_empty() && ext.len() <= 5 && letters(ext) > 0 => stem,
        _ => filename,
    };
    let spaced: String =
        stem.chars().map(|c| if matches!(c, '_' | '+') || c.is_control() { ' ' } else { c }).collect();
    let name = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() { "Untitled document".into() } else { shorten(&name, NAME_LENGTH) }
}

fn tags(meaning: &DocumentMeaning, keywords: &[String]) -> Vec<String> {
    let mut tags: Vec<String> = vec![];
    let mut add = |tag: String| {
        if tag.len() > 1 && tags.len() < TAGS && !tags.contains(&tag) {
            tags.push(tag);
        }
    };
    if !meaning.doc_type.is_unknown() {
        add(meaning.doc_type.as_str().replace('_', "-"));
        if let Some(party) = party(meaning) {
            add(slug(&shorten(&party.value, 40)));
        }
        if let Some(day) =
            first_told(meaning, &["date", "generated_date"]).and_then(|f| Day::from_iso(&f.value))
        {
            add(day.year.to_string());
        }
        if let Some(skills) = told(meaning, "skills") {
            for skill in skills.value.split(',').take(3) {
                add(slug(skill.trim()));
            }
        }
    }
    for keyword in keywords {
        add(slug(keyword));
    }
    tags
}

/// `1234567.5` → `1,234,567.50`.
fn grouped(value: &str) -> String {
    let Ok(number) = value.parse::<Decimal>() else { return value.to_owned() };
    let text = format!("{number:.2}");
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |w| ("-", w));
    let mut out = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    format!("{sign}{out}.{cents}")
}

fn summary(meaning: &DocumentMeaning, layouts: &[Layout], keywords: &[String]) -> String {
    let pages = layouts.len();
    match meaning.doc_type.as_str() {
        "unknown" | "linesheet" => {}
        "plan" => {
            if let (Some(tasks), Some(done)) = (told(meaning, "tasks_count"), told(meaning, "tasks_done")) {
                let title = told(meaning, "title")
                    .map(|t| format!("{}: ", shorten(&t.value, 60)))
                    .unwrap_or_default();
                let progress = told(meaning, "progress_percentage")
                    .map(|p| format!(" ({} %)", p.value))
                    .unwrap_or_default();
                return format!("{title}{} of {} tasks done{progress}.", done.value, tasks.value);
            }
        }
        _ => {
            if let Some(sentence) = typed_sentence(meaning) {
                return sentence;
            }
        }
    }
    let mut parts = vec![];
    if let Some(sentence) = first_sentence(layouts) {
        parts.push(sentence);
    }
    let mut tail = if pages > 0 { capitalised(&counted(pages, "page")) } else { String::new() };
    if !keywords.is_empty() {
        tail = format!("{tail}; about {}", keywords.join(", "));
    }
    if !tail.is_empty() {
        parts.push(format!("{}.", tail.trim_start_matches("; ")));
    }
    parts.join(" ")
}

fn typed_sentence(meaning: &DocumentMeaning) -> Option<String> {
    let mut sentence = capitalised(&type_word(meaning));
    let mut facts = 0;
    if let Some(number) = number(meaning) {
        let _ = write!(sentence, " {}", number.value);
        facts += 1;
    }
    if let Some(party) = party(meaning) {
        let _ = write!(sentence, " from {}", softened(&party.value));
        facts += 1;
    }
    let to = if meaning.doc_type.as_str() == "purchase_order" {
        told(meaning, "vendor")
    } else {
        first_told(meaning, &["buyer", "recipient_name"])
    };
    if let Some(to) = to.filter(|t| t.confidence >= 0.8 && party(meaning).is_none_or(|p| p.value != t.value))
    {
        let _ = write!(sentence, " to {}", softened(&to.value));
    }
    if let Some(date) = date(meaning) {
        let _ = write!(sentence, " dated {date}");
        facts += 1;
    }
    if let Some(total) = told(meaning, "total") {
        let currency = told(meaning, "currency").map(|c| format!("{} ", c.value)).unwrap_or_default();
        let _ = write!(sentence, " for {currency}{}", grouped(&total.value));
        facts += 1;
    }
    sentence.push('.');
    if !meaning.lines.is_empty() {
        let _ = write!(sentence, " {}.", counted(meaning.lines.len(), "line item"));
    }
    (facts > 0).then_some(sentence)
}

/// The first run of words that reads like a sentence, or else the title.
fn first_sentence(layouts: &[Layout]) -> Option<String> {
    let mut text = String::new();
    'pages: for layout in layouts.iter().take(3) {
        for row in 0..layout.rows.len() {
            for cell in layout.cells(row).iter().cloned() {
                let wordy = layout.tokens[cell.clone()].iter().filter(|t| letters(&t.text) > 1).count();
                if wordy >= 6 && wordy * 4 >= cell.len() * 3 {
                    text.push_str(&layout.text(cell));
                    text.push(' ');
                } else if !text.is_empty() {
                    break 'pages;
                }
            }
            if text.len() > 400 {
                break 'pages;
            }
        }
    }
    let text = text.trim();
    if text.is_empty() {
        return title_line(layouts).map(|t| format!("{}.", t.trim_end_matches('.')));
    }
    let end = text
        .char_indices()
        .find(|(at, c)| {
            matches!(c, '.' | '!' | '?')
                && *at > 30
                && text[at + 1..].chars().next().is_none_or(char::is_whitespace)
        })
        .map_or(text.len(), |(at, _)| at + 1);
    let sentence = shorten(&text[..end], 220);
    Some(if sentence.ends_with(['.', '!', '?', '…']) { sentence } else { format!("{sentence}.") })
}
