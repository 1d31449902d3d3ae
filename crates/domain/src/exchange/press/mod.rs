//! Press releases (agreement, point 7): both sides write, comment and approve; published is what both approved, the latest version, word for word.

mod drafted;

use async_trait::async_trait;

use crate::{
    access::PartnerOrCoordination,
    audit::{self, Event, Logged, Operation},
    error::Error,
    exchange::{Application, earlier},
    gathering::LongGeneralText,
    ids::{EventId, PressReleaseId},
    instant::Instant,
    press::{
        Discard, NewPressRelease, PressApproval, PressComment, PressRelease, PressStanding,
        PressText, PressVersion, StoredPressRelease,
    },
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, unit_of_work},
};

/// Press releases of both sides (agreement, point 7). Drafts are for those who are named in them; what is published, for all partners.
#[async_trait(?Send)]
pub trait PressDesk {
    /// Drafts a release with its first version. The caller takes part by that, and names who else does: at least one of the other side.
    ///
    /// # Errors
    /// Participants that are none; a reused key; the store's failure.
    async fn draft_press_release(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        new: NewPressRelease,
    ) -> Result<Logged<StoredPressRelease>, Error>;

    /// A release: whole for its participants, the published version for everybody else.
    ///
    /// # Errors
    /// There is none, or none for the caller; the store's failure.
    async fn press_release(
        &self,
        caller: &PartnerOrCoordination,
        id: PressReleaseId,
    ) -> Result<StoredPressRelease, Error>;

    /// The caller's releases and those that are published, newest first; or of these the ones that stand so.
    ///
    /// # Errors
    /// The store's failure.
    async fn press_releases(
        &self,
        caller: &PartnerOrCoordination,
        standing: Option<PressStanding>,
        page: PageRequest,
    ) -> Result<Page<StoredPressRelease>, Error>;

    /// A participant writes the version after `based_on`, which is the latest. All approvals are void with that.
    ///
    /// # Errors
    /// No such release; another version is the latest; it is published or discarded, or has too many versions; a reused key; the store's
    /// failure.
    async fn revise_press_release(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PressReleaseId,
        based_on: u32,
        content: PressText,
    ) -> Result<Logged<StoredPressRelease>, Error>;

    /// A participant says something about a version.
    ///
    /// # Errors
    /// No such release; no such version; it is published or discarded, or has too many comments; a reused key; the store's failure.
    async fn comment_press_release(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PressReleaseId,
        version: u32,
        text: LongGeneralText,
    ) -> Result<Logged<StoredPressRelease>, Error>;

    /// A participant approves exactly this version for its side.
    ///
    /// # Errors
    /// No such release; another version is the latest; the side has approved it already; it is published or discarded; a reused key; the
    /// store's failure.
    async fn approve_press_release(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PressReleaseId,
        version: u32,
    ) -> Result<Logged<StoredPressRelease>, Error>;

    /// A participant publishes what both sides approved: the latest version, its embargo over.
    ///
    /// # Errors
    /// No such release; a side has not approved the latest version; its embargo runs; it is published or discarded; a reused key; the
    /// store's failure.
    async fn publish_press_release(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PressReleaseId,
    ) -> Result<Logged<StoredPressRelease>, Error>;

