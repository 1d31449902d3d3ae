//! Joint activities (agreement, point 7): a side proposes one to the other, which agrees or declines; both invite others, and say what became
//! of it.

mod named;

use async_trait::async_trait;

use crate::{
    access::PartnerOrCoordination,
    audit::{self, Event, Logged, Operation},
    error::Error,
    exchange::{Application, earlier},
    gathering::Participant,
    ids::{EventId, JointActivityId},
    instant::Instant,
    joint::{JointActivity, JointActivityError, JointActivityState, NewJointActivity},
    prevention::{Invitation, InvitationAnswer, InvitationReply},
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, unit_of_work},
};

impl From<JointActivityError> for Error {
    fn from(JointActivityError(detail): JointActivityError) -> Self {
        Self::InvalidState(detail)
    }
}

/// Joint activities (agreement, point 7). They are no secret among the partners.
#[async_trait(?Send)]
pub trait JointActivityDesk {
    /// Proposes one to a counterpart of the other side. Nobody is invited with that.
    ///
    /// # Errors
    /// A time that is over; a counterpart that is none; costs that rest on nothing; a reused key; the store's failure.
    async fn propose_joint_activity(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        new: NewJointActivity,
    ) -> Result<Logged<JointActivity>, Error>;

    /// One of them.
    ///
    /// # Errors
    /// There is none; the store's failure.
    async fn joint_activity(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
    ) -> Result<JointActivity, Error>;

    /// All of them, or those that stand so; the last proposed first.
    ///
    /// # Errors
    /// The store's failure.
    async fn joint_activities(
        &self,
        caller: &PartnerOrCoordination,
        state: Option<JointActivityState>,
        page: PageRequest,
    ) -> Result<Page<JointActivity>, Error>;

    /// The counterpart agrees to what it read at `version`.
    ///
    /// # Errors
    /// No such activity, or the caller is no party; it is not the counterpart; it is answered, taken back, or over; the supplementary
    /// agreement no longer holds; [`Error::Stale`] when it was changed meanwhile; the store's failure.
    async fn agree_joint_activity(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
        version: Option<u64>,
    ) -> Result<Logged<JointActivity>, Error>;

    /// The counterpart declines.
    ///
    /// # Errors
    /// As for agreeing.
    async fn decline_joint_activity(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
        version: Option<u64>,
    ) -> Result<Logged<JointActivity>, Error>;

    /// A party calls off what is agreed, or takes its own proposal back.
    ///
    /// # Errors
    /// As for agreeing; another's proposal is declined, and not called off.
    async fn cancel_joint_activity(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
        version: Option<u64>,
    ) -> Result<Logged<JointActivity>, Error>;

    /// A party says that it was held, once it has begun.
    ///
    /// # Errors
    /// No such activity, or the caller is no party; it is not agreed, or has not begun; [`Error::Stale`]; the store's failure.
    async fn record_joint_activity_held(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
        version: Option<u64>,
    ) -> Result<Logged<JointActivity>, Error>;

    /// A party invites others to what is agreed.
    ///
    /// # Errors
    /// No such activity, or the caller is no party; somebody who does not take part here; it is not agreed, or over; nobody new;
    /// [`Error::Stale`]; the store's failure.
    async fn invite_to_joint_activity(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
        version: Option<u64>,
        who: Vec<Participant>,
    ) -> Result<Logged<JointActivity>, Error>;

