//! Press releases of both sides (agreement, point 7).

mod form;
mod standing;

use freigabe_domain::{
    access::Role,
    gathering::{Participant, Side},
    ids::{OrganisationId, PressReleaseId},
    press::{
        Discard, PressApproval, PressComment, PressStanding, PressVersion, PublicationPermit,
        StoredPressRelease,
    },
    store::{Cursor, Page, PageRequest, PressStore, StoreError},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
    sea_query::{Expr, LockType},
};
use uuid::Uuid;

use self::form::{
    DISCARDED, OPEN, Rows, digest, number, participant_rows, release_row, version_row,
};
use crate::{
    entity::{
        organisation,
        press_release::{Column, Entity, Model},
        press_release_approval as approval, press_release_comment as comment,
        press_release_participant as participant, press_release_publication as publication,
        press_release_version as version,
    },
    failure::{exactly_one, failed},
    tx::{SqlTx, after_descending, held},
};

/// How much of a release is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// All versions and comments.
    Whole,
    /// The latest version, without comments.
    Latest,
}

impl SqlTx<'_> {
    /// The releases of these rows, in their order.
    async fn press_of(
        &mut self,
        releases: Vec<Model>,
        extent: Extent,
    ) -> Result<Vec<StoredPressRelease>, StoreError> {
        if releases.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = releases.iter().map(|row| row.id).collect();
        let ids = || ids.iter().copied();
        let participants = participant::Entity::find()
            .filter(participant::Column::ReleaseId.is_in(ids()))
            .order_by_asc(participant::Column::ReleaseId)
            .order_by_asc(participant::Column::Number)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let mut versions = version::Entity::find().filter(version::Column::ReleaseId.is_in(ids()));
        if extent == Extent::Latest {
            let latest = releases.iter().map(|row| {
                Condition::all()
                    .add(version::Column::ReleaseId.eq(row.id))
                    .add(version::Column::Number.eq(row.latest_version))
            });
            versions = versions.filter(latest.fold(Condition::any(), Condition::add));
        }
        let versions = versions
            .order_by_asc(version::Column::ReleaseId)
            .order_by_asc(version::Column::Number)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let comments = match extent {
            Extent::Latest => Vec::new(),
            Extent::Whole => comment::Entity::find()
                .filter(comment::Column::ReleaseId.is_in(ids()))
                .order_by_asc(comment::Column::ReleaseId)
                .order_by_asc(comment::Column::Number)
                .all(&self.transaction)
                .await
                .map_err(failed)?,
        };
        let approvals = approval::Entity::find()
            .filter(approval::Column::ReleaseId.is_in(ids()))
            .order_by_asc(approval::Column::ApprovedAt)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let publications = publication::Entity::find()
            .filter(publication::Column::ReleaseId.is_in(ids()))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let rows = Rows {
            releases,
            participants,
            versions,
            comments,
            approvals,
            publications,
        };
        rows.read()
    }

    async fn press(
        &mut self,
        id: PressReleaseId,
        lock: Option<LockType>,
    ) -> Result<Option<StoredPressRelease>, StoreError> {
        let select = held(Entity::find_by_id(id.as_uuid()), lock);
        let row = select.one(&self.transaction).await.map_err(failed)?;
        let rows = row.into_iter().collect();
        Ok(self.press_of(rows, Extent::Whole).await?.pop())
    }

    /// As which number somebody takes part.
    async fn press_number(
        &mut self,
        id: PressReleaseId,
        who: &Participant,
    ) -> Result<i16, StoreError> {
        let row = participant::Entity::find()
            .filter(participant::Column::ReleaseId.eq(id.as_uuid()))
            .filter(standing::is(who))
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let not_named = || StoreError::Defect("nobody who is named in the release".to_owned());
        row.map(|row| row.number).ok_or_else(not_named)
    }
}