    /// A participant gives it up.
    ///
    /// # Errors
    /// No such release; it is published or discarded; a reused key; the store's failure.
    async fn discard_press_release(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PressReleaseId,
    ) -> Result<Logged<StoredPressRelease>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> PressDesk for Application<S> {
    async fn draft_press_release(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        new: NewPressRelease,
    ) -> Result<Logged<StoredPressRelease>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = PressReleaseId::from_uuid(earlier.value);
                    let known = tx.press_release(id).await?.ok_or(Error::NotFound)?;
                    return Ok(earlier.map(|_| known));
                }
                let id = PressReleaseId::fresh(at, self.entropy())?;
                let release = drafted::release(tx, caller.participant(), &new, id, at).await?;
                tx.insert_press_release(&release).await?;
                let event = self
                    .press_event(caller, Operation::PressReleaseDrafted, at)?
                    .about_press_release(&release);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(release, leaf, at))
            },
        )
        .await
    }

    async fn press_release(
        &self,
        caller: &PartnerOrCoordination,
        id: PressReleaseId,
    ) -> Result<StoredPressRelease, Error> {
        let reader = caller.participant();
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.press_release(id).await?;
                let seen = found.and_then(|release| release.seen_by(&reader));
                seen.ok_or(Error::NotFound)
            },
        )
        .await;
        self.logged(caller, "getPressRelease", outcome).await
    }

    async fn press_releases(
        &self,
        caller: &PartnerOrCoordination,
        standing: Option<PressStanding>,
        page: PageRequest,
    ) -> Result<Page<StoredPressRelease>, Error> {
        let reader = caller.participant();
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.press_releases(&reader, standing, page).await?),
        )
        .await
    }

    async fn revise_press_release(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PressReleaseId,
        based_on: u32,
        content: PressText,
    ) -> Result<Logged<StoredPressRelease>, Error> {
        self.expect_room()?;
        let change = async |tx: &mut S::Tx<'_>, release: StoredPressRelease, at| {
            expect_latest(&release, based_on)?;
            if based_on >= StoredPressRelease::MOST_VERSIONS {
                return Err(Error::InvalidState(
                    "this press release has too many versions: discard it and draft another",
                ));
            }
            let by = caller.participant();
            let version = PressVersion::new(based_on + 1, content.clone(), by, at)?;
            tx.revise_press_release(id, &version).await?;
            let release = release.revised(version);
            let event = self
                .press_event(caller, Operation::PressReleaseRevised, at)?
                .about_press_release(&release);
            Ok((release, event))
        };
        let outcome = self.press_changed(caller, request, id, change).await;
        self.logged(caller, "revisePressRelease", outcome).await
    }

    async fn comment_press_release(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PressReleaseId,
        version: u32,
        text: LongGeneralText,
    ) -> Result<Logged<StoredPressRelease>, Error> {
        self.expect_room()?;
        let change = async |tx: &mut S::Tx<'_>, mut release: StoredPressRelease, at| {
            if !(1..=release.latest.number).contains(&version) {
                return Err(Error::invalid("/version", "there is no such version"));
            }
            let number = release.comments.last().map_or(0, |last| last.number) + 1;
            if number > StoredPressRelease::MOST_COMMENTS {
                return Err(Error::InvalidState(
                    "this press release has too many comments: talk to each other",
                ));
            }
            let comment = PressComment {
                number,
                version,
                by: caller.participant(),
                at,
                text: text.clone(),
            };
            tx.comment_press_release(id, &comment).await?;
            release.comments.push(comment);
            let event = self
                .press_event(caller, Operation::PressReleaseCommented, at)?
                .about_press_release(&release)
                .with_press_comment(number);
            Ok((release, event))
        };
        let outcome = self.press_changed(caller, request, id, change).await;
        self.logged(caller, "commentPressRelease", outcome).await
    }

    async fn approve_press_release(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PressReleaseId,
        version: u32,
    ) -> Result<Logged<StoredPressRelease>, Error> {
        self.expect_room()?;
        let change = async |tx: &mut S::Tx<'_>, mut release: StoredPressRelease, at| {
            expect_latest(&release, version)?;
            let by = caller.participant();
            if release.approval_of(by.side()).is_some() {
                return Err(Error::InvalidState(
                    "your side has approved this version already",
                ));
            }
            let approval = PressApproval { version, by, at };
            tx.approve_press_release(id, &approval).await?;
            let event = self
                .press_event(caller, Operation::PressReleaseApproved, at)?
                .about_press_release(&release)
                .with_press_approval(&approval);
            release.approvals.push(approval);
            Ok((release, event))
        };
        let outcome = self.press_changed(caller, request, id, change).await;
        self.logged(caller, "approvePressRelease", outcome).await
    }

    async fn publish_press_release(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PressReleaseId,
    ) -> Result<Logged<StoredPressRelease>, Error> {
        self.expect_room()?;
        let by = caller.participant();
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_press_release(id).await?;
                let own = held.filter(|release| release.names(&by));
                let known = own.ok_or(Error::NotFound)?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| known));
                }
                let approved = PressRelease::draft(id, by.clone()).approved(tx).await?;
                let published = approved
                    .publish(tx, caller.as_ref(), self.entropy())
                    .await?;
                if let Some(logged_as) = &published.logged_as {
                    tx.remember_request(request, id.as_uuid(), &logged_as.leaf, logged_as.at)
                        .await?;
                }
                Ok(published)
            },
        )
        .await;
        self.logged(caller, "publishPressRelease", outcome).await
    }

    async fn discard_press_release(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PressReleaseId,
    ) -> Result<Logged<StoredPressRelease>, Error> {
        let change = async |tx: &mut S::Tx<'_>, mut release: StoredPressRelease, at| {
            let by = caller.participant();
            let discard = Discard { by, at };
            tx.discard_press_release(id, &discard).await?;
            release.discarded = Some(discard);
            let event = self
                .press_event(caller, Operation::PressReleaseDiscarded, at)?
                .about_press_release(&release);
            Ok((release, event))
        };
        let outcome = self.press_changed(caller, request, id, change).await;
        self.logged(caller, "discardPressRelease", outcome).await
    }
}

/// Whoever revises or approves has read the latest version.
fn expect_latest(release: &StoredPressRelease, version: u32) -> Result<(), Error> {
    if release.latest.number == version {
        Ok(())
    } else {
        Err(Error::InvalidState(
            "this is not the latest version: read that one first",
        ))
    }
}

impl<S: Store> Application<S> {
    /// What a participant does about a release that is neither published nor discarded, under its lock.
    async fn press_changed(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PressReleaseId,
        change: impl AsyncFn(
            &mut S::Tx<'_>,
            StoredPressRelease,
            Instant,
        ) -> Result<(StoredPressRelease, Event), Error>,
    ) -> Result<Logged<StoredPressRelease>, Error> {
        let by = caller.participant();
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_press_release(id).await?;
                let own = held.filter(|release| release.names(&by));
                let release = own.ok_or(Error::NotFound)?;
                // After the lock: whoever waited for the row must not judge by the time at which it began to wait.
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| release));
                }
                match release.standing() {
                    PressStanding::Draft | PressStanding::Approved => {}
                    PressStanding::Published => {
                        return Err(Error::InvalidState(
                            "this press release is published already",
                        ));
                    }
                    PressStanding::Discarded => {
                        return Err(Error::InvalidState("this press release was discarded"));
                    }
                }
                let (release, event) = change(tx, release, at).await?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(release, leaf, at))
            },
        )
        .await
    }

    fn press_event(
        &self,
        caller: &PartnerOrCoordination,
        operation: Operation,
        at: Instant,
    ) -> Result<Event, Error> {
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation).by(caller.as_ref()))
    }
}
