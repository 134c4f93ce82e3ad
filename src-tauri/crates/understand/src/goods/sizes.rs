//! Sizes: single ones, lists, and ranges expanded by their scale.

use crate::text::squash;

/// A scale's kind and a size's place on it. Half steps are kept in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// M is 0, S -1, L 1; XS and XL are 3 away, and so on along the run.
    Alpha(i32),
    /// 36, 7.5 as 3600, 750.
    Number(i32),
    /// One size for all.
    One,
    /// `2T`, `3-6M`, `32A`, `10Y`: a number with a mark.
    Marked(i32, u32),
}

const ALPHA: [(&str, i32); 29] = [
    ("XXXXS", -6),
    ("4XS", -6),
    ("XXXS", -5),
    ("3XS", -5),
    ("XXS", -4),
    ("2XS", -4),
    ("XS", -3),
    ("XSMALL", -3),
    ("S", -1),
    ("SM", -1),
    ("SMALL", -1),
    ("M", 0),
    ("MD", 0),
    ("MED", 0),
    ("MEDIUM", 0),
    ("L", 1),
    ("LG", 1),
    ("LARGE", 1),
    ("XL", 3),
    ("XLARGE", 3),
    ("1XL", 3),
    ("XXL", 4),
    ("2XL", 4),
    ("XXXL", 5),
    ("3XL", 5),
    ("XXXXL", 6),
    ("4XL", 6),
    ("5XL", 7),
    ("6XL", 8),
];
/// The printed names along the alphabet's scale, by their step.
const ALPHA_RUN: [(i32, &str); 12] = [
    (-6, "XXXXS"),
    (-5, "XXXS"),
    (-4, "XXS"),
    (-3, "XS"),
    (-1, "S"),
    (0, "M"),
    (1, "L"),
    (3, "XL"),
    (4, "XXL"),
    (5, "XXXL"),
    (6, "4XL"),
    (7, "5XL"),
];

fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-') || *c == '.')
        .collect::<String>()
        .to_uppercase()
}

/// The place of one size on its scale; `None` for what is no size.
pub(crate) fn step(text: &str) -> Option<Step> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > 12 || text.starts_with(['-', '–']) || text.ends_with(['-', '–']) {
        return None;
    }
    let key = squash(text).to_uppercase();
    if matches!(
        key.as_str(),
        "OS" | "ONESIZE"
            | "TU"
            | "TAILLEUNIQUE"
            | "TAGLIAUNICA"
            | "ONE"
            | "OSFA"
            | "OSFM"
            | "UNI"
            | "UNICA"
            | "EINHEITSGROSSE"
            | "ONESZ"
            | "TALLAUNICA"
            | "FREESIZE"
            | "1SZ"
            | "O/S"
            | "NS"
            | "UNIQUE"
            | "ONESIZEFITSALL"
    ) {
        return Some(Step::One);
    }
    // `X-Large` is a size, `XS-M` a range of them.
    let parts = text.contains(['-', '/', ' ', '–', '|', ',', '+']);
    let spelled =
        key.len() > 4 || text.to_uppercase().starts_with("X-") || text.to_uppercase().starts_with("XX-");
    if let Some((_, rank)) = ALPHA.iter().find(|(name, _)| *name == key).filter(|_| !parts || spelled) {
        return Some(Step::Alpha(*rank));
    }
    // `S/M`, `XL/XXL`: between the two.
    if let Some((a, b)) = text.split_once('/')
        && let (Some(Step::Alpha(a)), Some(Step::Alpha(b))) = (step(a), step(b))
        && a < b
        && b - a <= 2
    {
        return Some(Step::Marked(i32::midpoint(a * 100, b * 100), 1));
    }
    let body = folded(text);
    let body = ["EU", "US", "UK", "IT", "FR", "DE", "W", "T"]
        .iter()
        .find_map(|p| body.strip_prefix(p).filter(|r| r.starts_with(|c: char| c.is_ascii_digit())))
        .unwrap_or(&body);
    let (digits, rest) = split_number(body)?;
    // `0123` is a number of something, `00` a size.
    if digits.len() > 2 && digits.starts_with('0') {
        return None;
    }
    let whole: f32 = digits.replace(',', ".").parse().ok()?;
    if !(0.0..=240.0).contains(&whole) {
        return None;
    }
    let hundredths = (whole * 100.0).round() as i32;
    match rest {
        "" => Some(Step::Number(hundredths)),
        "½" | "1/2" => Some(Step::Number(hundredths + 50)),
        "⅓" | "1/3" => Some(Step::Number(hundredths + 33)),
        "⅔" | "2/3" => Some(Step::Number(hundredths + 67)),
        "T" | "Y" | "A" | "B" | "C" | "D" | "DD" | "E" | "F" | "G" | "R" | "CM" | "M" | "YRS" | "ANS"
        | "K" | "AA" | "W" | "P" | "X" => Some(Step::Marked(hundredths, mark(rest))),
        _ => {
            // `3-6M`, `32x34`, `32/34`, `0-3M`.
            let original: String =
                text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
            let at = original.find(|c: char| !c.is_ascii_digit())?;
            let sign = original[at..].chars().next()?;
            let (tail, unit) = split_number(&original[at + sign.len_utf8()..])?;
            let tail: i32 = tail.parse().ok()?;
            let span = (1..=60).contains(&tail);
            let month = matches!(sign, '-' | '/' | '–')
                && matches!(unit, "M" | "Y" | "MO" | "MOS" | "YRS" | "MTHS" | "CM");
            let cross = matches!(sign, 'X' | '/' | '×' | '*')
                && matches!(unit, "" | "L")
                && (22..=60).contains(&(hundredths / 100))
                && (24..=40).contains(&tail);
            (span && (month || cross)).then(|| Step::Marked(hundredths, 1000 + tail as u32))
        }
    }
}

