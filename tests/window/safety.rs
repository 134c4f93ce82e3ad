//! What a stranger's document could try on the window: inline code and styles, other files of the disk, other addresses.
//! `THREATS.md` names these tests.

use std::{io::Read, net::TcpListener, path::Path, time::Duration};

use papertray_driver::Window;
use papertray_fixtures::Set;
use serde_json::{Value, json};

use crate::open;

/// A name that is markup, and would run where it is taken for such.
const MARKUP: &str = "<img src=x onerror=document.title='owned'>.txt";

fn read(window: &Window, name: &str) {
    window.until(&format!("{name} is read"), |w| {
        let row = w.row(name);
        (row.contains("Ready") || row.contains("to check")).then_some(())
    });
}

/// What the page's own rules forbade since this was first asked.
fn refused(window: &Window) -> Value {
    window.script(
        "if (!window.refused) {
           window.refused = [];
           document.addEventListener('securitypolicyviolation', (e) =>
             window.refused.push(`${e.effectiveDirective}: ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
         }
         return window.refused;",
        &json!([]),
    )
}

#[test]
fn no_view_needs_inline_code_or_styles_and_neither_would_work() {
    let window = open();
    assert_eq!(refused(&window), json!([]));
    let (folder, truth) = window.documents(Set::Sample);
    let sample = &truth.files[0].file;
    let marked = window.folder.path().join(MARKUP);
    let text = "Invoice 77\n<script>document.title = 'owned'</script>\n<b onclick=alert(1)>Total 5.00</b>\n";
    fs_err::write(&marked, text).unwrap();
    window.add(&[&folder.join(sample), &marked]);
    read(&window, sample);
    read(&window, "onerror");

    window.click("[role=row]", "onerror");
    window.wait_for("[role=tab]", "Text");
    window.click("[role=tab]", "Text");
    window.wait_for("[role=tabpanel]", "<script>");
    window.click("nav a", "Inbox");
    window.click("[role=row]", sample);
    window.until("the page's picture is drawn", |w| {
        let drawn = "return [...document.querySelectorAll('img')].some((i) => i.naturalWidth > 100)";
        (w.script(drawn, &json!([])) == true).then_some(())
    });
    for tab in ["Text", "About", "History", "Fields"] {
        window.click("[role=tab]", tab);
    }
    for view in ["Collections", "Activity", "Settings"] {
        window.click("nav a", view);
        window.wait_for("h1", view);
    }
    let sections = "return [...document.querySelectorAll('nav[aria-label] a[href^=\"#/settings/\"]')].map((a) => a.getAttribute('href'))";
    let sections = window.script(sections, &json!([]));
    assert!(sections.as_array().unwrap().len() > 5, "{sections}");
    for section in sections.as_array().unwrap() {
        window.click(&format!("a[href=\"{}\"]", section.as_str().unwrap()), "");
        window.wait_for("h1", "Settings");
    }
    window.click("nav a", "Inbox");
    window.wait_for("[role=row]", sample);
    window.press("?");
    window.press("\u{e00c}"); // Escape
    assert_eq!(refused(&window), json!([]), "what the page's rules refused of Papertray itself");
    assert_eq!(window.script("return document.title", &json!([])), "Papertray");

    // The control: what a document could bring is refused, and it is seen here.
    window.script(
        "const p = document.createElement('p');
         p.setAttribute('style', 'position: fixed');
         p.setAttribute('onclick', \"document.title = 'owned'\");
         document.body.append(p);
         p.click();
         const s = document.createElement('script');
         s.textContent = \"document.title = 'owned'\";
         document.body.append(s);
         const y = document.createElement('style');
         y.textContent = 'body { display: none }';
         document.body.append(y);
         fetch('https://example.org/').catch(() => {});
         const f = document.createElement('iframe');
         f.src = 'https://example.org/';
         document.body.append(f);",
        &json!([]),
    );
    for rule in ["style-src-attr", "script-src-attr", "script-src-elem", "style-src-elem", "connect-src"] {
        window.until(&format!("{rule} refuses"), |w| {
            let said = refused(w).to_string();
            // An engine may name the rule without its part.
            (said.contains(rule) || said.contains(rule.rsplit_once('-').unwrap().0)).then_some(())
        });
    }
    assert_eq!(window.script("return document.title", &json!([])), "Papertray");
    assert_eq!(window.script("return getComputedStyle(document.body).display !== 'none'", &json!([])), true);
}

/// Whether an address gives a picture.
fn shows(window: &Window, address: &str) -> bool {
    window.script(
        "window.tried = null;
         const i = new Image();
         i.onload = () => (window.tried = true);
         i.onerror = () => (window.tried = false);
         i.src = arguments[0];",
        &json!([address]),
    );
    window.until(address, |w| w.script("return window.tried", &json!([])).as_bool())
}

#[test]
fn pictures_of_the_library_are_shown_and_no_other_file() {
    let window = open();
    let (folder, truth) = window.documents(Set::Sample);
    let sample = &truth.files[0].file;
    window.add(&[&folder.join(sample)]);
    read(&window, sample);
    let listed = window.invoke("list_documents", &json!({"query": {"filter": "all", "limit": 5}}));
    let picture = listed["rows"][0]["thumbnail"].as_str().unwrap().to_owned();
    let library = window.folder.path().join("library");
    let address = |path: &str, scheme: &str| {
        let body = "return window.__TAURI_INTERNALS__.convertFileSrc(arguments[0], arguments[1])";
        window.script(body, &json!([path, scheme])).as_str().unwrap().to_owned()
    };
    let page = address(&format!("page/{picture}"), "papertray");
    assert!(shows(&window, &page), "a page's picture: {page}");

    // Whole pictures in places where a page's picture could be mistaken to lie.
    let storage = Path::new(&picture).parent().unwrap();
    for place in [
        window.folder.path().join("page-1.png"),
        library.join("page-1.png"),
        storage.join("other.png"),
        library.join("storage/jobs/page-1.png"),
    ] {
        fs_err::copy(&picture, &place).unwrap();
    }
    let outside = window.folder.path().join("page-1.png");
    let climbing = format!("{}/../../../../page-1.png", storage.display());
    let mut tries = vec![
        address(outside.to_str().unwrap(), "asset"),
        address(&picture, "asset"),
        format!("file://{}", outside.display()),
        "papertray://localhost/etc/passwd".to_owned(),
        format!("papertray://localhost/{}", outside.display()),
        page.replace("%2F", "%252F"),
        page.replace("page-1.png", "page-01.png"),
        page.replace("storage", "storage%2F."),
    ];
    for path in [
        outside.to_str().unwrap(),
        library.join("page-1.png").to_str().unwrap(),
        storage.join("other.png").to_str().unwrap(),
        library.join("storage/jobs/page-1.png").to_str().unwrap(),
        &climbing,
        "page-1.png",
        "",
    ] {
        tries.push(address(&format!("page/{path}"), "papertray"));
        tries.push(address(&format!("page/{path}"), "papertray").replace("..", "%2e%2e"));
    }
    for hash in ["../../page-1.png", "..%2f..%2fpage-1.png", "0000"] {
        tries.push(format!("papertray://localhost/photo/{hash}/100"));
    }
    for tried in tries {
        assert!(!shows(&window, &tried), "{tried}");
    }
    assert!(shows(&window, &page), "still shown");
}

#[test]
fn a_link_leads_nowhere() {
    let window = open();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let before = window.script("return location.href", &json!([]));
    window.script(
        "for (const target of ['_self', '_blank', '_top']) {
           const a = document.createElement('a');
           a.href = arguments[0];
           a.target = target;
           a.textContent = target;
           document.body.append(a);
           a.click();
         }
         window.open(arguments[0]);
         location.assign(arguments[0]);",
        &json!([address]),
    );
    window.script("setTimeout(() => location.assign('file:///etc/passwd'), 0)", &json!([]));
    // Long enough for a request to this computer; one that came would be in the listener's queue whenever it is asked.
    std::thread::sleep(Duration::from_millis(500));
    // The web view may open a connection ahead of the refusal; nothing is asked over it.
    while let Ok((mut caller, _)) = listener.accept() {
        caller.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        let mut asked = String::new();
        let _ = caller.read_to_string(&mut asked);
        assert_eq!(asked, "", "nothing is asked");
    }
    assert_eq!(window.script("return location.href", &json!([])), before);
    window.wait_for("h1", "Inbox");

    // Nor does the page have the system's openers, files, programs or network at hand.
    for command in
        ["plugin:opener|open_url", "plugin:opener|open_path", "plugin:dialog|open", "plugin:fs|read_file"]
    {
        window.script(
            "window.said = null;
             window.__TAURI_INTERNALS__.invoke(arguments[0], {url: arguments[1], path: '/etc/passwd', options: {}})
               .then(() => (window.said = 'done'), (e) => (window.said = String(e)));",
            &json!([command, address]),
        );
        let said =
            window.until(command, |w| w.script("return window.said", &json!([])).as_str().map(str::to_owned));
        assert!(said.contains("not allowed") || said.contains("not found"), "{command}: {said}");
    }
}
