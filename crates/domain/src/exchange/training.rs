//! Trainings (agreement, point 6): one side asks or offers, the other agrees; it is held, and the office says how it was.

use async_trait::async_trait;

use crate::{
    access::PartnerOrCoordination,
    audit::{self, Event, Logged, Operation},
    error::{Error, InvalidInput},
    exchange::{Application, earlier},
    gathering::Side,
    ids::{EventId, TrainingId},
    instant::Instant,
    office::{OfficeId, OfficeKind},
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work},
    training::{
        Attendance, Audience, Evaluation, NewMaterial, NewTraining, Plan, Training, TrainingState,
    },
};

/// Trainings. They are no secret among the partners.
#[async_trait(?Send)]
pub trait TrainingDesk {
    /// An office asks for a training, or a centre or the coordination offers one.
    ///
    /// # Errors
    /// What makes no sense; offices, a host or costs that are not there; a reused key; the store's failure.
    async fn request_training(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        new: NewTraining,
    ) -> Result<Logged<Training>, Error>;

    /// A training.
    ///
    /// # Errors
    /// No such training; the store's failure.
    async fn training(
        &self,
        caller: &PartnerOrCoordination,
        id: TrainingId,
    ) -> Result<Training, Error>;

    /// All trainings, or those in a state; newest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn trainings(
        &self,
        caller: &PartnerOrCoordination,
        state: Option<TrainingState>,
        page: PageRequest,
    ) -> Result<Page<Training>, Error>;

    /// The other side agrees, and says when and where.
    ///
    /// # Errors
    /// No such training, or nothing of the caller's; it is not open; its time lies in the past; a reused key; the store's failure.
    async fn agree_training(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: TrainingId,
        plan: Plan,
    ) -> Result<Logged<Training>, Error>;

    /// The other side declines, or who opened it takes it back.
    ///
    /// # Errors
    /// No such training, or nothing of the caller's; it is not open; others were asked as well; a reused key; the store's failure.
    async fn decline_training(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: TrainingId,
    ) -> Result<Logged<Training>, Error>;

    /// Either side calls it off.
    ///
    /// # Errors
    /// No such training, or nothing of the caller's; it is not agreed, or over; a reused key; the store's failure.
    async fn cancel_training(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: TrainingId,
    ) -> Result<Logged<Training>, Error>;

    /// Either side puts it off or moves it, as it was read at `version`.
    ///
    /// # Errors
    /// No such training, or nothing of the caller's; [`Error::Stale`] when it was changed meanwhile; it is not agreed, or over; the store's
    /// failure.
    async fn reschedule_training(
        &self,
        caller: &PartnerOrCoordination,
        id: TrainingId,
        version: Option<u64>,
        plan: Plan,
    ) -> Result<Logged<Training>, Error>;

    /// Either side says that it took place, and how many took part.
    ///
    /// # Errors
    /// No such training, or nothing of the caller's; it is not agreed, or has not begun; a reused key; the store's failure.
    async fn record_training_held(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: TrainingId,
        attendance: Attendance,
    ) -> Result<Logged<Training>, Error>;

    /// The office says how it was, once.
    ///
    /// # Errors
    /// No such training, or nothing of the caller's; it was not held, or is evaluated; a reused key; the store's failure.
    async fn evaluate_training(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: TrainingId,
        evaluation: Evaluation,
    ) -> Result<Logged<Training>, Error>;

    /// The host adds a file.
    ///
    /// # Errors
    /// No such training, or nothing of the caller's; it is not agreed, or does not take place; there are enough; a reused key; the store's
    /// failure.
    async fn add_training_material(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: TrainingId,
        material: NewMaterial,
    ) -> Result<Logged<Training>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> TrainingDesk for Application<S> {
    async fn request_training(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        new: NewTraining,
    ) -> Result<Logged<Training>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = TrainingId::from_uuid(earlier.value);
                    let known = tx.training(id).await?.ok_or(Error::NotFound)?;
                    return Ok(earlier.map(|_| known));
                }
                let id = TrainingId::fresh(at, self.entropy())?;
                let training = opened(tx, caller, &new, id, at).await?;
                tx.insert_training(&training).await?;
                let operation = Operation::TrainingRequested;
                let event = self.training_event(caller, operation, &training, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(training, leaf, at))
            },
        )
        .await
    }

    async fn training(
        &self,
        caller: &PartnerOrCoordination,
        id: TrainingId,
    ) -> Result<Training, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| tx.training(id).await?.ok_or(Error::NotFound),
        )
        .await;
        self.logged(caller, "getTraining", outcome).await
    }

    async fn trainings(
        &self,
        caller: &PartnerOrCoordination,
        state: Option<TrainingState>,
        page: PageRequest,
    ) -> Result<Page<Training>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.trainings(state, page).await?),
        )
        .await
    }

    async fn agree_training(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: TrainingId,
        plan: Plan,
    ) -> Result<Logged<Training>, Error> {
        let by = caller.participant();
        let change = |training: Training, at| training.agreed(&by, plan.clone(), at);
        let what = (id, Operation::TrainingAgreed, "agreeTraining");
        self.changed_training(caller, Basis::Key(request), what, change)
            .await
    }

    async fn decline_training(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: TrainingId,
    ) -> Result<Logged<Training>, Error> {
        let by = caller.participant();
        let change = |training: Training, at| training.declined(&by, at);
        let what = (id, Operation::TrainingDeclined, "declineTraining");
        self.changed_training(caller, Basis::Key(request), what, change)
            .await
    }

    async fn cancel_training(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: TrainingId,
    ) -> Result<Logged<Training>, Error> {
        let by = caller.participant();
        let change = |training: Training, at| training.cancelled(&by, at);
        let what = (id, Operation::TrainingCancelled, "cancelTraining");
        self.changed_training(caller, Basis::Key(request), what, change)
            .await
    }

    async fn reschedule_training(
        &self,
        caller: &PartnerOrCoordination,
        id: TrainingId,
        version: Option<u64>,
        plan: Plan,
    ) -> Result<Logged<Training>, Error> {
        let by = caller.participant();
        let change = |training: Training, at| training.rescheduled(&by, plan.clone(), at);
        let what = (id, Operation::TrainingRescheduled, "rescheduleTraining");
        self.changed_training(caller, Basis::Version(version), what, change)
            .await
    }

    async fn record_training_held(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: TrainingId,
        attendance: Attendance,
    ) -> Result<Logged<Training>, Error> {
        let by = caller.participant();
        let change = |training: Training, at| training.held(&by, attendance, at);
        let what = (id, Operation::TrainingHeld, "recordTrainingHeld");
        self.changed_training(caller, Basis::Key(request), what, change)
            .await
    }

    async fn evaluate_training(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: TrainingId,
        evaluation: Evaluation,
    ) -> Result<Logged<Training>, Error> {
        let by = caller.participant();
        let change = |training: Training, at| training.evaluated(&by, evaluation.clone(), at);
        let what = (id, Operation::TrainingEvaluated, "evaluateTraining");
        self.changed_training(caller, Basis::Key(request), what, change)
            .await
    }

    async fn add_training_material(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: TrainingId,
        material: NewMaterial,
    ) -> Result<Logged<Training>, Error> {
        let by = caller.participant();
        let change = |training: Training, at| training.with_material(&by, material.clone(), at);
        let what = (id, Operation::TrainingMaterialAdded, "addTrainingMaterial");
        self.changed_training(caller, Basis::Key(request), what, change)
            .await
    }
}