    /// Whoever is invited answers for itself, or anew.
    ///
    /// # Errors
    /// No such activity, or the caller is not invited; it is not agreed any more, or over; a reused key; the store's failure.
    async fn reply_to_invitation(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: JointActivityId,
        answer: InvitationAnswer,
    ) -> Result<Logged<JointActivity>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> JointActivityDesk for Application<S> {
    async fn propose_joint_activity(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        new: NewJointActivity,
    ) -> Result<Logged<JointActivity>, Error> {
        self.expect_room()?;
        let by = caller.participant();
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = JointActivityId::from_uuid(earlier.value);
                    let known = tx.joint_activity(id).await?.ok_or(Error::NotFound)?;
                    return Ok(earlier.map(|_| known));
                }
                named::check_proposal(tx, &by, &new, at).await?;
                let id = JointActivityId::fresh(at, self.entropy())?;
                let activity = JointActivity::proposed(id, by.clone(), new.clone(), at);
                tx.insert_joint_activity(&activity).await?;
                let operation = Operation::JointActivityProposed;
                let entry = self.joint_entry(caller, operation, &activity, at)?;
                let leaf = audit::append(tx, self.entropy(), entry).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(activity, leaf, at))
            },
        )
        .await
    }

    async fn joint_activity(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
    ) -> Result<JointActivity, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.joint_activity(id).await?;
                found.ok_or(Error::NotFound)
            },
        )
        .await;
        self.logged(caller, "getJointActivity", outcome).await
    }

    async fn joint_activities(
        &self,
        caller: &PartnerOrCoordination,
        state: Option<JointActivityState>,
        page: PageRequest,
    ) -> Result<Page<JointActivity>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.joint_activities(state, page).await?),
        )
        .await
    }

    async fn agree_joint_activity(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
        version: Option<u64>,
    ) -> Result<Logged<JointActivity>, Error> {
        let by = caller.participant();
        let change = async |tx: &mut S::Tx<'_>, activity: JointActivity, at| {
            let agreed = activity.agreed(&by, at)?;
            named::expect_still_covered(tx, &agreed).await?;
            Ok((agreed, Vec::new()))
        };
        let operation = Operation::JointActivityAgreed;
        let outcome = self
            .changed_joint(caller, id, version, operation, change)
            .await;
        self.logged(caller, "agreeJointActivity", outcome).await
    }

    async fn decline_joint_activity(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
        version: Option<u64>,
    ) -> Result<Logged<JointActivity>, Error> {
        let by = caller.participant();
        let change = async |_: &mut S::Tx<'_>, activity: JointActivity, at| {
            Ok((activity.declined(&by, at)?, Vec::new()))
        };
        let operation = Operation::JointActivityDeclined;
        let outcome = self
            .changed_joint(caller, id, version, operation, change)
            .await;
        self.logged(caller, "declineJointActivity", outcome).await
    }

    async fn cancel_joint_activity(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
        version: Option<u64>,
    ) -> Result<Logged<JointActivity>, Error> {
        let by = caller.participant();
        let change = async |_: &mut S::Tx<'_>, activity: JointActivity, at| {
            Ok((activity.cancelled(&by, at)?, Vec::new()))
        };
        let operation = Operation::JointActivityCancelled;
        let outcome = self
            .changed_joint(caller, id, version, operation, change)
            .await;
        self.logged(caller, "cancelJointActivity", outcome).await
    }

    async fn record_joint_activity_held(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
        version: Option<u64>,
    ) -> Result<Logged<JointActivity>, Error> {
        let change = async |_: &mut S::Tx<'_>, activity: JointActivity, at| {
            Ok((activity.held(at)?, Vec::new()))
        };
        let operation = Operation::JointActivityHeld;
        let outcome = self
            .changed_joint(caller, id, version, operation, change)
            .await;
        self.logged(caller, "recordJointActivityHeld", outcome)
            .await
    }

    async fn invite_to_joint_activity(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
        version: Option<u64>,
        who: Vec<Participant>,
    ) -> Result<Logged<JointActivity>, Error> {
        let change = async |tx: &mut S::Tx<'_>, activity: JointActivity, at| {
            named::expect_takes_part(tx, &who).await?;
            Ok(activity.inviting(who.iter().cloned().collect(), at)?)
        };
        let operation = Operation::JointActivityInvited;
        let outcome = self
            .changed_joint(caller, id, version, operation, change)
            .await;
        self.logged(caller, "inviteToJointActivity", outcome).await
    }

    async fn reply_to_invitation(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: JointActivityId,
        answer: InvitationAnswer,
    ) -> Result<Logged<JointActivity>, Error> {
        let outcome = self.joint_replied(caller, request, id, answer).await;
        self.logged(caller, "replyToInvitation", outcome).await
    }
}

impl<S: Store> Application<S> {
    /// What a party changes about a joint activity, as it was read at that version.
    async fn changed_joint(
        &self,
        caller: &PartnerOrCoordination,
        id: JointActivityId,
        version: Option<u64>,
        operation: Operation,
        change: impl AsyncFn(
            &mut S::Tx<'_>,
            JointActivity,
            Instant,
        ) -> Result<(JointActivity, Vec<Invitation>), Error>,
    ) -> Result<Logged<JointActivity>, Error> {
        self.expect_room()?;
        let by = caller.participant();
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_joint_activity(id).await?;
                let own = held.filter(|activity| activity.is_of(&by));
                let before = own.ok_or(Error::NotFound)?;
                if version != Some(before.version) {
                    return Err(Error::Stale);
                }
                // After the lock: whoever waited for the row must not judge by the time at which it began to wait.
                let at = tx.now().await?;
                let version = before.version;
                let (after, invited) = change(tx, before, at).await?;
                tx.update_joint_activity(&after, version, &invited).await?;
                let entry = self.joint_entry(caller, operation, &after, at)?;
                let leaf = audit::append(tx, self.entropy(), entry).await?;
                Ok(Logged::new(after, leaf, at))
            },
        )
        .await
    }

    async fn joint_replied(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: JointActivityId,
        answer: InvitationAnswer,
    ) -> Result<Logged<JointActivity>, Error> {
        self.expect_room()?;
        let who = caller.participant();
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_joint_activity(id).await?;
                let invited = held.filter(|activity| activity.invitation_of(&who).is_some());
                let activity = invited.ok_or(Error::NotFound)?;
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| activity));
                }
                let reply = InvitationReply { answer, at };
                let activity = activity.replied(&who, reply)?;
                tx.reply_to_invitation(id, &who, reply).await?;
                let operation = Operation::JointActivityReplied;
                let entry = self.joint_entry(caller, operation, &activity, at)?;
                let entry = entry.with_reply(answer);
                let leaf = audit::append(tx, self.entropy(), entry).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(activity, leaf, at))
            },
        )
        .await
    }

    fn joint_entry(
        &self,
        caller: &PartnerOrCoordination,
        operation: Operation,
        activity: &JointActivity,
        at: Instant,
    ) -> Result<Event, Error> {
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation)
            .by(caller.as_ref())
            .about_joint_activity(activity))
    }
}
