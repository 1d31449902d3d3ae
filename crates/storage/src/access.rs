//! Organisations and clients.

use freigabe_domain::{
    access::{
        AccessScopes, AtIssuer, ClientChange, ClientId, ClientKey, Credential,
        DataProtectionRegime, Invitation, InvitationSecret, Organisation, RegisteredClient, Role,
    },
    ids::OrganisationId,
    instant::Instant,
    store::{AccessStore, CountedRequest, StoreError},
    text::ShortText,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, JoinType,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, SelectTwo,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use sha2::{Digest as _, Sha256};

use crate::{
    backend,
    entity::{client, client_invitation, organisation, used_assertion},
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
    let credential = match (row.credential_kind.as_str(), row.issuer) {
        ("key", None) => Credential::Key(ClientKey {
            jwk: row.credential,
        }),
        ("key_set", None) => Credential::KeySet(row.credential),
        ("issuer", Some(issuer)) => Credential::Issuer(AtIssuer {
            issuer,
            client: row.credential,
        }),
        _ => return Err(cell.corrupt("credential_kind", "not a kind of credential")),
    };
    Ok(RegisteredClient {
        id: ClientId::parse(row.id.as_str()).map_err(|_| cell.corrupt("id", "not a client id"))?,
        organisation,
        credential,
        scopes: scopes_of(&cell, row.scopes.as_deref())?,
        active: row.active,
    })
}

fn clients_with_organisations() -> SelectTwo<client::Entity, organisation::Entity> {
    let speaks_for = client::Entity::belongs_to(organisation::Entity)
        .from(client::Column::OrganisationId)
        .to(organisation::Column::Id)
        .into();
    client::Entity::find()
        .join(JoinType::InnerJoin, speaks_for)
        .select_also(organisation::Entity)
}

fn scopes_of(cell: &Cell<'_>, text: Option<&str>) -> Result<Option<AccessScopes>, StoreError> {
    text.map(AccessScopes::parse)
        .transpose()
        .map_err(|_| cell.corrupt("scopes", "not scopes"))
}

/// Kind, credential and issuer as they are stored.
fn stored(credential: &Credential) -> (&'static str, &str, Option<&str>) {
    match credential {
        Credential::Key(key) => ("key", &key.jwk, None),
        Credential::KeySet(address) => ("key_set", address, None),
        Credential::Issuer(at) => ("issuer", &at.client, Some(&at.issuer)),
    }
}

/// What is kept of an invitation's secret. It is 32 random bytes, so a plain hash can't be guessed back.
pub(crate) fn hash_of(secret: &InvitationSecret) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

impl<'tx> AccessStore<'tx> for SqlTx<'tx> {
    async fn client(&mut self, id: &ClientId) -> Result<Option<RegisteredClient>, StoreError> {
        self.client_where(client::Column::Id.eq(id.as_str()).into())
            .await
    }

    async fn client_at(&mut self, at: &AtIssuer) -> Result<Option<RegisteredClient>, StoreError> {
        let known_by = Condition::all()
            .add(client::Column::Issuer.eq(at.issuer.as_str()))
            .add(client::Column::Credential.eq(at.client.as_str()));
        self.client_where(known_by).await
    }

    async fn clients(
        &mut self,
        after: Option<&ClientId>,
        limit: u16,
    ) -> Result<Vec<RegisteredClient>, StoreError> {
        let id = backend::by_bytes(self.transaction.get_database_backend(), client::Column::Id);
        let after = after.map(|after| id.clone().gt(after.as_str()));
        let rows = clients_with_organisations()
            .filter(Condition::all().add_option(after))
            .order_by_asc(id)
            .limit(u64::from(limit) + 1)
            .all(&self.transaction)
            .await;
        rows.map_err(failed)?
            .into_iter()
            .filter_map(|(row, organisation)| Some((row, organisation?)))
            .map(|(row, organisation)| client_of(row, organisation_of(organisation)?))
            .collect()
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

    async fn organisations(
        &mut self,
        after: Option<OrganisationId>,
        limit: u16,
    ) -> Result<Vec<Organisation>, StoreError> {
        let after = after.map(|id| organisation::Column::Id.gt(id.as_uuid()));
        let rows = organisation::Entity::find()
            .filter(Condition::all().add_option(after))
            .order_by_asc(organisation::Column::Id)
            .limit(u64::from(limit) + 1)
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
        let (kind, credential, issuer) = stored(&client.credential);
        let row = client::ActiveModel {
            id: Set(client.id.as_str().to_owned()),
            organisation_id: Set(client.organisation.id.as_uuid()),
            credential_kind: Set(kind.to_owned()),
            credential: Set(credential.to_owned()),
            issuer: Set(issuer.map(str::to_owned)),
            scopes: Set(client.scopes.as_ref().map(AccessScopes::to_string)),
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
            ClientChange::Credential(credential) => {
                let (kind, credential, issuer) = stored(credential);
                let is_so = Condition::all()
                    .add(client::Column::CredentialKind.eq(kind))
                    .add(client::Column::Credential.eq(credential))
                    .add(match issuer {
                        Some(issuer) => client::Column::Issuer.eq(issuer),
                        None => client::Column::Issuer.is_null(),
                    });
                update
                    .col_expr(client::Column::CredentialKind, kind.into())
                    .col_expr(client::Column::Credential, credential.into())
                    .col_expr(
                        client::Column::Issuer,
                        Expr::value(issuer.map(str::to_owned)),
                    )
                    .filter(is_so.not())
            }
            ClientChange::Scopes(scopes) => {
                let scopes = scopes.as_ref().map(AccessScopes::to_string);
                let is_otherwise = match &scopes {
                    Some(scopes) => Condition::any()
                        .add(client::Column::Scopes.is_null())
                        .add(client::Column::Scopes.ne(scopes.as_str())),
                    None => Condition::any().add(client::Column::Scopes.is_not_null()),
                };
                update
                    .col_expr(client::Column::Scopes, Expr::value(scopes))
                    .filter(is_otherwise)
            }
        };
        let done = update.exec(&self.transaction).await.map_err(failed)?;
        Ok(done.rows_affected > 0)
    }

    async fn count_requests(
        &mut self,
        requests: &[CountedRequest],
        minute: i64,
    ) -> Result<Vec<Option<u32>>, StoreError> {
        backend::count_requests(&self.transaction, requests, minute).await
    }

    async fn put_invitation(
        &mut self,
        invitation: &Invitation,
        secret: &InvitationSecret,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.remove_invitation(&invitation.client).await?;
        let row = client_invitation::ActiveModel {
            client_id: Set(invitation.client.as_str().to_owned()),
            organisation_id: Set(invitation.organisation.as_uuid()),
            secret_hash: Set(hash_of(secret).to_vec()),
            scopes: Set(invitation.scopes.as_ref().map(AccessScopes::to_string)),
            created_at: Set(at.as_unix_micros()),
            expires_at: Set(invitation.expires_at.as_unix_micros()),
        };
        client_invitation::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn lock_invitation(
        &mut self,
        secret: &InvitationSecret,
    ) -> Result<Option<Invitation>, StoreError> {
        let found = client_invitation::Entity::find()
            .filter(client_invitation::Column::SecretHash.eq(hash_of(secret).to_vec()))
            .lock_exclusive()
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let Some(row) = found else { return Ok(None) };
        let cell = Cell {
            table: "client_invitations",
            row: &row.client_id,
        };
        Ok(Some(Invitation {
            client: ClientId::parse(row.client_id.as_str())
                .map_err(|_| cell.corrupt("client_id", "not a client id"))?,
            organisation: OrganisationId::from_uuid(row.organisation_id),
            scopes: scopes_of(&cell, row.scopes.as_deref())?,
            expires_at: Instant::from_unix_micros(row.expires_at),
        }))
    }

    async fn remove_invitation(&mut self, client: &ClientId) -> Result<bool, StoreError> {
        let removed = client_invitation::Entity::delete_by_id(client.as_str())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(removed.rows_affected > 0)
    }

    async fn forget_proofs(&mut self, expired_before: Instant) -> Result<usize, StoreError> {
        let old = used_assertion::Entity::delete_many()
            .filter(used_assertion::Column::ExpiresAt.lt(expired_before.as_unix_micros()));
        let done = old.exec(&self.transaction).await.map_err(failed)?;
        usize::try_from(done.rows_affected).map_err(|error| StoreError::Defect(error.to_string()))
    }
}

impl SqlTx<'_> {
    async fn client_where(
        &mut self,
        condition: Condition,
    ) -> Result<Option<RegisteredClient>, StoreError> {
        let found = clients_with_organisations()
            .filter(condition)
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        match found {
            Some((row, Some(organisation))) => {
                client_of(row, organisation_of(organisation)?).map(Some)
            }
            // INVARIANT: a client's organisation exists (foreign key), and whoever reaches a client reaches it too.
            _ => Ok(None),
        }
    }
}
