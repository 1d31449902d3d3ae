//! Killed at any moment: after a restart what was done and the event that says so are both there, or both absent.
//!
//! The server is a process of its own. It is halted after each statement of a release, a collection and a withdrawal in
//! turn, with its transaction open, and killed there; killed at moments that nothing chose; and killed the moment its
//! answer arrives. Each time it is started again on what it left.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use freigabe_client::{AuditFilter, Client, Error, PageQuery};
use freigabe_contract::vocabulary::{ConsentStatus, DisclosureState, Operation, SealReason};
use freigabe_testkit::{
    Backend, KillableApp, a_consent, a_draft,
    inspect::Contents,
    network::{AUDITOR, CENTRE_A, KB_HAMBURG},
    on_both_databases,
    random::Choices,
    request::fresh_key,
};
use uuid::Uuid;

use crate::support::{
    collected, followed, inbox_of, recorded, released,
    trail::{text, trail},
};

/// How often each deed is killed at a moment that nothing chose.
const AT_RANDOM: usize = 20;

on_both_databases! {
    async fn a_release(server: Server) {
        killed_at_every_moment(server, Deed::Release).await;
    }

    async fn a_collection(server: Server) {
        killed_at_every_moment(server, Deed::Collection).await;
    }

    async fn a_withdrawal(server: Server) {
        killed_at_every_moment(server, Deed::Withdrawal).await;
    }
}

/// The server's process.
struct Server(KillableApp);

impl Server {
    async fn start(backend: Backend) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_killable-server"));
        Self(KillableApp::start(program, backend).await)
    }
}

/// What the server is killed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Release,
    Collection,
    Withdrawal,
}

/// A consent, and what stands under it before the deed.
struct Scene {
    deed: Deed,
    /// Whoever does it, signed in.
    actor: Client,
    consent: Uuid,
    /// Waits for the office.
    held: Option<Uuid>,
    /// The office has it.
    fetched: Option<Uuid>,
    /// With which the deed is asked for, each time.
    key: String,
    /// What the database holds before it.
    before: Contents,
}

/// How a database looks after a crash.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// The deed was done, whole.
    Present,
    /// Nothing was.
    Absent,
}

async fn killed_at_every_moment(Server(mut app): Server, deed: Deed) {
    let whole = undisturbed(&mut app, deed).await;
    assert!(
        whole.statements > 5,
        "{deed:?} takes only {} statements",
        whole.statements
    );
    for statement in 1..=whole.statements {
        let scene = Scene::set(&app, deed).await;
        app.watch(Some(statement)).await;
        tokio::select! {
            answer = scene.act() => panic!("{deed:?} was to halt after statement {statement}: {answer:?}"),
            () = app.halted() => {}
        }
        let outcome = scene.outcome_of_killing(&mut app, &whole).await;
        assert_eq!(
            outcome,
            Outcome::Absent,
            "{deed:?}, after statement {statement}, before the commit"
        );
    }

    let (mut choices, mut present) = (Choices::seeded(0xF1E1_6ABE), 0);
    for round in 0..AT_RANDOM {
        let scene = Scene::set(&app, deed).await;
        let longest = usize::try_from(whole.duration.as_micros()).unwrap() * 5 / 4;
        let moment = Duration::from_micros(u64::try_from(choices.below(longest)).unwrap());
        let answer = tokio::time::timeout(moment, scene.act()).await;
        let outcome = scene.outcome_of_killing(&mut app, &whole).await;
        if let Ok(answer) = answer {
            answer.unwrap();
            assert_eq!(
                outcome,
                Outcome::Present,
                "{deed:?}, round {round}: what was answered is on disk"
            );
        }
        present += usize::from(outcome == Outcome::Present);
    }
    println!(
        "{deed:?}: killed after each of {} statements; of {AT_RANDOM} times at random, all of it was there {present} times",
        whole.statements
    );

    for _ in 0..3 {
        let scene = Scene::set(&app, deed).await;
        scene.act().await.unwrap();
        let outcome = scene.outcome_of_killing(&mut app, &whole).await;
        assert_eq!(
            outcome,
            Outcome::Present,
            "{deed:?}: what was answered is on disk"
        );
    }
}

/// What the deed does to the database when nothing comes between.
struct Whole {
    statements: usize,
    duration: Duration,
    growth: Vec<(String, i64)>,
}

async fn undisturbed(app: &mut KillableApp, deed: Deed) -> Whole {
    // The first time is not typical: statements are prepared.
    Scene::set(app, deed).await.act().await.unwrap();
    let scene = Scene::set(app, deed).await;
    app.watch(None).await;
    let begun = Instant::now();
    scene.act().await.unwrap();
    let duration = begun.elapsed();
    let statements = app.statements().await;
    let growth = growth(&app.contents().await, &scene.before);
    assert!(
        growth.contains(&("events".to_owned(), 1)),
        "{deed:?} is one event: {growth:?}"
    );
    scene.is_seen(app, 1).await;
    Whole {
        statements,
        duration,
        growth,
    }
}

fn growth(now: &Contents, before: &Contents) -> Vec<(String, i64)> {
    let growth = now.growth_since(before).into_iter();
    growth
        .map(|(table, rows)| (table.to_owned(), rows))
        .collect()
}

