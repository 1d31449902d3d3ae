//! Organisations and clients.

use freigabe_domain::{
    access::{
        ClientChange, ClientId, ClientKey, DataProtectionRegime, Organisation, RegisteredClient,
        Role,
    },
    ids::OrganisationId,
    instant::Instant,
    store::{AccessStore, StoreError},
    text::ShortText,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, sea_query::OnConflict,
};

use crate::{
    entity::{client, organisation, used_assertion},
    failure::failed,
    rows::Cell,
    tx::SqlTx,
};

fn organisation_of(row: organisation::Model) -> Result<Organisation, StoreError> {
    let cell = Cell {
        table: "organisations",
        row: &row.id,
    };
    Ok(Organisation {
        id: OrganisationId::from_uuid(row.id),
        role: cell.code("role", Role::from_code, &row.role)?,
        office: row
            .office_id
            .as_deref()
            .map(|id| cell.office("office_id", id))
            .transpose()?,
        regime: cell.code("regime", DataProtectionRegime::from_code, &row.regime)?,
        name: ShortText::parse(row.name.as_str())
            .map_err(|_| cell.corrupt("name", "not a short text"))?,
    })
}

fn client_of(
    row: client::Model,
    organisation: Organisation,
) -> Result<RegisteredClient, StoreError> {
    let cell = Cell {
        table: "clients",
        row: &row.id,
    };
    Ok(RegisteredClient {
        id: ClientId::parse(row.id.as_str()).map_err(|_| cell.corrupt("id", "not a client id"))?,
        organisation,
        key: ClientKey { jwk: row.jwk },
        active: row.active,
    })
}

impl<'tx> AccessStore<'tx> for SqlTx<'tx> {
    async fn client(&mut self, id: &ClientId) -> Result<Option<RegisteredClient>, StoreError> {
        let found = client::Entity::find_by_id(id.as_str())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let Some(row) = found else { return Ok(None) };
        let organisation = self
            .organisation(OrganisationId::from_uuid(row.organisation_id))
            .await?;
        // INVARIANT: a client's organisation exists (foreign key).
        organisation
            .map(|organisation| client_of(row, organisation))
            .transpose()
    }

    async fn clients(&mut self) -> Result<Vec<RegisteredClient>, StoreError> {
        let rows = client::Entity::find()
            .order_by_asc(client::Column::Id)
            .all(&self.transaction)
            .await;
        let rows = rows.map_err(failed)?;
        let organisations = self.organisations().await?;
        let mut clients = Vec::with_capacity(rows.len());
        for row in rows {
            let organisation = organisations
                .iter()
                .find(|o| o.id.as_uuid() == row.organisation_id);
            if let Some(organisation) = organisation {
                clients.push(client_of(row, organisation.clone())?);
            }
        }
        Ok(clients)
    }

    async fn organisation(
        &mut self,
        id: OrganisationId,
    ) -> Result<Option<Organisation>, StoreError> {
        let row = organisation::Entity::find_by_id(id.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.map(organisation_of).transpose()
    }

    async fn organisations(&mut self) -> Result<Vec<Organisation>, StoreError> {
        let rows = organisation::Entity::find()
            .order_by_asc(organisation::Column::Id)
            .all(&self.transaction)
            .await;
        rows.map_err(failed)?
            .into_iter()
            .map(organisation_of)
            .collect()
    }

    async fn insert_organisation(
        &mut self,
        organisation: &Organisation,
        at: Instant,
    ) -> Result<bool, StoreError> {
        if let Some(office) = &organisation.office {
            let taken = organisation::Entity::find()
                .filter(organisation::Column::OfficeId.eq(office.as_str()));
            if taken.count(&self.transaction).await.map_err(failed)? > 0 {
                return Ok(false);
            }
        }
        let row = organisation::ActiveModel {
            id: Set(organisation.id.as_uuid()),
            role: Set(organisation.role.code().to_owned()),
            name: Set(organisation.name.as_str().to_owned()),
            office_id: Set(organisation
                .office
                .as_ref()
                .map(|id| id.as_str().to_owned())),
            regime: Set(organisation.regime.code().to_owned()),
            created_at: Set(at.as_unix_micros()),
        };
        organisation::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(true)
    }

    async fn insert_client(
        &mut self,
        client: &RegisteredClient,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let row = client::ActiveModel {
            id: Set(client.id.as_str().to_owned()),
            organisation_id: Set(client.organisation.id.as_uuid()),
            jwk: Set(client.key.jwk.clone()),
            active: Set(client.active),
            created_at: Set(at.as_unix_micros()),
        };
        let insert = client::Entity::insert(row)
            .on_conflict(
                OnConflict::column(client::Column::Id)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.transaction);
        Ok(insert.await.map_err(failed)? > 0)
    }

    async fn change_client(
        &mut self,
        id: &ClientId,
        change: &ClientChange,
    ) -> Result<bool, StoreError> {
        let update = client::Entity::update_many().filter(client::Column::Id.eq(id.as_str()));
        let update = match change {
            ClientChange::Active(active) => update
                .col_expr(client::Column::Active, (*active).into())
                .filter(client::Column::Active.ne(*active)),
            ClientChange::Key(key) => update
                .col_expr(client::Column::Jwk, key.jwk.as_str().into())
                .filter(client::Column::Jwk.ne(key.jwk.as_str())),
        };
        let done = update.exec(&self.transaction).await.map_err(failed)?;
        Ok(done.rows_affected > 0)
    }

    async fn consume_assertion(
        &mut self,
        client: &ClientId,
        jti: &str,
        expires_at: Instant,
        now: Instant,
    ) -> Result<bool, StoreError> {
        used_assertion::Entity::delete_many()
            .filter(used_assertion::Column::ExpiresAt.lt(now.as_unix_micros()))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        let row = used_assertion::ActiveModel {
            client_id: Set(client.as_str().to_owned()),
            jti: Set(jti.to_owned()),
            expires_at: Set(expires_at.as_unix_micros()),
        };
        let columns = [
            used_assertion::Column::ClientId,
            used_assertion::Column::Jti,
        ];
        let insert = used_assertion::Entity::insert(row)
            .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
            .exec_without_returning(&self.transaction);
        Ok(insert.await.map_err(failed)? > 0)
    }
}
