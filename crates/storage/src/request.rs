//! Requests that were carried out, and what proves an event.

use freigabe_domain::{
    audit::LoggedAs,
    ids::EventId,
    instant::Instant,
    store::{EarlierRequest, OpeningStore, RequestKey, RequestStore, StoreError},
};
use freigabe_ledger::{Leaf, LeafClass, Salt};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::{
    entity::{event, request},
    failure::failed,
    rows::{Cell, instant},
    tx::SqlTx,
};

impl<'tx> RequestStore<'tx> for SqlTx<'tx> {
    async fn earlier_request(
        &mut self,
        request: &RequestKey,
    ) -> Result<Option<EarlierRequest>, StoreError> {
        let key = (
            request.client.as_str().to_owned(),
            request.key.as_str().to_owned(),
        );
        let found = request::Entity::find_by_id(key)
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        found.map(|row| earlier_of(request, &row)).transpose()
    }

    async fn remember_request(
        &mut self,
        request: &RequestKey,
        resource: Uuid,
        leaf: &Leaf,
        at: Instant,
    ) -> Result<(), StoreError> {
        let row = request::ActiveModel {
            client_id: Set(request.client.as_str().to_owned()),
            key: Set(request.key.as_str().to_owned()),
            fingerprint: Set(request.fingerprint.to_vec()),
            resource: Set(resource),
            created_at: Set(at.as_unix_micros()),
            leaf: Set(Some(leaf.encode().to_vec())),
        };
        request::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn forget_requests(&mut self, before: Instant) -> Result<usize, StoreError> {
        let old = request::Entity::delete_many()
            .filter(request::Column::CreatedAt.lt(before.as_unix_micros()));
        let done = old.exec(&self.transaction).await.map_err(failed)?;
        usize::try_from(done.rows_affected).map_err(|error| StoreError::Defect(error.to_string()))
    }
}

fn earlier_of(request: &RequestKey, row: &request::Model) -> Result<EarlierRequest, StoreError> {
    let cell = Cell {
        table: "requests",
        row: &request.client,
    };
    let fingerprint = row.fingerprint.as_slice().try_into();
    let logged_as = row.leaf.as_ref().map(|bytes| {
        let leaf = Leaf::decode(bytes).map_err(|_| cell.corrupt("leaf", "not a leaf"))?;
        let at = instant(row.created_at);
        Ok::<_, StoreError>(LoggedAs { leaf, at })
    });
    Ok(EarlierRequest {
        fingerprint: fingerprint.map_err(|_| cell.corrupt("fingerprint", "not 32 bytes"))?,
        resource: row.resource,
        logged_as: logged_as.transpose()?,
    })
}

impl<'tx> OpeningStore<'tx> for SqlTx<'tx> {
    async fn opening(&mut self, id: EventId) -> Result<Option<(Leaf, Salt)>, StoreError> {
        let found = event::Entity::find()
            .filter(event::Column::Id.eq(id.as_uuid()))
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let Some(row) = found else {
            return Ok(None);
        };
        let cell = Cell {
            table: "events",
            row: &row.id,
        };
        let salt = <[u8; 32]>::try_from(row.salt.as_slice());
        let salt = salt.map_err(|_| cell.corrupt("salt", "not 32 bytes"))?;
        let class = u8::try_from(row.class).ok();
        let class = class.and_then(|code| LeafClass::try_from(code).ok());
        let leaf = Leaf {
            class: class.ok_or_else(|| cell.corrupt("class", "no class of leaves"))?,
            expiry_year: cell.number("expiry_year", i64::from(row.expiry_year))?,
            commitment: cell.commitment("commitment", &row.commitment)?,
        };
        Ok(Some((leaf, Salt::from_bytes(salt))))
    }
}
