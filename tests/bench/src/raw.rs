//! The yardstick: a job table on bare rusqlite, one connection, the same journal and durability, and nothing else that a
//! queue needs: no fence, no history, no counts, no log.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use papertray_store::Durability;
use rusqlite::{Connection, TransactionBehavior, params};

use crate::Error;

pub(crate) struct Raw(Connection);

impl Raw {
    pub(crate) fn open(file: &Path, durability: Durability) -> Result<Self, Error> {
        let connection = Connection::open(file)?;
        let synchronous = match durability {
            Durability::Full => "FULL",
            Durability::Normal => "NORMAL",
        };
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.pragma_update(None, "wal_autocheckpoint", 10_000)?;
        connection.execute_batch(
            "CREATE TABLE job (id INTEGER PRIMARY KEY, state INTEGER NOT NULL, priority INTEGER NOT NULL, payload TEXT);
             CREATE INDEX ready ON job(priority DESC, id) WHERE state = 1;",
        )?;
        Ok(Self(connection))
    }

    /// Adds `count` jobs, a commit each.
    pub(crate) fn enqueue(&mut self, count: usize) -> Result<Duration, Error> {
        let began = Instant::now();
        for _ in 0..count {
            self.0
                .prepare_cached("INSERT INTO job(state, priority, payload) VALUES (1, 1, ?1)")?
                .execute(["{}"])?;
        }
        Ok(began.elapsed())
    }

    /// Claims and completes `count` jobs, a commit each, in one loop.
    pub(crate) fn drain(&mut self, count: usize) -> Result<Duration, Error> {
        let began = Instant::now();
        let mut done: Option<i64> = None;
        for _ in 0..=count {
            let transaction = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if let Some(id) = done {
                transaction.prepare_cached("UPDATE job SET state = 3 WHERE id = ?1")?.execute(params![id])?;
            }
            let mut claim = transaction.prepare_cached(
                "UPDATE job SET state = 2 WHERE id =
                   (SELECT id FROM job WHERE state = 1 ORDER BY priority DESC, id LIMIT 1) RETURNING id",
            )?;
            done = claim.query_map([], |row| row.get(0))?.next().transpose()?;
            drop(claim);
            transaction.commit()?;
        }
        Ok(began.elapsed())
    }
}