fn mark(text: &str) -> u32 {
    text.bytes().fold(2, |a, b| a * 31 + u32::from(b))
}

/// Whether a half follows the point: `5` and no other digit.
fn is_half(text: &str) -> bool {
    text.strip_prefix('5').is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The digits at the start, and what follows.
fn split_number(text: &str) -> Option<(&str, &str)> {
    let mut end = 0;
    let mut points = 0;
    for (i, c) in text.char_indices() {
        match c {
            '0'..='9' => end = i + 1,
            '.' | ',' if points == 0 && i > 0 && is_half(&text[i + 1..]) => points += 1,
            _ => break,
        }
    }
    (end > 0 && end <= 5).then(|| text.split_at(end))
}

/// Whether this is one size.
pub(crate) fn is_size(text: &str) -> bool {
    step(text).is_some()
}

/// The same for every way of writing a size: `2XL` and `XXL`, `O/S` and `ONE SIZE`, `32/34` and `32x34`.
pub(crate) fn key(text: &str) -> String {
    match step(text) {
        Some(Step::Alpha(rank)) => ALPHA_RUN
            .iter()
            .find(|(r, _)| *r == rank)
            .map_or_else(|| format!("A{rank}"), |(_, n)| (*n).to_owned()),
        Some(Step::One) => "OS".to_owned(),
        Some(Step::Number(n)) if n % 100 == 0 => (n / 100).to_string(),
        Some(Step::Number(n)) => format!("{}.{}", n / 100, n % 100),
        Some(Step::Marked(..)) | None => {
            let plain: String =
                text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
            plain.replace(['/', '×', '*'], "X")
        }
    }
}

/// A size as lines of orders say it: by its key, but one size for all as it is printed.
pub(crate) fn printed(text: &str) -> String {
    if step(text) == Some(Step::One) { text.trim().to_owned() } else { key(text) }
}

/// What is known of the goods when a range is expanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Goods {
    /// Shoes: European numbers go by ones.
    pub(crate) shoes: bool,
    /// The number of sizes, where it is known (from a ratio).
    pub(crate) count: Option<usize>,
}

