//! Reads files without a library: the command line's `read`. Nothing is stored.

use std::{path::Path, time::Instant};

use papertray_model::{
    ANSWER_SCHEMA, DocumentStatus, PageMeaning, PageReading, PageSource, ReadMode, Unit, UserError,
    answer::{PageAnswer, Reading},
};
use papertray_reader::{OpenOptions, PageOptions, ReadError, ReaderPool};
use papertray_understand::{DescribeInput, Knowledge, describe};

use crate::{
    blocking,
    jobs::read_document::{model_name, partial_error},
};

/// Reads one file. A failure is an answer too: its `status` is `failed` and `error` says why.
pub async fn read(pool: &ReaderPool, path: &Path, password: Option<String>, mode: ReadMode) -> Reading {
    let file = path.to_string_lossy().into_owned();
    match read_file(pool, path, password, mode, &file).await {
        Ok(reading) => reading,
        Err(error) => Reading::failed(file, error.into()),
    }
}

async fn read_file(
    pool: &ReaderPool,
    path: &Path,
    password: Option<String>,
    mode: ReadMode,
    file: &str,
) -> Result<Reading, ReadError> {
    let began = Instant::now();
    let filename = path.file_name().map_or_else(|| file.to_owned(), |n| n.to_string_lossy().into_owned());
    let options = OpenOptions { password, file_name: Some(filename.clone()) };
    let mut document = pool.open(path, options).await?;
    let total = document.page_count();
    let kind = document.kind();
    let mut pages = Vec::with_capacity(total.min(10_000) as usize);
    let mut errors: Vec<(u32, ReadError)> = vec![];
    for number in 1..=total {
        match document.read_page(number, PageOptions { mode, picture: None }).await {
            Ok(read) => {
                pages.push(read.page);
                errors.extend(read.incomplete.map(|e| (number, e)));
            }
            Err(e) => {
                pages.push(PageReading::empty(number, Unit::Pt, 595.0, 842.0, PageSource::Failed));
                errors.push((number, e));
            }
        }
    }
    drop(document);
    if !errors.is_empty() && pages.iter().all(|page| page.source == PageSource::Failed) {
        // Nothing could be read: the first page's reason is the file's.
        return Err(errors.swap_remove(0).1);
    }
    let file = file.to_owned();
    let answer = blocking(move || {
        let knowledge = Knowledge::builtin();
        let meanings: Vec<PageMeaning> = pages.iter().map(|page| knowledge.page(page)).collect();
        let joined: Vec<_> = pages.iter().zip(&meanings).collect();
        let meaning = knowledge.document(&joined, None);
        let all: Vec<&PageReading> = pages.iter().collect();
        let input = DescribeInput { filename: &filename, meaning: &meaning, pages: &all };
        let metadata = describe(&input, &mut |_, _| {});
        let mut errors: Vec<(u32, UserError)> = errors.into_iter().map(|(n, e)| (n, e.into())).collect();
        let error = (!errors.is_empty()).then(|| {
            let reasons: Vec<_> = errors.iter().map(|(_, e)| e.clone()).collect();
            partial_error(pages.iter(), &reasons)
        });
        let mut answers = vec![];
        for (page, understood) in pages.iter().zip(&meanings) {
            let mut answer =
                PageAnswer::new(page, understood, knowledge.version_of(understood.doc_type.as_str()), true);
            if let Some(i) = errors.iter().position(|(n, _)| *n == page.page_number) {
                answer.error = Some(errors.swap_remove(i).1);
            }
            answers.push(answer);
        }
        Reading {
            schema: ANSWER_SCHEMA,
            document_id: None,
            file,
            status: if error.is_some() { DocumentStatus::Partial } else { DocumentStatus::OcrComplete },
            error,
            page_count: total,
            model: Some(model_name(pages.iter().map(|p| p.source), kind)),
            processing_time_ms: u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX),
            metadata,
            doc_type: meaning.doc_type,
            fields: meaning.fields,
            lines: meaning.lines,
            checks: meaning.checks,
            parts: meaning.parts,
            pages: answers,
        }
    });
    answer.await.map_err(|e| ReadError::new(e.code, e.message, e.hint))
}