impl<'tx> PressStore<'tx> for SqlTx<'tx> {
    async fn press_participants(
        &mut self,
        ids: &[OrganisationId],
    ) -> Result<Vec<Participant>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let roles = [Role::Centre.code(), Role::Coordination.code()];
        let rows: Vec<(Uuid, String)> = organisation::Entity::find()
            .select_only()
            .column(organisation::Column::Id)
            .column(organisation::Column::Role)
            .filter(organisation::Column::Id.is_in(ids.iter().map(OrganisationId::as_uuid)))
            .filter(organisation::Column::Role.is_in(roles))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let participant = |(id, role): (Uuid, String)| {
            let id = OrganisationId::from_uuid(id);
            if role == Role::Centre.code() {
                Participant::Centre(id)
            } else {
                Participant::Coordination(id)
            }
        };
        Ok(rows.into_iter().map(participant).collect())
    }

    async fn insert_press_release(
        &mut self,
        release: &StoredPressRelease,
    ) -> Result<(), StoreError> {
        Entity::insert(release_row(release)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        participant::Entity::insert_many(participant_rows(release)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        let first = version_row(release.id.as_uuid(), &release.latest, 0)?;
        version::Entity::insert(first)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn press_release(
        &mut self,
        id: PressReleaseId,
    ) -> Result<Option<StoredPressRelease>, StoreError> {
        self.press(id, None).await
    }

    async fn lock_press_release(
        &mut self,
        id: PressReleaseId,
    ) -> Result<Option<StoredPressRelease>, StoreError> {
        self.press(id, Some(LockType::Update)).await
    }

    async fn press_releases(
        &mut self,
        reader: &Participant,
        wanted: Option<PressStanding>,
        page: PageRequest,
    ) -> Result<Page<StoredPressRelease>, StoreError> {
        let seen = Condition::any()
            .add(standing::named(reader))
            .add(standing::published());
        let mut select = Entity::find().filter(seen);
        if let Some(wanted) = wanted {
            select = select.filter(standing::standing(wanted));
        }
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::DraftedAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::DraftedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let all = self.press_of(rows, Extent::Latest).await?;
        Ok(Page::cut(all, page.limit, |one| Cursor {
            at: one.drafted_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn revise_press_release(
        &mut self,
        id: PressReleaseId,
        version: &PressVersion,
    ) -> Result<(), StoreError> {
        let latest: i32 = number(version.number)?;
        let changed = Entity::update_many()
            .col_expr(Column::LatestVersion, Expr::value(latest))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::LatestVersion.eq(latest - 1))
            .filter(Column::State.eq(OPEN))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("revise_press_release", changed.rows_affected)?;
        let by = self.press_number(id, &version.by).await?;
        version::Entity::insert(version_row(id.as_uuid(), version, by)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn comment_press_release(
        &mut self,
        id: PressReleaseId,
        comment: &PressComment,
    ) -> Result<(), StoreError> {
        let by = self.press_number(id, &comment.by).await?;
        let row = comment::ActiveModel {
            release_id: Set(id.as_uuid()),
            number: Set(number(comment.number)?),
            version: Set(number(comment.version)?),
            written_by: Set(by),
            written_at: Set(comment.at.as_unix_micros()),
            content: Set(comment.text.as_str().to_owned()),
        };
        comment::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn approve_press_release(
        &mut self,
        id: PressReleaseId,
        approval: &PressApproval,
    ) -> Result<(), StoreError> {
        let by = self.press_number(id, &approval.by).await?;
        let version = self.press_version(id, approval.version).await?;
        let row = approval::ActiveModel {
            release_id: Set(id.as_uuid()),
            version: Set(version.number),
            side: Set(approval.side().code().to_owned()),
            sha256: Set(version.sha256),
            approved_by: Set(by),
            approved_at: Set(approval.at.as_unix_micros()),
        };
        approval::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn publish_press_release(
        &mut self,
        permit: &PublicationPermit<'tx>,
    ) -> Result<(), StoreError> {
        let published = permit.publication();
        let by = self.press_number(permit.id(), &published.by).await?;
        let version = self.press_version(permit.id(), published.version).await?;
        let row = publication::ActiveModel {
            release_id: Set(permit.id().as_uuid()),
            version: Set(version.number),
            release_state: Set(OPEN.to_owned()),
            sha256: Set(digest(permit.sha256())),
            publishable_from: Set(version.publishable_from),
            police_side: Set(Side::Police.code().to_owned()),
            network_side: Set(Side::Network.code().to_owned()),
            published_by: Set(by),
            published_at: Set(published.at.as_unix_micros()),
        };
        publication::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn discard_press_release(
        &mut self,
        id: PressReleaseId,
        discard: &Discard,
    ) -> Result<(), StoreError> {
        let by = self.press_number(id, &discard.by).await?;
        let changed = Entity::update_many()
            .col_expr(Column::State, Expr::value(DISCARDED))
            .col_expr(
                Column::DiscardedAt,
                Expr::value(discard.at.as_unix_micros()),
            )
            .col_expr(Column::DiscardedBy, Expr::value(by))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::State.eq(OPEN))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("discard_press_release", changed.rows_affected)
    }
}

impl SqlTx<'_> {
    async fn press_version(
        &mut self,
        id: PressReleaseId,
        version: u32,
    ) -> Result<version::Model, StoreError> {
        let key = (id.as_uuid(), number(version)?);
        let row = version::Entity::find_by_id(key)
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.ok_or_else(|| StoreError::Defect("no such version of the release".to_owned()))
    }
}
