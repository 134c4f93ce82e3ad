//! Search, export, backup and restore, through the program.

use std::{collections::BTreeMap, io::Read as _, path::Path};

use crate::support::{Desk, arg, text};
use papertray_fixtures::{Sheet, pdf};
use serde_json::Value;

fn paper(lines: &[&str]) -> Vec<u8> {
    let mut sheet = Sheet::a4();
    for (i, line) in lines.iter().enumerate() {
        sheet.left(60.0, 90.0 + 24.0 * i as f32, 10.0, line);
    }
    pdf::text_pdf(&[sheet], 0)
}

impl Desk {
    fn found(&self, words: &[&str]) -> Vec<String> {
        let said = self.run(&[&["search"], words].concat());
        assert_eq!(said.code, 0, "{}", said.errors);
        said.lines.iter().map(|hit| text(hit, "document_id").to_owned()).collect()
    }
}

#[test]
fn documents_are_found_by_what_is_in_them_and_where() {
    let desk = Desk::new();
    let street = desk.read("street.pdf", &paper(&["Invoice", "Größe der Straße", "Total EUR 1.340,00"]));
    let note = desk.read("note.pdf", &paper(&["Delivery of the corner wardrobe", "Café Velora"]));
    assert_eq!(desk.found(&["strasse"]), std::slice::from_ref(&street), "ß is ss");
    assert_eq!(desk.found(&["GROSSE"]), std::slice::from_ref(&street), "accents and case make no difference");
    assert_eq!(desk.found(&["\"corner wardrobe\""]), std::slice::from_ref(&note));
    assert_eq!(desk.found(&["\"wardrobe corner\""]), [] as [String; 0], "a phrase keeps its order");
    assert_eq!(desk.found(&["velo*"]), std::slice::from_ref(&note));
    assert_eq!(desk.found(&["street.pdf"]), std::slice::from_ref(&street), "by the file's name");
    assert_eq!(desk.found(&["of -velora the"]), [] as [String; 0]);
    let said = desk.run(&["search", "corner wardrobe"]);
    let hits = said.one()["hits"].as_array().unwrap().clone();
    assert_eq!(hits.len(), 2, "{hits:?}");
    assert!(text(&hits[0], "snippet").contains("corner wardrobe"));
    let bbox: Vec<f64> = hits[0]["box"].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect();
    assert!(bbox[0] > 59.0 && bbox[1] > 70.0 && bbox[3] < 100.0 && bbox[2] > bbox[0], "{bbox:?}");

    desk.run(&["tag", &note, "+spring"]);
    assert_eq!(desk.found(&["tag:spring"]), std::slice::from_ref(&note));
    desk.run(&["set", &note, "date", "2026-05-12"]);
    desk.run(&["set", &note, "total", "99.50"]);
    desk.run(&["set", &note, "vendor", "Zebra & Söhne"]);
    for (query, there) in [
        ("date:2026", true),
        ("date:2026-05..2026-06", true),
        ("date:>2026-05-12", false),
        ("amount:>99", true),
        ("amount:<99.5", false),
        ("vendor:sohne", true),
        ("vendor:velora", false),
        ("zebra", true),
        ("zebra amount:50..100 tag:spring", true),
        ("zebra type:linesheet", false),
    ] {
        assert_eq!(desk.found(&[query]).contains(&note), there, "{query}");
    }
    desk.run(&["remove", &note]);
    assert_eq!(desk.found(&["zebra"]), [] as [String; 0], "what is in the trash is not found");
}