/// What keeps a change from being made twice.
#[derive(Clone, Copy)]
enum Basis<'a> {
    Key(&'a RequestKey),
    Version(Option<u64>),
}

impl<S: Store> Application<S> {
    /// What one of the sides does with a training, under its lock.
    async fn changed_training(
        &self,
        caller: &PartnerOrCoordination,
        basis: Basis<'_>,
        (id, operation, attempted): (TrainingId, Operation, &'static str),
        change: impl Fn(Training, Instant) -> Result<Training, Error>,
    ) -> Result<Logged<Training>, Error> {
        self.expect_room()?;
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_training(id).await?.ok_or(Error::NotFound)?;
                // After the lock: whoever waited for the row must not judge by the time at which it began to wait.
                let at = tx.now().await?;
                if let Basis::Key(request) = basis
                    && let Some(earlier) = earlier(tx, request).await?
                {
                    return Ok(earlier.map(|_| held));
                }
                let known = (held.version, held.materials.len());
                let training = change(held, at);
                // Whose it is comes before what it was.
                if let (Basis::Version(version), false) = (basis, is_missing(&training))
                    && version != Some(known.0)
                {
                    return Err(Error::Stale);
                }
                let training = training?;
                let fresh = training.materials.len().saturating_sub(known.1);
                tx.update_training(&training, fresh).await?;
                let event = self.training_event(caller, operation, &training, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                if let Basis::Key(request) = basis {
                    tx.remember_request(request, id.as_uuid(), &leaf, at)
                        .await?;
                }
                Ok(Logged::new(training, leaf, at))
            },
        )
        .await;
        self.logged(caller, attempted, outcome).await
    }

