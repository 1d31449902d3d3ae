//! Press releases.

use std::collections::BTreeSet;

use freigabe_domain::{
    gathering::Participant,
    ids::{OrganisationId, PressReleaseId},
    press::{
        Discard, PressApproval, PressComment, PressStanding, PressVersion, PublicationPermit,
        StoredPressRelease,
    },
    store::{Cursor, Page, PageRequest, PressStore, Scope, StoreError},
};

use super::{
    MemoryTx,
    ports::{Order, affected, page},
    scope::PARTNERS,
};

/// Nobody is registered here: this is the coordination.
const COORDINATION: u128 = 0xC0;

impl MemoryTx<'_> {
    /// The release, if the scope is this participant of it and something can still be done about it.
    fn open_press_release(
        &mut self,
        id: PressReleaseId,
        by: &Participant,
        what: &'static str,
    ) -> Result<&mut StoredPressRelease, StoreError> {
        let own = match (&self.scope, by) {
            (Scope::Centre { organisation, .. }, Participant::Centre(other))
            | (Scope::Coordination { organisation, .. }, Participant::Coordination(other)) => {
                organisation == other
            }
            (Scope::Office { office, .. }, Participant::Office(other)) => office == other,
            _ => false,
        };
        if !own {
            let problem = format!("{what} is nothing for {:?}", self.scope);
            return Err(StoreError::Defect(problem));
        }
        let all = &mut self.writable()?.press_releases;
        let open = |one: &&mut StoredPressRelease| {
            one.names(by) && one.published.is_none() && one.discarded.is_none()
        };
        all.get_mut(&id).filter(open).ok_or(affected(what))
    }
}

impl<'tx> PressStore<'tx> for MemoryTx<'tx> {
    async fn press_participants(
        &mut self,
        ids: &[OrganisationId],
    ) -> Result<Vec<Participant>, StoreError> {
        self.only(PARTNERS, "press_participants")?;
        let all = self.state.centres.entries.values();
        let keepers: BTreeSet<_> = all.filter_map(|centre| centre.organisation).collect();
        let coordination = OrganisationId::from_uuid(uuid::Uuid::from_u128(COORDINATION));
        let known = ids.iter().filter_map(|id| {
            if keepers.contains(id) {
                Some(Participant::Centre(*id))
            } else {
                (*id == coordination).then_some(Participant::Coordination(*id))
            }
        });
        Ok(known.collect())
    }

    async fn insert_press_release(
        &mut self,
        release: &StoredPressRelease,
    ) -> Result<(), StoreError> {
        self.only(PARTNERS, "insert_press_release")?;
        let all = &mut self.writable()?.press_releases;
        all.insert(release.id, release.clone());
        Ok(())
    }

    async fn press_release(
        &mut self,
        id: PressReleaseId,
    ) -> Result<Option<StoredPressRelease>, StoreError> {
        self.only(PARTNERS, "press_release")?;
        Ok(self.state.press_releases.get(&id).cloned())
    }

    async fn lock_press_release(
        &mut self,
        id: PressReleaseId,
    ) -> Result<Option<StoredPressRelease>, StoreError> {
        self.only(PARTNERS, "lock_press_release")?;
        self.store.wait_for_row();
        Ok(self.state.press_releases.get(&id).cloned())
    }

    async fn press_releases(
        &mut self,
        reader: &Participant,
        standing: Option<PressStanding>,
        request: PageRequest,
    ) -> Result<Page<StoredPressRelease>, StoreError> {
        self.only(PARTNERS, "press_releases")?;
        let all = self.state.press_releases.values().cloned();
        let seen = all.filter(|one| one.names(reader) || one.published.is_some());
        let wanted = seen.filter(|one| standing.is_none_or(|wanted| one.standing() == wanted));
        let bare = wanted.map(|one| StoredPressRelease {
            former: Vec::new(),
            comments: Vec::new(),
            ..one
        });
        Ok(page(bare.collect(), Order::NewestFirst, request, |one| {
            Cursor {
                at: one.drafted_at,
                id: one.id.as_uuid(),
            }
        }))
    }

    async fn revise_press_release(
        &mut self,
        id: PressReleaseId,
        version: &PressVersion,
    ) -> Result<(), StoreError> {
        let row = self.open_press_release(id, &version.by, "revise_press_release")?;
        if version.number != row.latest.number + 1 {
            return Err(affected("revise_press_release"));
        }
        *row = row.clone().revised(version.clone());
        Ok(())
    }

    async fn comment_press_release(
        &mut self,
        id: PressReleaseId,
        comment: &PressComment,
    ) -> Result<(), StoreError> {
        let row = self.open_press_release(id, &comment.by, "comment_press_release")?;
        row.comments.push(comment.clone());
        Ok(())
    }

    async fn approve_press_release(
        &mut self,
        id: PressReleaseId,
        approval: &PressApproval,
    ) -> Result<(), StoreError> {
        let row = self.open_press_release(id, &approval.by, "approve_press_release")?;
        if approval.version != row.latest.number || row.approval_of(approval.side()).is_some() {
            return Err(affected("approve_press_release"));
        }
        row.approvals.push(approval.clone());
        Ok(())
    }

    async fn publish_press_release(
        &mut self,
        permit: &PublicationPermit<'tx>,
    ) -> Result<(), StoreError> {
        let published = permit.publication();
        let row = self.open_press_release(permit.id(), &published.by, "publish_press_release")?;
        if row.latest.number != published.version || row.publishable(published.at).is_err() {
            return Err(affected("publish_press_release"));
        }
        row.published = Some(published.clone());
        Ok(())
    }

    async fn discard_press_release(
        &mut self,
        id: PressReleaseId,
        discard: &Discard,
    ) -> Result<(), StoreError> {
        let row = self.open_press_release(id, &discard.by, "discard_press_release")?;
        row.discarded = Some(discard.clone());
        Ok(())
    }
}