/// All sizes from one to another by their scale; `None` where they are not of one scale or the other way round.
pub(crate) fn expand(from: &str, to: &str, goods: Goods) -> Option<Vec<String>> {
    match (step(from)?, step(to)?) {
        (Step::Alpha(a), Step::Alpha(b)) if a < b => Some(
            ALPHA_RUN
                .iter()
                .filter(|(r, _)| (a..=b).contains(r))
                .map(|(r, n)| {
                    if *r == a {
                        from.trim().to_owned()
                    } else if *r == b {
                        to.trim().to_owned()
                    } else {
                        (*n).to_owned()
                    }
                })
                .collect(),
        ),
        (Step::Number(a), Step::Number(b)) if a < b => {
            let stride = stride(a, b, goods);
            let count = (b - a) / stride;
            ((b - a) % stride == 0 && count <= 30)
                .then(|| (0..=count).map(|i| number(a + i * stride)).collect())
        }
        (Step::Marked(a, m), Step::Marked(b, n))
            if a < b && m == n && m > 1 && m < 1000
                || matches!((step(from)?, step(to)?), (Step::Marked(..), Step::Marked(_, x)) if x > 1 && a < b && m == n) =>
        {
            let unit: String = to.trim().chars().skip_while(|c| c.is_ascii_digit()).collect();
            let stride = if (b - a) % 200 == 0 && a >= 3000 { 200 } else { 100 };
            Some(
                (0..=(b - a) / stride)
                    .take(30)
                    .map(|i| format!("{}{unit}", (a + i * stride) / 100))
                    .collect(),
            )
        }
        _ => None,
    }
}

fn number(hundredths: i32) -> String {
    if hundredths % 100 == 0 {
        (hundredths / 100).to_string()
    } else {
        format!("{}.{}", hundredths / 100, hundredths % 100 / 10)
    }
}

/// How far the sizes of a range of numbers stand apart, in hundredths.
fn stride(a: i32, b: i32, goods: Goods) -> i32 {
    if let Some(count) = goods.count.filter(|c| *c > 1) {
        let gaps = i32::try_from(count).unwrap_or(i32::MAX) - 1;
        if (b - a) % gaps == 0 {
            return ((b - a) / gaps).max(1);
        }
    }
    if a % 100 != 0 || b % 100 != 0 {
        return 50;
    }
    let even = a % 200 == 0 && b % 200 == 0;
    if goods.shoes || !even {
        return if a < 1600 && goods.shoes && b <= 1600 { 50 } else { 100 };
    }
    // Waists go by ones up to 34 and are seldom so few; clothes of Europe and of women's and children's numbers by twos.
    let waist = (2300..=3100).contains(&a) && b <= 3600;
    if waist { 100 } else { 200 }
}

/// Sizes as a text lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SizeList {
    pub(crate) sizes: Vec<String>,
    /// The text says the first and the last only.
    pub(crate) range: bool,
}

/// Reads a whole text as sizes: `XS/S/M`, `28, 29, 30`, `S-XL`, `8 to 16`, `Waist 28, 30; length 30, 32`.
pub(crate) fn list(text: &str, goods: Goods) -> Option<SizeList> {
    let text = text.trim().trim_end_matches(['.', ';', ',']);
    if text.is_empty() || text.len() > 160 {
        return None;
    }
    // `EU 36/38/40`: whose scale it is stands before all of them. `EU 36` alone keeps it.
    if let Some(list) = after_scale(text).and_then(|rest| list(rest, goods)).filter(|l| l.sizes.len() > 1) {
        return Some(list);
    }
    if let Some(both) = waist_and_length(text, goods) {
        return Some(both);
    }
    if let Some(size) = Some(text).filter(|t| is_size(t)) {
        return Some(SizeList { sizes: vec![size.to_owned()], range: false });
    }
    if let Some((from, to)) = ends(text)
        && let Some(sizes) = expand(from, to, goods)
    {
        return Some(SizeList { sizes, range: true });
    }
    for separator in [" | ", ";", ",", "/", "|", " · ", "·", " - ", "-", "–", " "] {
        let parts: Vec<&str> = text.split(separator).map(str::trim).filter(|p| !p.is_empty()).collect();
        if parts.len() < 2 {
            continue;
        }
        if parts.iter().all(|p| is_size(p)) {
            return rising(&parts)
                .then(|| SizeList { sizes: parts.iter().map(|p| (*p).to_owned()).collect(), range: false });
        }
        // `XS, S-L`, `EU 36 - 42`: parts that are ranges themselves.
        let many: Option<Vec<Vec<String>>> = parts
            .iter()
            .map(|p| {
                if is_size(p) {
                    Some(vec![(*p).to_owned()])
                } else {
                    ends(p).and_then(|(a, b)| expand(a, b, goods))
                }
            })
            .collect();
        if let Some(many) = many {
            return Some(SizeList { sizes: many.concat(), range: false });
        }
    }
    glued(text).or_else(|| list(after_scale(text)?, goods))
}

