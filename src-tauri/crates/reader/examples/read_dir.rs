//! Reads every file of some folders (or some files) through the pool and prints a line for each: for trying out and
//! measuring. `--text` also prints the text, `--json DIR` writes a file of text for each, `--picture` asks for pictures.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::time::Instant;

use papertray_model::ReadMode;
use papertray_reader::{OpenOptions, PageOptions, PoolConfig, ReaderPool, native};

#[derive(Default, Clone)]
struct Wishes {
    text: bool,
    picture: Option<u32>,
    mode: ReadMode,
    out: Option<PathBuf>,
    most_pages: u32,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut wishes = Wishes { most_pages: 20, ..Wishes::default() };
    let mut files: Vec<PathBuf> = vec![];
    let mut children = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--text" => wishes.text = true,
            "--picture" => wishes.picture = Some(1800),
            "--ocr" => wishes.mode = ReadMode::Force,
            "--out" => wishes.out = arguments.next().map(PathBuf::from),
            "--pages" => wishes.most_pages = arguments.next().unwrap().parse().unwrap(),
            "--children" => children = Some(arguments.next().unwrap().parse().unwrap()),
            path => add(Path::new(path), &mut files),
        }
    }
    let program = std::env::current_exe().unwrap().parent().unwrap().join("../papertray-reader");
    let mut config = PoolConfig::new(program, native::find().unwrap());
    config.children = children.unwrap_or(config.children);
    let pool = ReaderPool::new(config);
    let started = Instant::now();
    let tasks: Vec<_> =
        files.into_iter().map(|file| tokio::spawn(read(pool.clone(), file, wishes.clone()))).collect();
    let mut pages = 0;
    for task in tasks {
        pages += task.await.unwrap();
    }
    let seconds = started.elapsed().as_secs_f64();
    // Until the last document is closed, so that the children count towards this process's times.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    pool.close().await;
    eprintln!("{pages} pages in {seconds:.2} s, {:.1} pages/s", f64::from(pages) / seconds);
}

fn add(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let mut inside: Vec<_> = std::fs::read_dir(path).unwrap().map(|e| e.unwrap().path()).collect();
        inside.sort();
        files.extend(inside.into_iter().filter(|p| p.is_file()));
    } else {
        files.push(path.to_owned());
    }
}

async fn read(pool: ReaderPool, file: PathBuf, wishes: Wishes) -> u32 {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let mut document = match pool.open(&file, OpenOptions::default()).await {
        Ok(document) => document,
        Err(error) => {
            println!("{name}\t{:?}\t{}", error.code, error.message);
            return 0;
        }
    };
    let mut text = String::new();
    let mut pages = 0;
    for number in 1..=document.page_count().min(wishes.most_pages) {
        let options = PageOptions { mode: wishes.mode, picture: wishes.picture };
        match document.read_page(number, options).await {
            Ok(read) => {
                let page = &read.page;
                println!(
                    "{name}\t{number}/{}\t{:?}\t{} words\t{:.0}×{:.0} {}°\t{} ms\t{}",
                    document.page_count(),
                    page.source,
                    page.words.len(),
                    page.width,
                    page.height,
                    page.rotation,
                    read.elapsed_ms,
                    read.picture.as_ref().map_or(String::new(), |p| format!("{p:?}")),
                );
                if let (Some(out), Some(picture)) = (&wishes.out, &read.picture) {
                    std::fs::write(out.join(format!("{name}.{number}.png")), &picture.png).unwrap();
                }
                text.push_str(&page.text());
                text.push('\n');
            }
            Err(error) => println!("{name}\t{number}\t{:?}\t{}", error.code, error.message),
        }
        pages += 1;
    }
    if wishes.text {
        println!("{text}");
    }
    if let Some(out) = &wishes.out {
        std::fs::write(out.join(format!("{name}.txt")), text).unwrap();
    }
    pages
}