    fn training_event(
        &self,
        caller: &PartnerOrCoordination,
        operation: Operation,
        training: &Training,
        at: Instant,
    ) -> Result<Event, Error> {
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation)
            .by(caller.as_ref())
            .about_training(training))
    }
}

const fn is_missing<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::NotFound))
}

/// The training that is asked for or offered, if everything in it makes sense and whom it names is there.
async fn opened<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &PartnerOrCoordination,
    new: &NewTraining,
    id: TrainingId,
    at: Instant,
) -> Result<Training, Error> {
    let by = caller.participant();
    let mut faults = new.faults(&by);
    check_audience(tx, &new.terms.audience, &mut faults).await?;
    let host = new.host_of(&by);
    if let Some(host) = host.as_ref().filter(|host| **host != by)
        && host.side() == Side::Network
        && !tx.takes_part(host).await?
    {
        faults.push(InvalidInput::new("/host", "does not take part here"));
    }
    if let Some(agreement) = new.terms.costs.agreement()
        && !tx.has_supplementary_agreement(agreement).await?
    {
        faults.push(InvalidInput::new(
            "/costs/supplementary_agreement_id",
            "there is no such agreement",
        ));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    Ok(Training {
        id,
        version: 1,
        state: TrainingState::Requested,
        terms: new.terms.clone(),
        office: by.office().cloned(),
        opened_by: by,
        opened_at: at,
        changed_at: at,
        host,
        plan: None,
        attendance: None,
        evaluation: None,
        materials: Vec::new(),
    })
}

/// Offices of the directory that are active.
async fn check_audience<'tx, T: Tx<'tx>>(
    tx: &mut T,
    audience: &Audience,
    faults: &mut Vec<InvalidInput>,
) -> Result<(), Error> {
    let named: Vec<(String, &OfficeId, bool)> = match audience {
        Audience::Offices(offices) => {
            let at = |(index, office)| (format!("/audience/offices/{index}"), office, false);
            offices.iter().enumerate().map(at).collect()
        }
        Audience::Direktion(office) => vec![("/audience/office".to_owned(), office, true)],
        Audience::All => Vec::new(),
    };
    for (pointer, id, must_be_direktion) in named {
        let detail = match tx.office(id).await? {
            None => "there is no such office in the directory",
            Some(office) if !office.active => "this office is no longer active",
            Some(office) if must_be_direktion && office.kind != OfficeKind::Direktion => {
                "is no Direktion"
            }
            Some(_) => continue,
        };
        faults.push(InvalidInput::new(pointer, detail));
    }
    Ok(())
}
