//! Writes decks of made-up products into a folder, one for each theme, layout and paper named, to look at:
//! `see FOLDER [theme ...] [layout ...] [paper ...]`; without names every theme with four to a slide on 16:9.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::PathBuf;

use papertray_deck::{Pictures, compose, pdf, pptx};
use papertray_model::deck::{DeckPreset, DeckSettings, DeckTheme, PerSlide, SlideFormat};
use support::Sample;

fn named<T: serde::de::DeserializeOwned>(names: &[String]) -> Vec<T> {
    names.iter().filter_map(|n| serde_json::from_str(&format!("\"{n}\"")).ok()).collect()
}

fn or<T: Clone>(list: Vec<T>, default: &[T]) -> Vec<T> {
    if list.is_empty() { default.to_vec() } else { list }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap());
    let names: Vec<String> = arguments.collect();
    let themes = or(named::<DeckTheme>(&names), &[DeckTheme::Quiet, DeckTheme::Editorial, DeckTheme::Grid]);
    let layouts = or(named::<PerSlide>(&names), &[PerSlide::Four]);
    let papers = or(named::<SlideFormat>(&names), &[SlideFormat::Wide]);
    let preset = or(named::<DeckPreset>(&names), &[DeckPreset::SellIn])[0];
    let count = names.iter().find_map(|n| n.parse().ok()).unwrap_or(24);
    let fonts = support::fonts().unwrap();
    fs_err::create_dir_all(&folder).unwrap();
    for theme in &themes {
        for per_slide in &layouts {
            for format in &papers {
                let settings = DeckSettings {
                    theme: *theme,
                    per_slide: *per_slide,
                    format: *format,
                    ..DeckSettings::default()
                };
                let mut sample = Sample::new(settings.with_preset(preset), count).with_texts();
                sample.settings.price_date = Some("2026-11-01".into());
                if names.iter().any(|n| n == "odd") {
                    odd(&mut sample);
                }
                let started = std::time::Instant::now();
                let deck = compose(&sample.input(), &fonts);
                let composed = started.elapsed();
                let pictures = Pictures::prepare(&deck, &|blob| sample.photo(blob));
                let prepared = started.elapsed();
                let pptx = pptx::write(&deck, &pictures).unwrap();
                let packed = started.elapsed();
                let pdf = pdf::write(&deck, &fonts, &pictures).unwrap();
                let name = format!("{theme:?}-{per_slide:?}-{format:?}").to_lowercase();
                println!(
                    "{name}: {} slides, composed {composed:?}, pictures {:?}, pptx {:?} {} KB, pdf {:?} {} KB",
                    deck.slides.len(),
                    prepared.checked_sub(composed).unwrap(),
                    packed.checked_sub(prepared).unwrap(),
                    pptx.len() / 1024,
                    started.elapsed().checked_sub(packed).unwrap(),
                    pdf.len() / 1024
                );
                fs_err::write(folder.join(format!("{name}.pptx")), pptx).unwrap();
                fs_err::write(folder.join(format!("{name}.pdf")), pdf).unwrap();
            }
        }
    }
}

/// What does not fit: long names, no picture, forty sizes, other scripts.
fn odd(sample: &mut Sample) {
    use papertray_model::collection::SizeQuantity;
    for (index, item) in sample.items.iter_mut().enumerate() {
        match index % 6 {
            0 => item.name = Some("The Extraordinarily Long-Named Double-Breasted Reversible Travelling Coat with Storm Flap and Removable Lining".into()),
            1 => item.photo = None,
            2 => item.sizes = (0..40).map(|n| SizeQuantity { size: format!("{}", 30 + n), quantity: None }).collect(),
            3 => item.name = Some("معطف شتوي طويل Coat".into()),
            4 => item.name = Some("羊绒混纺双排扣大衣 春夏系列".into()),
            _ => item.material = Some("60% organic cotton from the Aegean, 25% recycled polyamide, 10% cashmere, 5% elastane; lining 100% cupro, horn buttons".into()),
        }
    }
}
