//! Verbs about the rows of goods of a document, and its arithmetic.

use papertray_model::{DocType, DocumentDetail, DocumentId, ErrorCode, Field, Fields, LineItem, UserError};

use crate::{Engine, Result, errors};

/// No paper that people read has more.
const MOST_ROWS: usize = 20_000;

impl Engine {
    /// A person's rows of goods, in place of the machine's from now on; `None`: the machine's count again. A cell that a
    /// person changed says so; numbers must be numbers.
    pub async fn set_lines(&self, id: DocumentId, lines: Option<Vec<LineItem>>) -> Result<DocumentDetail> {
        let row = self.document(id)?;
        let doc_type = row.doc_type.unwrap_or_else(DocType::unknown);
        let known = self.shared.store.read(|r| r.lines(id)).map_err(errors::store)?;
        let lines = lines.map(|lines| self.checked(&doc_type, lines, &known)).transpose()?;
        let now = self.shared.clock.now();
        let write = self.shared.store.write(move |w| w.set_my_lines(id, lines.as_deref(), now));
        write.await.map_err(errors::store)?;
        self.changed(vec![id]);
        self.detail(id)
    }

    fn checked(&self, doc_type: &DocType, lines: Vec<LineItem>, known: &[LineItem]) -> Result<Vec<LineItem>> {
        let refuse = |why: String| {
            Err(UserError::new(
                ErrorCode::Usage,
                why,
                "Nothing was changed. Correct the row and save it again.",
            ))
        };
        if lines.len() > MOST_ROWS {
            return refuse(format!("A document has at most {MOST_ROWS} rows."));
        }
        let mut mine: Vec<LineItem> = lines
            .into_iter()
            .map(|line| {
                let cells = line.into_iter().filter(|(_, cell)| !cell.value.trim().is_empty());
                cells.map(|(name, cell)| (name.clone(), settled(&name, &cell, known))).collect()
            })
            .collect();
        if let Some(at) = mine.iter().position(LineItem::is_empty) {
            return refuse(format!("Row {} is empty.", at + 1));
        }
        let knowledge = self.shared.knowledge();
        let columns = knowledge.types().into_iter().find(|t| t.name == doc_type.as_str()).map(|t| t.columns);
        if let Some(columns) = columns.filter(|columns| !columns.is_empty()) {
            let strange = mine.iter().flat_map(LineItem::keys).find(|name| !columns.contains(name));
            if let Some(name) = strange {
                return refuse(format!("Rows of the type `{}` have no column `{name}`.", doc_type.as_str()));
            }
            if let Some(problem) =
                knowledge.validate(doc_type.as_str(), &mut Fields::new(), &mut mine).into_iter().next()
            {
                return refuse(format!("A number is none: {problem}."));
            }
        }
        Ok(mine)
    }
}

/// A cell as it was, where a person left it alone; else theirs.
fn settled(name: &str, cell: &Field, known: &[LineItem]) -> Field {
    let same = |other: &&Field| {
        (&other.value, &other.text, &other.by, other.page) == (&cell.value, &cell.text, &cell.by, cell.page)
    };
    // The kept one has its place as the page was read, however the page lies now.
    if let Some(kept) = known.iter().filter_map(|line| line.get(name)).find(same) {
        return kept.clone();
    }
    let value = cell.value.trim().to_owned();
    Field {
        text: value.clone(),
        value,
        bbox: None,
        page: cell.page,
        confidence: 1.0,
        by: "person".to_owned(),
    }
}