impl Scene {
    async fn set(app: &KillableApp, deed: Deed) -> Self {
        let (centre, office) = (app.client(CENTRE_A), app.client(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await.record_id;
        let (mut held, mut fetched) = (None, None);
        if deed != Deed::Release {
            held = Some(released(&centre, a_draft(consent)).await.id);
        }
        if deed == Deed::Withdrawal {
            let disclosure = released(&centre, a_draft(consent)).await.id;
            collected(&office, disclosure).await;
            fetched = Some(disclosure);
        }
        // Signed in already, so that nothing but the deed is on the way.
        let actor = if deed == Deed::Collection {
            office
        } else {
            centre
        };
        actor.access_token().await.unwrap();
        let before = app.contents().await;
        Self {
            deed,
            actor,
            consent,
            held,
            fetched,
            key: fresh_key(),
            before,
        }
    }

    async fn act(&self) -> Result<(), Error> {
        self.act_as(&self.actor).await
    }

    async fn act_as(&self, actor: &Client) -> Result<(), Error> {
        let key = Some(self.key.as_str());
        match self.deed {
            Deed::Release => actor
                .release_disclosure(&a_draft(self.consent).build(), key)
                .await
                .map(drop),
            Deed::Collection => actor
                .collect_disclosure(self.held.unwrap(), key)
                .await
                .map(drop),
            Deed::Withdrawal => actor.withdraw_consent(self.consent).await.map(drop),
        }
    }

    /// Kills the server, starts it again, and looks. Then whoever got no answer asks again, with the same key: it is done,
    /// and done once.
    async fn outcome_of_killing(&self, app: &mut KillableApp, whole: &Whole) -> Outcome {
        app.kill();
        app.start_again().await;
        let found = app.contents().await;
        let outcome = if found == self.before {
            Outcome::Absent
        } else {
            Outcome::Present
        };
        if outcome == Outcome::Present {
            assert_eq!(
                growth(&found, &self.before),
                whole.growth,
                "{:?}: neither all of it nor nothing",
                self.deed
            );
        }
        self.is_seen(app, usize::from(outcome == Outcome::Present))
            .await;

        let actor = app.client(if self.deed == Deed::Collection {
            KB_HAMBURG
        } else {
            CENTRE_A
        });
        let before = app.contents().await;
        self.act_as(&actor).await.unwrap();
        let again = growth(&app.contents().await, &before);
        let mut logged = 1;
        match (&outcome, self.deed) {
            (Outcome::Absent, _) => {
                assert_eq!(again, whole.growth, "{:?}: done after all", self.deed)
            }
            (Outcome::Present, Deed::Collection) => {
                let tables: Vec<&str> = again.iter().map(|(table, _)| table.as_str()).collect();
                assert_eq!(
                    tables,
                    ["event_terms", "events", "log_pending"],
                    "content that leaves once more is logged once more"
                );
                logged = 2;
            }
            (Outcome::Present, _) => {
                assert_eq!(again, [], "{:?}: asked twice, done once", self.deed)
            }
        }
        self.is_seen(app, logged).await;
        outcome
    }

    /// As those see it who look through the API: it is in the log so many times, and in effect if it is there at all.
    async fn is_seen(&self, app: &KillableApp, logged: usize) {
        let (centre, office) = (app.client(CENTRE_A), app.client(KB_HAMBURG));
        let waits = async |id| inbox_of(&office).await.contains(&id);
        let operation = match self.deed {
            Deed::Release => Operation::DisclosureReleased,
            Deed::Collection => Operation::DisclosureCollected,
            Deed::Withdrawal => Operation::ConsentWithdrawn,
        };
        let events = self.events(app, operation).await;
        assert_eq!(events.len(), logged, "{:?} in the log", self.deed);
        let present = logged > 0;
        match self.deed {
            Deed::Release => {
                for event in events {
                    assert!(
                        waits(event.unwrap()).await,
                        "what the log says was released waits"
                    );
                }
            }
            Deed::Collection => {
                let id = self.held.unwrap();
                let state = if present {
                    DisclosureState::Collected
                } else {
                    DisclosureState::Held
                };
                assert_eq!(followed(&centre, id).await.state, state);
                assert_eq!(waits(id).await, !present);
            }
            Deed::Withdrawal => {
                let (held, fetched) = (self.held.unwrap(), self.fetched.unwrap());
                let consent = centre.get_consent(self.consent).await.unwrap().status;
                let notices = office
                    .list_withdrawal_notices(
                        false,
                        &PageQuery {
                            cursor: None,
                            limit: Some(200),
                        },
                    )
                    .await;
                let told = notices
                    .unwrap()
                    .items
                    .iter()
                    .any(|notice| notice.disclosure_id == fetched);
                let seen = followed(&centre, held).await;
                assert_eq!(told, present, "the office that has it is told");
                assert_eq!(waits(held).await, !present);
                if present {
                    assert_eq!(consent, ConsentStatus::Withdrawn);
                    assert_eq!(
                        (seen.state, seen.seal_reason),
                        (DisclosureState::Sealed, Some(SealReason::Withdrawn))
                    );
                } else {
                    assert_eq!(consent, ConsentStatus::Given);
                    assert_eq!(seen.state, DisclosureState::Held);
                }
            }
        }
    }

    /// The disclosure that each event about this consent names.
    async fn events(&self, app: &KillableApp, operation: Operation) -> Vec<Option<Uuid>> {
        let filter = AuditFilter {
            consent: Some(self.consent),
            operation: Some(operation),
            ..AuditFilter::default()
        };
        let events = trail(&app.client(AUDITOR), &filter).await;
        let named = events
            .iter()
            .map(|event| text(event, "/disclosure").parse().ok());
        named.collect()
    }
}
