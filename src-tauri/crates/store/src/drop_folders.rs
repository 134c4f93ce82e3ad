//! Table `drop_folder`: the folders that are watched.

use papertray_model::{AfterImport, Changed, DropFolder, FolderId, NewDropFolder, SubFolders, Timestamp};
use rusqlite::{Row, params};

use crate::{
    Read, Result, StoreError, Write,
    rows::{json, word},
};

const COLUMNS: &str = "id, path, recursive, subfolders, after, ignore, active, changed";

fn row_to_folder(row: &Row<'_>) -> rusqlite::Result<DropFolder> {
    Ok(DropFolder {
        id: FolderId(row.get(0)?),
        path: row.get(1)?,
        recursive: row.get(2)?,
        subfolders: word(row, 3, SubFolders::parse)?,
        after: word(row, 4, AfterImport::parse)?,
        ignore: json(row, 5)?,
        active: row.get(6)?,
        changed: word(row, 7, Changed::parse)?,
    })
}

impl Read<'_> {
    /// The watched folders, in the order they were added.
    pub fn drop_folders(&self) -> Result<Vec<DropFolder>> {
        let sql = format!("SELECT {COLUMNS} FROM drop_folder WHERE removed_at IS NULL ORDER BY id");
        self.rows(&sql, [], row_to_folder)
    }

    /// One watched folder.
    pub fn drop_folder(&self, id: FolderId) -> Result<Option<DropFolder>> {
        let sql = format!("SELECT {COLUMNS} FROM drop_folder WHERE id = ?1 AND removed_at IS NULL");
        self.first(&sql, [id.0], row_to_folder)
    }

    /// The folder at a path, also one that is no longer watched.
    pub fn drop_folder_at(&self, path: &str) -> Result<Option<DropFolder>> {
        self.first(&format!("SELECT {COLUMNS} FROM drop_folder WHERE path = ?1"), [path], row_to_folder)
    }
}

impl Write<'_> {
    /// Watches a folder from now on; one that was watched before goes on with its ledger.
    pub fn add_drop_folder(&self, new: &NewDropFolder, now: Timestamp) -> Result<DropFolder> {
        self.run_one(
            "add drop folder",
            "INSERT INTO drop_folder(path, recursive, subfolders, after, ignore, active, added_at, changed)
             VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7)
             ON CONFLICT(path) DO UPDATE SET recursive = excluded.recursive, subfolders = excluded.subfolders,
               after = excluded.after, ignore = excluded.ignore, changed = excluded.changed, active = 1,
               removed_at = NULL",
            params![
                new.path,
                new.recursive,
                new.subfolders.as_str(),
                new.after.as_str(),
                serde_json::to_string(&new.ignore)?,
                now.0,
                new.changed.as_str()
            ],
        )?;
        self.drop_folder_at(&new.path)?.ok_or(StoreError::NotFound("folder"))
    }

    /// Changes how a watched folder is watched; its path stays.
    pub fn set_drop_folder(&self, folder: &DropFolder) -> Result<()> {
        let changed = self.run(
            "UPDATE drop_folder SET recursive = ?2, subfolders = ?3, after = ?4, ignore = ?5, active = ?6, changed = ?7
             WHERE id = ?1 AND removed_at IS NULL",
            params![
                folder.id.0,
                folder.recursive,
                folder.subfolders.as_str(),
                folder.after.as_str(),
                serde_json::to_string(&folder.ignore)?,
                folder.active,
                folder.changed.as_str()
            ],
        )?;
        if changed == 1 { Ok(()) } else { Err(StoreError::NotFound("folder")) }
    }

    /// Watches a folder no longer; its ledger stays. Answers whether it was watched.
    pub fn remove_drop_folder(&self, id: FolderId, now: Timestamp) -> Result<bool> {
        let changed = self.run(
            "UPDATE drop_folder SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL",
            params![id.0, now.0],
        )?;
        Ok(changed == 1)
    }
}