/// What follows a region or a word before sizes: `EU 36-42`, `Sizes S-XL`, `UK: 8 - 16`.
fn after_scale(text: &str) -> Option<&str> {
    const BEFORE: [&str; 30] = [
        "eu", "us", "uk", "it", "fr", "de", "eur", "sizes", "size", "tailles", "taglie", "grossen", "tallas",
        "waist", "sz", "w", "women", "men", "mens", "womens", "taille", "int", "groesse", "groessen", "usa",
        "jp", "gr", "maten", "maat", "talla",
    ];
    let (head, rest) = text.split_once([' ', ':'])?;
    BEFORE.contains(&squash(head).as_str()).then_some(rest)
}

/// Sizes between which a recognition lost the spaces: `XS SMLXL`, `3638404244`.
fn glued(text: &str) -> Option<SizeList> {
    let run: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if !run.is_ascii() || !(3..=24).contains(&run.len()) {
        return None;
    }
    let mut sizes: Vec<String> = vec![];
    if run.chars().all(|c| c.is_ascii_digit()) {
        let pairs: Vec<i32> =
            run.as_bytes().chunks(2).filter_map(|p| std::str::from_utf8(p).ok()?.parse().ok()).collect();
        let step = pairs.get(1)? - pairs[0];
        let even = pairs.windows(2).all(|w| w[1] - w[0] == step);
        return (run.len() >= 8 && run.len().is_multiple_of(2) && even && matches!(step, 1 | 2))
            .then(|| SizeList { sizes: pairs.iter().map(ToString::to_string).collect(), range: false });
    }
    let mut rest = run.as_str();
    let mut last = i32::MIN;
    while !rest.is_empty() {
        // The next larger size that is printed there.
        let (rank, name) = ALPHA_RUN.iter().find(|(rank, name)| *rank > last && rest.starts_with(name))?;
        last = *rank;
        sizes.push((*name).to_owned());
        rest = &rest[name.len()..];
    }
    (sizes.len() >= 3).then_some(SizeList { sizes, range: false })
}

/// Whether sizes rise along a scale, as lists do, or are of no one scale.
fn rising(parts: &[&str]) -> bool {
    let steps: Vec<Step> = parts.iter().filter_map(|p| step(p)).collect();
    steps.windows(2).all(|w| match (w[0], w[1]) {
        (Step::Number(a), Step::Number(b)) | (Step::Alpha(a), Step::Alpha(b)) => a < b,
        _ => true,
    })
}

/// The two ends of a range.
fn ends(text: &str) -> Option<(&str, &str)> {
    for separator in
        [" to ", " TO ", " à ", " bis ", " a ", " al ", " thru ", "–", "—", " - ", "-", "→", "~", "…", ".."]
    {
        if let Some((a, b)) = text.split_once(separator)
            && is_size(a)
            && is_size(b)
        {
            return Some((a.trim(), b.trim()));
        }
    }
    None
}

/// `Waist 28, 30; length 30, 32`, `W28-34 x L30-34`: every waist with every length.
fn waist_and_length(text: &str, goods: Goods) -> Option<SizeList> {
    let lower = text.to_lowercase();
    let at = ["length", "inseam", "länge", "longueur", "lunghezza", "largo", " x l", "/l", " l3", " l 3"]
        .iter()
        .find_map(|w| lower.find(w))?;
    if at == 0 || !text.is_char_boundary(at) || lower.len() != text.len() {
        return None;
    }
    let strip = |part: &str| -> String { part.trim_matches(|c: char| !c.is_ascii_digit()).to_owned() };
    let waists = list(&strip(&text[..at]), goods)?.sizes;
    let lengths = list(&strip(&text[at..]), goods)?.sizes;
    let sane = waists.iter().chain(&lengths).all(|s| matches!(step(s), Some(Step::Number(2000..=6000))));
    if !sane || waists.len() * lengths.len() > 200 {
        return None;
    }
    let sizes = waists.iter().flat_map(|w| lengths.iter().map(move |l| format!("{w}x{l}"))).collect();
    Some(SizeList { sizes, range: false })
}

