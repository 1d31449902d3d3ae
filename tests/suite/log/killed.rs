//! The keeper is killed after each statement of its work, like a machine that loses power: the log is as it was before,
//! and the next keeper does the work once.

use std::path::Path;

use freigabe_testkit::{
    Backend, KillableApp, a_consent, a_draft, inspect::Contents, killable::Keeping,
    network::CENTRE_A, on_both_databases, random::Choices, stored_log::StoredLog,
};

use crate::support::{recorded, released};

/// How often each work is killed at a moment that nothing chose.
const AT_RANDOM: usize = 20;

on_both_databases! {
    async fn a_round_of_sequencing(server: Server) {
        killed_at_every_moment(server, Keeping::Sequencing).await;
    }

    async fn a_signature(server: Server) {
        killed_at_every_moment(server, Keeping::Signing).await;
    }
}

struct Server(KillableApp);

impl Server {
    async fn start(backend: Backend) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_killable-server"));
        Self(KillableApp::start(program, backend).await)
    }
}

async fn killed_at_every_moment(Server(mut app): Server, work: Keeping) {
    set(&mut app, work).await;
    keep(&mut app, work).await;
    set(&mut app, work).await;
    app.watch(None).await;
    let begun = std::time::Instant::now();
    keep(&mut app, work).await;
    let (whole, statements) = (begun.elapsed(), app.statements().await);
    assert!(
        statements > 5,
        "{work:?} takes only {statements} statements"
    );

    for statement in 1..=statements {
        let before = set(&mut app, work).await;
        app.watch(Some(statement)).await;
        app.begin_keeping(work);
        app.halted().await;
        assert!(
            !is_done(&mut app, work, &before).await,
            "{work:?}, after statement {statement}"
        );
    }

    let (mut choices, mut done) = (Choices::seeded(0x5EA1_1E55), 0);
    for _ in 0..AT_RANDOM {
        let before = set(&mut app, work).await;
        app.begin_keeping(work);
        let longest = usize::try_from(whole.as_micros()).unwrap() * 5 / 4;
        let moment = u64::try_from(choices.below(longest)).unwrap();
        tokio::time::sleep(std::time::Duration::from_micros(moment)).await;
        done += usize::from(is_done(&mut app, work, &before).await);
    }
    println!(
        "{work:?}: killed after each of {statements} statements; of {AT_RANDOM} times at random, it was done {done} times"
    );
}

/// Something to do: a few events that wait, in the tree already if it is to be signed.
async fn set(app: &mut KillableApp, work: Keeping) -> Contents {
    let centre = app.client(CENTRE_A);
    let consent = recorded(&centre, a_consent()).await.record_id;
    for _ in 0..3 {
        released(&centre, a_draft(consent)).await;
    }
    if work == Keeping::Signing {
        keep(app, Keeping::Sequencing).await;
    }
    app.contents().await
}

async fn keep(app: &mut KillableApp, work: Keeping) {
    app.begin_keeping(work);
    app.kept().await;
}

/// Kills the process, starts it again, and tells whether the work was done: whole, or not at all. Then it is done, once.
async fn is_done(app: &mut KillableApp, work: Keeping, before: &Contents) -> bool {
    app.kill();
    let after = app.contents().await;
    let done = after != *before;
    StoredLog::at(app.database_url()).await.is_whole();
    app.start_again().await;
    keep(app, work).await;
    let again = app.contents().await;
    assert_ne!(again, *before, "{work:?} is done by whoever comes next");
    if done {
        assert_eq!(again, after, "{work:?} was done, and is not done twice");
    }
    let stored = StoredLog::at(app.database_url()).await;
    stored.is_whole();
    if work == Keeping::Sequencing {
        stored.is_complete();
    }
    // What is signed fits together, or this would be refused.
    keep(app, Keeping::Signing).await;
    done
}
