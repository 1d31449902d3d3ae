//! The log's queue, trees and checkpoints.

use std::ops::Range;

use freigabe_domain::{
    ids::EventId,
    instant::Instant,
    log::{Generation, LeafPlace, LogHead, LogLag, PendingLeaf, StoredCheckpoint},
    store::{LogStore, StoreError},
};
use freigabe_ledger::{Commitment, Hash, Leaf, LeafClass, tile::Tile};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QueryResult, QuerySelect as _, Statement,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    backend,
    entity::{log_checkpoint, log_entry, log_head, log_leaf, log_pending, log_tile},
    failure::{exactly_one, failed},
    rows::{Cell, instant},
    tx::SqlTx,
};

/// Rows of one statement at most: both databases bound its parameters (SQLite 32,766, PostgreSQL 65,535).
const ROWS: usize = 4_096;

impl<'tx> LogStore<'tx> for SqlTx<'tx> {
    async fn count_pending(&mut self, most: u64) -> Result<u64, StoreError> {
        let backend = self.transaction.get_database_backend();
        let parameter = backend::parameter(backend, 1);
        let sql = format!(
            "SELECT count(*) AS n FROM (SELECT 1 FROM log_pending LIMIT {parameter}) AS waiting"
        );
        let statement = Statement::from_sql_and_values(backend, sql, [signed(most)?.into()]);
        let row = self.transaction.query_one_raw(statement).await;
        let row = row.map_err(failed)?;
        let row = row.ok_or_else(|| StoreError::Defect("a count gave no row".to_owned()))?;
        let number: i64 = row.try_get("", "n").map_err(failed)?;
        unsigned(number)
    }

    async fn take_pending(&mut self, most: u16) -> Result<Vec<PendingLeaf>, StoreError> {
        // One statement, so that what is taken is what is deleted, whatever commits meanwhile.
        let backend = self.transaction.get_database_backend();
        let parameter = backend::parameter(backend, 1);
        let sql = format!(
            "DELETE FROM log_pending WHERE (at, event_id) IN \
             (SELECT at, event_id FROM log_pending ORDER BY at, event_id LIMIT {parameter}) \
             RETURNING event_id, at, class, expiry_year, commitment"
        );
        let statement = Statement::from_sql_and_values(backend, sql, [i64::from(most).into()]);
        let rows = self.transaction.query_all_raw(statement).await;
        let mut taken = rows
            .map_err(failed)?
            .iter()
            .map(pending_of)
            .collect::<Result<Vec<_>, _>>()?;
        taken.sort_unstable_by_key(|pending| (pending.at, pending.event));
        Ok(taken)
    }

    async fn take_pending_event(&mut self, event: EventId) -> Result<PendingLeaf, StoreError> {
        let backend = self.transaction.get_database_backend();
        let sql = format!(
            "DELETE FROM log_pending WHERE event_id = {} \
             RETURNING event_id, at, class, expiry_year, commitment",
            backend::parameter(backend, 1)
        );
        let statement = Statement::from_sql_and_values(backend, sql, [event.as_uuid().into()]);
        let rows = self.transaction.query_all_raw(statement).await;
        match rows.map_err(failed)?.as_slice() {
            [row] => pending_of(row),
            others => Err(StoreError::Affected {
                operation: "take a waiting event",
                affected: u64::try_from(others.len()).unwrap_or(u64::MAX),
            }),
        }
    }

    async fn put_pending(&mut self, leaves: &[PendingLeaf]) -> Result<(), StoreError> {
        for some in leaves.chunks(ROWS) {
            let rows = some
                .iter()
                .map(|pending| {
                    Ok(log_pending::ActiveModel {
                        at: Set(pending.at.as_unix_micros()),
                        event_id: Set(pending.event.as_uuid()),
                        class: Set(i16::from(pending.leaf.class.code())),
                        expiry_year: Set(year(pending.leaf.expiry_year)?),
                        commitment: Set(pending.leaf.commitment.as_bytes().to_vec()),
                    })
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
            log_pending::Entity::insert_many(rows)
                .exec_without_returning(&self.transaction)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn is_pending(&mut self, commitment: &Commitment) -> Result<bool, StoreError> {
        let waiting = log_pending::Entity::find()
            .filter(log_pending::Column::Commitment.eq(commitment.as_bytes().to_vec()))
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(waiting.is_some())
    }

    async fn log_heads(&mut self) -> Result<Vec<LogHead>, StoreError> {
        let rows = log_head::Entity::find()
            .order_by_asc(log_head::Column::Generation)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.into_iter().map(head_of).collect()
    }

    async fn lock_log_head(&mut self) -> Result<Option<LogHead>, StoreError> {
        // On SQLite the transaction holds everything; the lock is left out there.
        let newest = log_head::Entity::find()
            .order_by_desc(log_head::Column::Generation)
            .limit(1)
            .lock_exclusive()
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let held = newest.map(head_of).transpose()?;
        if backend::waits_for_rows(self.transaction.get_database_backend())
            && let Some(held) = &held
        {
            // Whoever held the row may have begun the next log meanwhile.
            let newest = self.log_heads().await?.pop();
            if newest.is_some_and(|newest| newest.generation != held.generation) {
                return Err(StoreError::Conflict);
            }
        }
        Ok(held)
    }

    async fn insert_log_head(&mut self, head: &LogHead) -> Result<(), StoreError> {
        let row = log_head::ActiveModel {
            generation: Set(number(head.generation)),
            origin: Set(head.origin.clone()),
            size: Set(signed(head.size)?),
            root: Set(head.root.as_bytes().to_vec()),
            unpublished_since: Set(head.unpublished_since.map(Instant::as_unix_micros)),
            lease_holder: Set(None),
            lease_until: Set(None),
        };
        log_head::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn advance_log_head(&mut self, from: &LogHead, to: &LogHead) -> Result<(), StoreError> {
        use log_head::Column;
        let since = match from.unpublished_since {
            Some(since) => Column::UnpublishedSince.eq(since.as_unix_micros()),
            None => Column::UnpublishedSince.is_null(),
        };
        let update = log_head::Entity::update_many()
            .col_expr(Column::Size, Expr::value(signed(to.size)?))
            .col_expr(Column::Root, Expr::value(to.root.as_bytes().to_vec()))
            .col_expr(
                Column::UnpublishedSince,
                Expr::value(to.unpublished_since.map(Instant::as_unix_micros)),
            )
            .filter(Column::Generation.eq(number(from.generation)))
            .filter(Column::Size.eq(signed(from.size)?))
            .filter(Column::Root.eq(from.root.as_bytes().to_vec()))
            .filter(since);
        let done = update.exec(&self.transaction).await.map_err(failed)?;
        exactly_one("advance the log's head", done.rows_affected)
    }

    async fn log_tiles(
        &mut self,
        generation: Generation,
        tiles: &[Tile],
    ) -> Result<Vec<(Tile, Vec<u8>)>, StoreError> {
        use log_tile::Column;
        let mut found = Vec::with_capacity(tiles.len());
        // Each is asked for by its whole key, so that the plan never depends on their number.
        for some in tiles.chunks(256) {
            let wanted = some.iter().try_fold(Condition::any(), |any, tile| {
                let one = Condition::all()
                    .add(Column::Generation.eq(number(generation)))
                    .add(Column::Level.eq(i16::from(tile.level)))
                    .add(Column::Tile.eq(signed(tile.index)?));
                Ok::<_, StoreError>(any.add(one))
            })?;
            let rows = log_tile::Entity::find()
                .filter(wanted)
                .all(&self.transaction)
                .await
                .map_err(failed)?;
            for row in rows {
                let level =
                    u8::try_from(row.level).map_err(|_| TILES.corrupt("level", "out of range"))?;
                let index = unsigned(row.tile)?;
                found.push((Tile { level, index }, row.hashes));
            }
        }
        Ok(found)
    }

    async fn put_log_tiles(
        &mut self,
        generation: Generation,
        tiles: &[(Tile, Vec<u8>)],
    ) -> Result<(), StoreError> {
        use log_tile::Column;
        for some in tiles.chunks(ROWS) {
            let rows = some
                .iter()
                .map(|(tile, hashes)| {
                    Ok(log_tile::ActiveModel {
                        generation: Set(number(generation)),
                        level: Set(i16::from(tile.level)),
                        tile: Set(signed(tile.index)?),
                        hashes: Set(hashes.clone()),
                    })
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
            let longer = OnConflict::columns([Column::Generation, Column::Level, Column::Tile])
                .update_column(Column::Hashes)
                .to_owned();
            log_tile::Entity::insert_many(rows)
                .on_conflict(longer)
                .exec_without_returning(&self.transaction)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn log_bundles(
        &mut self,
        generation: Generation,
        bundles: Range<u64>,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        use log_entry::Column;
        let rows = log_entry::Entity::find()
            .filter(Column::Generation.eq(number(generation)))
            .filter(Column::Bundle.gte(signed(bundles.start)?))
            .filter(Column::Bundle.lt(signed(bundles.end)?))
            .order_by_asc(Column::Bundle)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.into_iter()
            .map(|row| Ok((unsigned(row.bundle)?, row.entries)))
            .collect()
    }

    async fn put_log_bundles(
        &mut self,
        generation: Generation,
        bundles: &[(u64, Vec<u8>)],
    ) -> Result<(), StoreError> {
        use log_entry::Column;
        for some in bundles.chunks(ROWS) {
            let rows = some
                .iter()
                .map(|(bundle, entries)| {
                    Ok(log_entry::ActiveModel {
                        generation: Set(number(generation)),
                        bundle: Set(signed(*bundle)?),
                        entries: Set(entries.clone()),
                    })
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
            let longer = OnConflict::columns([Column::Generation, Column::Bundle])
                .update_column(Column::Entries)
                .to_owned();
            log_entry::Entity::insert_many(rows)
                .on_conflict(longer)
                .exec_without_returning(&self.transaction)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn insert_log_leaves(
        &mut self,
        first: LeafPlace,
        commitments: &[Commitment],
    ) -> Result<(), StoreError> {
        let mut index = signed(first.index)?;
        for some in commitments.chunks(ROWS) {
            let rows: Vec<_> = (index..)
                .zip(some)
                .map(|(leaf_index, commitment)| log_leaf::ActiveModel {
                    commitment: Set(commitment.as_bytes().to_vec()),
                    generation: Set(number(first.generation)),
                    leaf_index: Set(leaf_index),
                })
                .collect();
            index = index.saturating_add(i64::try_from(some.len()).unwrap_or(i64::MAX));
            log_leaf::Entity::insert_many(rows)
                .exec_without_returning(&self.transaction)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn log_leaves(
        &mut self,
        generation: Generation,
        places: Range<u64>,
    ) -> Result<Vec<(u64, Commitment)>, StoreError> {
        use log_leaf::Column;
        let rows = log_leaf::Entity::find()
            .filter(Column::Generation.eq(number(generation)))
            .filter(Column::LeafIndex.gte(signed(places.start)?))
            .filter(Column::LeafIndex.lt(signed(places.end)?))
            .order_by_asc(Column::LeafIndex)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.into_iter()
            .map(|row| {
                let commitment = LEAVES.commitment("commitment", &row.commitment)?;
                Ok((unsigned(row.leaf_index)?, commitment))
            })
            .collect()
    }

    async fn forget_log_leaves(&mut self, from: LeafPlace) -> Result<u64, StoreError> {
        use log_leaf::Column;
        let done = log_leaf::Entity::delete_many()
            .filter(Column::Generation.eq(number(from.generation)))
            .filter(Column::LeafIndex.gte(signed(from.index)?))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(done.rows_affected)
    }

    async fn leaf_place(
        &mut self,
        commitment: &Commitment,
    ) -> Result<Option<LeafPlace>, StoreError> {
        let row = log_leaf::Entity::find_by_id(commitment.as_bytes().to_vec())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.map(|row| {
            Ok(LeafPlace {
                generation: generation_of(&LEAVES, row.generation)?,
                index: unsigned(row.leaf_index)?,
            })
        })
        .transpose()
    }

    async fn insert_checkpoint(&mut self, checkpoint: &StoredCheckpoint) -> Result<(), StoreError> {
        let row = log_checkpoint::ActiveModel {
            generation: Set(number(checkpoint.generation)),
            size: Set(signed(checkpoint.size)?),
            root: Set(checkpoint.root.as_bytes().to_vec()),
            note: Set(checkpoint.note.clone()),
            signed_at: Set(checkpoint.signed_at.as_unix_micros()),
            published_at: Set(checkpoint.published_at.map(Instant::as_unix_micros)),
        };
        log_checkpoint::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn signed_checkpoint(
        &mut self,
        generation: Generation,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        self.newest_checkpoint(generation, Condition::all()).await
    }

    async fn checkpoint_at(
        &mut self,
        generation: Generation,
        size: u64,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        let size = log_checkpoint::Column::Size.eq(signed(size)?);
        self.newest_checkpoint(generation, Condition::all().add(size))
            .await
    }

    async fn published_checkpoint(
        &mut self,
        generation: Generation,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        let published = log_checkpoint::Column::PublishedAt.is_not_null();
        self.newest_checkpoint(generation, Condition::all().add(published))
            .await
    }

    async fn update_checkpoint(&mut self, checkpoint: &StoredCheckpoint) -> Result<(), StoreError> {
        use log_checkpoint::Column;
        let published = checkpoint.published_at.map(Instant::as_unix_micros);
        let update = log_checkpoint::Entity::update_many()
            .col_expr(Column::Note, Expr::value(checkpoint.note.clone()))
            .col_expr(Column::PublishedAt, Expr::value(published))
            .filter(Column::Generation.eq(number(checkpoint.generation)))
            .filter(Column::Size.eq(signed(checkpoint.size)?));
        let done = update.exec(&self.transaction).await.map_err(failed)?;
        exactly_one("note a checkpoint's signatures", done.rows_affected)
    }

    async fn log_lag(&mut self) -> Result<LogLag, StoreError> {
        let backend = self.transaction.get_database_backend();
        let statement = Statement::from_string(backend, backend::log_lag_sql(backend));
        let row = self.transaction.query_one_raw(statement).await;
        let row = row.map_err(failed)?;
        let row = row.ok_or_else(|| StoreError::Defect("the log's lag gave no row".to_owned()))?;
        let time = |column| -> Result<Option<Instant>, StoreError> {
            let micros: Option<i64> = row.try_get("", column).map_err(failed)?;
            Ok(micros.map(instant))
        };
        Ok(LogLag {
            unpublished_since: time("unpublished_since")?,
            oldest_pending: time("oldest_pending")?,
        })
    }

    async fn lease_cosigning(
        &mut self,
        generation: Generation,
        holder: Uuid,
        now: Instant,
        until: Instant,
    ) -> Result<bool, StoreError> {
        use log_head::Column;
        let free = Condition::any()
            .add(Column::LeaseHolder.is_null())
            .add(Column::LeaseHolder.eq(holder))
            .add(Column::LeaseUntil.lte(now.as_unix_micros()));
        let done = log_head::Entity::update_many()
            .col_expr(Column::LeaseHolder, Expr::value(holder))
            .col_expr(Column::LeaseUntil, Expr::value(until.as_unix_micros()))
            .filter(Column::Generation.eq(number(generation)))
            .filter(free)
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(done.rows_affected == 1)
    }
}

impl SqlTx<'_> {
    async fn newest_checkpoint(
        &mut self,
        generation: Generation,
        which: Condition,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        let row = log_checkpoint::Entity::find()
            .filter(log_checkpoint::Column::Generation.eq(number(generation)))
            .filter(which)
            .order_by_desc(log_checkpoint::Column::Size)
            .limit(1)
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.map(checkpoint_of).transpose()
    }
}

const PENDING: Cell<'_> = cell("log_pending");
const HEADS: Cell<'_> = cell("log_heads");
const TILES: Cell<'_> = cell("log_tiles");
const LEAVES: Cell<'_> = cell("log_leaves");
const CHECKPOINTS: Cell<'_> = cell("log_checkpoints");

const fn cell(table: &'static str) -> Cell<'static> {
    Cell {
        table,
        row: &"(the log's)",
    }
}

fn pending_of(row: &QueryResult) -> Result<PendingLeaf, StoreError> {
    let event: Uuid = row.try_get("", "event_id").map_err(failed)?;
    let cell = Cell {
        row: &event,
        ..PENDING
    };
    let at: i64 = row.try_get("", "at").map_err(failed)?;
    let class: i16 = row.try_get("", "class").map_err(failed)?;
    let expiry_year: i16 = row.try_get("", "expiry_year").map_err(failed)?;
    let commitment: Vec<u8> = row.try_get("", "commitment").map_err(failed)?;
    let class = u8::try_from(class).ok().map(LeafClass::try_from);
    Ok(PendingLeaf {
        event: EventId::from_uuid(event),
        at: instant(at),
        leaf: Leaf {
            class: class
                .and_then(Result::ok)
                .ok_or_else(|| cell.corrupt("class", "unknown code"))?,
            expiry_year: cell.number("expiry_year", i64::from(expiry_year))?,
            commitment: cell.commitment("commitment", &commitment)?,
        },
    })
}

fn head_of(row: log_head::Model) -> Result<LogHead, StoreError> {
    let cell = Cell {
        row: &row.generation,
        ..HEADS
    };
    Ok(LogHead {
        generation: generation_of(&cell, row.generation)?,
        size: cell.number("size", row.size)?,
        root: hash_of(&cell, "root", &row.root)?,
        unpublished_since: row.unpublished_since.map(instant),
        origin: row.origin,
    })
}

fn checkpoint_of(row: log_checkpoint::Model) -> Result<StoredCheckpoint, StoreError> {
    let cell = Cell {
        row: &row.size,
        ..CHECKPOINTS
    };
    Ok(StoredCheckpoint {
        generation: generation_of(&cell, row.generation)?,
        size: cell.number("size", row.size)?,
        root: hash_of(&cell, "root", &row.root)?,
        note: row.note,
        signed_at: instant(row.signed_at),
        published_at: row.published_at.map(instant),
    })
}

fn generation_of(cell: &Cell<'_>, number: i64) -> Result<Generation, StoreError> {
    cell.number("generation", number)
        .map(Generation::from_number)
}

fn hash_of(cell: &Cell<'_>, column: &'static str, bytes: &[u8]) -> Result<Hash, StoreError> {
    Hash::try_from(bytes).map_err(|_| cell.corrupt(column, "not 32 bytes"))
}

fn number(generation: Generation) -> i64 {
    i64::from(generation.number())
}

fn year(year: u16) -> Result<i16, StoreError> {
    i16::try_from(year).map_err(|error| StoreError::Defect(error.to_string()))
}

fn signed(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|error| StoreError::Defect(error.to_string()))
}

fn unsigned(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|error| StoreError::Defect(error.to_string()))
}