/// Parts of a prepack's ratio: `1-2-2-1`, `1:2:2:1`, `1/2/2/1`.
pub(crate) fn ratio(text: &str) -> Option<Vec<u32>> {
    let text = text.trim().trim_start_matches('(').trim_end_matches(')');
    let parts: Vec<&str> = text.split(['-', ':', '/', ',', ' ', '–']).filter(|p| !p.is_empty()).collect();
    let numbers: Option<Vec<u32>> = parts.iter().map(|p| p.parse().ok().filter(|n| *n <= 99)).collect();
    numbers.filter(|n| (2..=24).contains(&n.len()) && n.iter().any(|x| *x > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_lost_their_spaces() {
        let sizes = |text| list(text, Goods::default()).map(|l| l.sizes.join(" "));
        assert_eq!(sizes("XS SMLXL").as_deref(), Some("XS S M L XL"));
        assert_eq!(sizes("SMLXLXXL").as_deref(), Some("S M L XL XXL"));
        assert_eq!(sizes("3638404244").as_deref(), Some("36 38 40 42 44"));
        for none in ["SMLA", "LMS", "12345678", "5901234123457", "SM"] {
            assert_eq!(sizes(none).filter(|s| s.contains(' ')), None, "{none}");
        }
    }

    fn sizes(text: &str) -> Option<String> {
        list(text, Goods::default()).map(|l| l.sizes.join(" "))
    }

    #[test]
    fn lists_and_ranges() {
        for (text, want) in [
            ("28-34", "28 29 30 31 32 33 34"),
            ("S-XL", "S M L XL"),
            ("34 – 42", "34 36 38 40 42"),
            ("8 to 16", "8 10 12 14 16"),
            ("0/2/4/6", "0 2 4 6"),
            ("XS S M L XL", "XS S M L XL"),
            ("28, 29, 30, 31", "28 29 30 31"),
            ("XXS-2XL", "XXS XS S M L XL 2XL"),
            ("XS-M", "XS S M"),
            ("S/M", "S/M"),
            ("X-Small", "X-Small"),
            ("Waist 28, 30; length 30, 32", "28x30 28x32 30x30 30x32"),
            ("One Size", "One Size"),
            ("XS/S, M/L", "XS/S M/L"),
            ("EU 36-42", "36 38 40 42"),
            ("35-39", "35 36 37 38 39"),
            ("2T-4T", "2T 3T 4T"),
            ("7 7.5 8", "7 7.5 8"),
        ] {
            assert_eq!(sizes(text).as_deref(), Some(want), "{text}");
        }
        let shoes = list("36-40", Goods { shoes: true, count: None }).unwrap();
        assert_eq!(shoes.sizes.len(), 5);
        let counted = expand("28", "36", Goods { shoes: false, count: Some(5) }).unwrap();
        assert_eq!(counted, ["28", "30", "32", "34", "36"]);
    }

    #[test]
    fn what_is_no_list() {
        for text in [
            "",
            "Noir",
            "12.50",
            "£36.00",
            "2026",
            "Delivery 30-09",
            "AF-8183",
            "28-",
            "XL-S",
            "a-b",
            "42 36",
        ] {
            assert_eq!(sizes(text), None, "{text}");
        }
    }

    #[test]
    fn one_size_has_one_key() {
        assert_eq!(key("2XL"), key("xxl"));
        assert_eq!(key("O/S"), key("One size"));
        assert_eq!(key("32/34"), key("32x34"));
        assert_eq!(key("7.5"), key("7,5"));
        assert_ne!(key("S"), key("M"));
    }

    #[test]
    fn ratios() {
        assert_eq!(ratio("1-2-2-1"), Some(vec![1, 2, 2, 1]));
        assert_eq!(ratio("(1:2:1)"), Some(vec![1, 2, 1]));
        assert_eq!(ratio("12"), None);
        assert_eq!(ratio("a-b"), None);
    }
}