#[test]
fn what_is_exported_reads_back() {
    let desk = Desk::new();
    let id = desk.read("a.pdf", &paper(&["Invoice no 000123", "nothing else"]));
    desk.run(&["set", &id, "vendor", "=HYPERLINK(\"http://x\")"]);
    desk.run(&["set", &id, "total", "12.50"]);
    let csv = desk.path("out.csv");
    let said = desk.run(&[
        "export",
        &id,
        "--format",
        "csv",
        "--columns",
        "filename,vendor,total",
        "--out",
        arg(&csv),
    ]);
    assert_eq!(said.one()["documents"], 1);
    let written = fs_err::read_to_string(&csv).unwrap();
    assert_eq!(
        written.trim_start_matches('\u{feff}'),
        "filename,vendor,total\na.pdf,\"'=HYPERLINK(\"\"http://x\"\")\",12.50\n",
        "a formula is text, an amount is a number"
    );
    let json = desk.path("out.json");
    desk.run(&["export", &id, "--format", "json", "--out", arg(&json)]);
    let read: Value = serde_json::from_str(&fs_err::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(read[0]["fields"]["total"]["value"], "12.50");
    let folder = desk.path("originals");
    desk.run(&["export", &id, &id, "--format", "original", "--out", arg(&folder)]);
    let original = fs_err::read(desk.path("a.pdf")).unwrap();
    assert_eq!(fs_err::read(folder.join("a.pdf")).unwrap(), original);
    assert_eq!(fs_err::read(folder.join("a (2).pdf")).unwrap(), original, "two of one name");
    let xlsx = desk.path("out.xlsx");
    desk.run(&["export", &id, "--format", "xlsx", "--out", arg(&xlsx)]);
    let mut book = zip::ZipArchive::new(fs_err::File::open(&xlsx).unwrap()).unwrap();
    let mut sheet = String::new();
    book.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    assert!(sheet.contains("<v>12.5</v>"), "the amount is a number");
    assert!(!sheet.contains("<f>"), "nothing is a formula");
    let mut strings = String::new();
    book.by_name("xl/sharedStrings.xml").unwrap().read_to_string(&mut strings).unwrap();
    assert!(strings.contains("=HYPERLINK"), "but the text is there");
    let nobody =
        desk.run(&["export", "019a0000-0000-7000-8000-000000000000", "--format", "csv", "--out", arg(&csv)]);
    assert_eq!((nobody.code, text(&nobody.one()["error"], "code")), (1, "unknown_id"));
    assert_eq!(fs_err::read_to_string(&csv).unwrap(), written, "a refusal leaves the file that was there");
}

fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs_err::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            files.extend(files_below(&entry.path()));
        } else {
            files.insert(entry.path().to_string_lossy().into_owned(), fs_err::read(entry.path()).unwrap());
        }
    }
    files
}

/// What others may do with a file.
fn for_others(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::metadata(path).unwrap().permissions().mode() & 0o077
}

#[test]
fn a_backup_is_the_library() {
    let desk = Desk::new();
    let id = desk.read("a.pdf", &paper(&["Invoice", "Velora Tide"]));
    desk.run(&["set", &id, "total", "12.50"]);
    let file = desk.path("backup.zip");
    let made = desk.run(&["backup", arg(&file)]);
    assert_eq!(made.code, 0, "{:?} {}", made.lines, made.errors);
    assert_eq!(for_others(&file), 0, "a backup is the person's alone");
    let elsewhere = desk.path("elsewhere");
    let run = |words: &[&str]| {
        let program = env!("CARGO_BIN_EXE_papertray-cli");
        let output = std::process::Command::new(program)
            .arg("--library")
            .arg(&elsewhere)
            .arg("--json")
            .args(words)
            .output();
        let output = output.unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, said) = run(&["restore", arg(&file)]);
    assert_eq!(code, Some(0), "{said}");
    let names = |root: &Path, part: &str| -> BTreeMap<String, Vec<u8>> {
        let prefix = root.to_string_lossy().into_owned();
        files_below(&root.join(part))
            .into_iter()
            .map(|(name, bytes)| (name.replace(&prefix, ""), bytes))
            .collect()
    };
    for part in ["blobs", "storage"] {
        assert!(!names(&elsewhere, part).is_empty());
        assert!(names(&desk.library(), part) == names(&elsewhere, part), "the same files in {part}");
    }
    assert_eq!(run(&["show", &id, "--words"]).1, {
        let output = desk.command(&["show", &id, "--words"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    });
    assert_eq!(run(&["doctor"]).0, Some(0));
    assert_eq!(for_others(&elsewhere) | for_others(&elsewhere.join("library.sqlite")), 0);
    assert!(run(&["search", "velora"]).1.contains(&id), "it is found there");

    let (code, said) = run(&["restore", arg(&file)]);
    assert_eq!(code, Some(2), "a library is never written over: {said}");
    let mut damaged = fs_err::read(&file).unwrap();
    let middle = damaged.len() / 3;
    damaged[middle] ^= 0xff;
    let bad = desk.path("bad.zip");
    fs_err::write(&bad, damaged).unwrap();
    let third = desk.path("third");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_papertray-cli"))
        .args(["--json", "--library", arg(&third), "restore", arg(&bad)])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!third.exists(), "nothing is left of it");
}
