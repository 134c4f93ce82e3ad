//! Another reader of PowerPoint files, python-pptx, finds what a deck says. Skipped where it is not installed.

use std::process::Command;

use papertray_deck::{compose, pptx};
use papertray_model::deck::{DeckSettings, DeckTheme};
use serde_json::Value;

use crate::support::Sample;

/// Prints, a slide a line, its layout, title, notes, the alternative texts of its pictures, and its tables' cells.
const READ: &str = r#"
import json, sys
from pptx import Presentation
from pptx.util import Emu
deck = Presentation(sys.argv[1])
for slide in deck.slides:
    title = slide.shapes.title
    print(json.dumps({
        "layout": slide.slide_layout.name,
        "title": title.text_frame.text if title is not None else None,
        "notes": slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else "",
        "alt": [s._element._nvXxPr.cNvPr.get("descr") for s in slide.shapes if s.shape_type == 13],
        "bytes": [len(s.image.blob) for s in slide.shapes if s.shape_type == 13],
        "outside": [s.name for s in slide.shapes if s.left < 0 or s.top < 0
            or s.left + s.width > deck.slide_width + Emu(12700) or s.top + s.height > deck.slide_height + Emu(12700)],
    }))
"#;

fn read(file: &std::path::Path) -> Option<Vec<Value>> {
    let known = Command::new("python3").args(["-c", "import pptx"]).output();
    if !known.is_ok_and(|o| o.status.success()) {
        eprintln!("skipped: python-pptx is not installed (`python3 -m pip install python-pptx`)");
        return None;
    }
    let output = Command::new("python3").args(["-c", READ]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn python_pptx_finds_titles_alternative_texts_and_notes() {
    let Some(fonts) = crate::fonts() else { return };
    let folder = tempfile::tempdir().unwrap();
    for theme in [DeckTheme::Quiet, DeckTheme::Editorial, DeckTheme::Grid] {
        let sample = Sample::new(DeckSettings { theme, ..DeckSettings::sell_in() }, 9).with_texts();
        let deck = compose(&sample.input(), &fonts);
        let file = folder.path().join(format!("{theme:?}.pptx"));
        fs_err::write(&file, pptx::write(&deck, &crate::pictures(&sample, &deck)).unwrap()).unwrap();
        let Some(slides) = read(&file) else { return };
        let shown: Vec<_> = deck.shown().map(|(_, slide)| slide).collect();
        assert_eq!(slides.len(), shown.len(), "{theme:?}");
        for (found, slide) in slides.iter().zip(shown) {
            let squashed = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
            let title = found["title"].as_str().unwrap_or_default();
            assert!(
                squashed(title) == squashed(&slide.title) || title.is_empty() && slide.title.is_empty(),
                "{theme:?} {}: `{title}` for `{}`",
                slide.key,
                slide.title
            );
            assert_eq!(found["notes"].as_str().unwrap().is_empty(), slide.notes.is_empty(), "{}", slide.key);
            assert!(
                found["alt"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|alt| alt.as_str().is_some_and(|a| !a.is_empty()))
            );
            assert!(found["bytes"].as_array().unwrap().iter().all(|n| n.as_u64().unwrap() > 100));
            assert_eq!(found["outside"], serde_json::json!([]), "{theme:?} {}", slide.key);
        }
    }
}
