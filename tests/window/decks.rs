//! The last tab of a collection in the real window: slides moved by keyboard and pointer, a deck cancelled and made again.

use std::time::Duration;

use papertray_driver::Window;
use papertray_fixtures::{Collection, Random};
use serde_json::{Value, json};

use crate::{
    collections::{drawn, filled, until_work},
    finishing::chord,
    open,
    system::{Manager, run},
};

const ALT: char = '\u{e00a}';
const DOWN: char = '\u{e015}';

/// The first item of every slide of products, in their order.
fn order(window: &Window, id: &Value) -> Vec<Value> {
    let preview = window.invoke("deck_preview", &json!({ "id": id }));
    let slides = preview["slides"].as_array().cloned().unwrap_or_default();
    slides.iter().filter(|s| s["kind"] == "products").map(|s| s["items"][0].clone()).collect()
}

/// Where the middle of the nth slide of products is on the screen.
fn middle(window: &Window, n: usize) -> (i32, i32) {
    let look = "const slide = document.querySelectorAll('[data-slide][draggable=true]')[arguments[0]];
                const box = slide.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];";
    let at = window.script(look, &json!([n]));
    // The page's own place: what a window manager draws around it is the parent's.
    let page = run("xdotool", &["search", "--onlyvisible", "--name", "^Papertray"]);
    let geometry = run("xdotool", &["getwindowgeometry", "--shell", page.lines().next().unwrap_or_default()]);
    let of = |key: &str| {
        let line = geometry.lines().find_map(|line| line.strip_prefix(key));
        line.and_then(|n| n.parse::<f64>().ok()).unwrap_or_default()
    };
    let place = |own: &Value, page: f64| (own.as_f64().unwrap_or_default() + page).round() as i32;
    (place(&at[0], of("X=")), place(&at[1], of("Y=")))
}

#[test]
fn a_deck_is_arranged_cancelled_and_made_again() {
    let _manager = Manager::start();
    let window = open();
    let made = Collection::sample(&mut Random::new(17), 30);
    let id = filled(&window, &made, &made.order_csv());
    window.click("button", "Process Documents");
    until_work(&window, &id, "processing", |work| work["state"] == "completed");
    window.click("button", "Generate Items");
    until_work(&window, &id, "items", |work| work["state"] == "completed");

    // As the items stand: only then may slides be moved.
    window.click("[role=tab]", "Deck Settings");
    let by_hand = "const select = [...document.querySelectorAll('select')].find((s) => [...s.options].some((o) => o.value === 'manual'));
                   if (!select) return false;
                   select.value = 'manual';
                   select.dispatchEvent(new Event('change', { bubbles: true }));
                   return true;";
    window.until("the order is set", |w| (w.script(by_hand, &json!([])) == true).then_some(()));
    window.click("[role=tab]", "Generate Deck");
    drawn(&window, "slide");
    window.until("slides may be moved", |w| {
        let look = "return document.querySelectorAll('[data-slide][draggable=true]').length";
        w.script(look, &json!([])).as_u64().filter(|n| *n > 4)
    });

    // By keyboard: the first slide of products goes one further.
    let before = order(&window, &id);
    window.script("document.querySelector('[data-slide][draggable=true]').focus()", &json!([]));
    chord(&window, ALT, DOWN);
    let by_keys = window.until("the first slide went further", |w| {
        let now = order(w, &id);
        (now[0] != before[0]).then_some(now)
    });
    assert_eq!((&by_keys[0], &by_keys[1]), (&before[1], &before[0]));

    // By pointer: the first is dragged onto the third, and stands before it.
    window.until("the page shows it", |w| {
        let look = "return document.querySelector('[data-slide][draggable=true]').dataset.slide";
        let key = w.script(look, &json!([]));
        key.as_str()
            .is_some_and(|key| by_keys[0].as_str().is_some_and(|item| key.contains(item)))
            .then_some(())
    });
    let ((x, y), (to_x, to_y)) = (middle(&window, 0), middle(&window, 2));
    run("xdotool", &["mousemove", &x.to_string(), &y.to_string(), "mousedown", "1"]);
    for step in 1..=20 {
        let (x, y) = (x + (to_x - x) * step / 20, y + (to_y - y) * step / 20);
        run("xdotool", &["mousemove", &x.to_string(), &y.to_string()]);
        std::thread::sleep(Duration::from_millis(30)); // a drag is a movement in time
    }
    window.picture("deck-drag");
    run("xdotool", &["mouseup", "1"]);
    window.until("the dragged slide stands second", |w| {
        let now = order(w, &id);
        (now[0] == by_keys[1] && now[1] == by_keys[0]).then_some(())
    });

    // Cancelled in the middle, and made again with one button.
    window.click("button", "Generate PPTX and PDF");
    window.until("it is asked or begun", |w| {
        let asked = w.find("[role=dialog] button", "Generate anyway");
        if asked {
            w.click("[role=dialog] button", "Generate anyway");
        }
        w.find(".work button", "Cancel").then_some(())
    });
    window.click(".work button", "Cancel");
    window.click("[role=alertdialog] button, dialog button, [role=dialog] button", "Cancel Processing");
    window.wait_for(".work", "Processing cancelled");
    window.pictures("deck-cancelled");
    assert_eq!(window.invoke("deck_versions", &json!({ "id": id })), json!([]), "nothing was written");
    window.click(".work button", "Try again");
    let version = window.until("the deck is made", |w| {
        let versions = w.invoke("deck_versions", &json!({ "id": id }));
        versions.as_array().and_then(|all| all.first().cloned())
    });
    assert_eq!(version["files"].as_array().map(Vec::len), Some(2), "{version}");
    window.click("[role=tab]", "Versions");
    window.wait_for("aside", "Version 1");
    window.pictures("deck-versions");
}
