//! Where the police name the network (agreement, point 8).

use freigabe_domain::{
    directory::WebAddress,
    ids::{CentreId, MediaReferenceId},
    instant::Instant,
    media::{MediaCheck, MediaCheckedBy, MediaFound, MediaPlace, MediaReference, MediaSubject},
    store::{Cursor, MediaQuery, MediaStore, Page, PageRequest, StoreError},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, LockType},
};

use crate::{
    entity::media_reference::{ActiveModel, Column, Entity, Model},
    failure::{exactly_one, failed},
    gathering::general,
    rows::{Cell, instant},
    tx::{SqlTx, after_descending, held},
};

fn reference_of(row: &Model) -> Result<MediaReference, StoreError> {
    let cell = Cell {
        table: "media_references",
        row: &row.id,
    };
    Ok(MediaReference {
        id: MediaReferenceId::from_uuid(row.id),
        office: cell.office("office_id", &row.office_id)?,
        place: place_of(&cell, row)?,
        names: row.names_centre.map_or(MediaSubject::Coordination, |id| {
            MediaSubject::Centre(CentreId::from_uuid(id))
        }),
        added_at: instant(row.added_at),
        checked: check_of(&cell, row)?,
        removed_at: row.removed_at.map(instant),
    })
}

fn place_of(cell: &Cell<'_>, row: &Model) -> Result<MediaPlace, StoreError> {
    let leaflet = (row.leaflet_title.as_deref(), row.leaflet_lies_at.as_deref());
    match (row.page.as_deref(), leaflet) {
        (Some(page), (None, None)) => WebAddress::parse(page)
            .map(MediaPlace::Page)
            .map_err(|_| cell.corrupt("page", "not an address")),
        (None, (Some(title), Some(lies_at))) => Ok(MediaPlace::Leaflet {
            title: general(cell, "leaflet_title", title)?,
            lies_at: general(cell, "leaflet_lies_at", lies_at)?,
        }),
        _ => Err(cell.corrupt("page", "neither a page alone nor a leaflet alone")),
    }
}

fn check_of(cell: &Cell<'_>, row: &Model) -> Result<Option<MediaCheck>, StoreError> {
    match (row.found.as_deref(), row.checked_by.as_deref()) {
        (None, None) => Ok(None),
        (Some(found), Some(by)) => Ok(Some(MediaCheck {
            found: cell.code("found", MediaFound::from_code, found)?,
            by: cell.code("checked_by", MediaCheckedBy::from_code, by)?,
            at: instant(row.looked_at),
        })),
        _ => Err(cell.corrupt("found", "a finding of nobody")),
    }
}

fn row_of(reference: &MediaReference) -> ActiveModel {
    let (page, leaflet) = match &reference.place {
        MediaPlace::Page(page) => (Some(page.as_str().to_owned()), None),
        MediaPlace::Leaflet { title, lies_at } => {
            let texts = (title.as_str().to_owned(), lies_at.as_str().to_owned());
            (None, Some(texts))
        }
    };
    let (title, lies_at) = leaflet.unzip();
    let check = reference.checked;
    let looked_at = check.map_or(reference.added_at, |check| check.at);
    ActiveModel {
        id: Set(reference.id.as_uuid()),
        office_id: Set(reference.office.as_str().to_owned()),
        page: Set(page),
        leaflet_title: Set(title),
        leaflet_lies_at: Set(lies_at),
        names_centre: Set(match reference.names {
            MediaSubject::Coordination => None,
            MediaSubject::Centre(centre) => Some(centre.as_uuid()),
        }),
        added_at: Set(reference.added_at.as_unix_micros()),
        looked_at: Set(looked_at.as_unix_micros()),
        found: Set(check.map(|check| check.found.code().to_owned())),
        checked_by: Set(check.map(|check| check.by.code().to_owned())),
        removed_at: Set(reference.removed_at.map(Instant::as_unix_micros)),
    }
}

impl SqlTx<'_> {
    async fn media(
        &mut self,
        id: MediaReferenceId,
        lock: Option<LockType>,
    ) -> Result<Option<MediaReference>, StoreError> {
        let select = held(Entity::find_by_id(id.as_uuid()), lock);
        let row = select.one(&self.transaction).await.map_err(failed)?;
        row.as_ref().map(reference_of).transpose()
    }
}

impl<'tx> MediaStore<'tx> for SqlTx<'tx> {
    async fn insert_media_reference(
        &mut self,
        reference: &MediaReference,
    ) -> Result<(), StoreError> {
        Entity::insert(row_of(reference))
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn media_reference(
        &mut self,
        id: MediaReferenceId,
    ) -> Result<Option<MediaReference>, StoreError> {
        self.media(id, None).await
    }

    async fn lock_media_reference(
        &mut self,
        id: MediaReferenceId,
    ) -> Result<Option<MediaReference>, StoreError> {
        self.media(id, Some(LockType::Update)).await
    }

    async fn media_references(
        &mut self,
        query: &MediaQuery,
        page: PageRequest,
    ) -> Result<Page<MediaReference>, StoreError> {
        let mut select = Entity::find().filter(Column::RemovedAt.is_null());
        if let Some(office) = &query.office {
            select = select.filter(Column::OfficeId.eq(office.as_str()));
        }
        if let Some((stale, until)) = query.stale {
            let until = until.as_unix_micros();
            select = select.filter(if stale {
                Column::LookedAt.lte(until)
            } else {
                Column::LookedAt.gt(until)
            });
        }
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::AddedAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::AddedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let all = rows.iter().map(reference_of).collect::<Result<_, _>>()?;
        Ok(Page::cut(all, page.limit, |one: &MediaReference| Cursor {
            at: one.added_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn check_media_reference(
        &mut self,
        id: MediaReferenceId,
        check: &MediaCheck,
    ) -> Result<(), StoreError> {
        let changed = Entity::update_many()
            .col_expr(Column::LookedAt, Expr::value(check.at.as_unix_micros()))
            .col_expr(Column::Found, Expr::value(check.found.code()))
            .col_expr(Column::CheckedBy, Expr::value(check.by.code()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::RemovedAt.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("check_media_reference", changed.rows_affected)
    }

    async fn remove_media_reference(
        &mut self,
        id: MediaReferenceId,
        at: Instant,
    ) -> Result<(), StoreError> {
        let changed = Entity::update_many()
            .col_expr(Column::RemovedAt, Expr::value(at.as_unix_micros()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::RemovedAt.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("remove_media_reference", changed.rows_affected)
    }
}
