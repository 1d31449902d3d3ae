//! Whoever erases is killed after each statement of it, like a machine that loses power: everything that was announced is there,
//! or everything is gone and reported; and whoever comes next does it once.

use std::path::Path;

use freigabe_client::{AuditFilter, PageQuery};
use freigabe_domain::{
    erasure::Taken,
    exchange::{LogDesk as _, RetentionDesk as _},
};
use freigabe_testkit::{
    Backend, KillableApp, a_consent, a_draft,
    killable::{Keeping, Target},
    network::{AUDITOR, CENTRE_A},
    on_both_databases,
};
use time::Duration;

use super::settle;
use crate::support::{recorded, released};

struct Server(KillableApp);

impl Server {
    async fn start(backend: Backend) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_killable-server"));
        Self(KillableApp::start(program, backend).await)
    }
}

on_both_databases! {
    async fn a_case(server: Server) {
        let mut app = server.0;
        let mut number = 0;
        killed_at_every_moment(&mut app, async |app| {
            number += 1;
            let centre = app.client(CENTRE_A);
            let reference = format!("AKTE-{number}");
            let consent = recorded(&centre, a_consent().of(&reference, &reference)).await;
            released(&centre, a_draft(consent.record_id)).await;
            centre.withdraw_consent(consent.record_id).await.expect("withdrawn");
            Target::Case(consent.case_id)
        })
        .await;
    }

    async fn a_year(server: Server) {
        let mut app = server.0;
        // What was made in a year expires at the end of the next one, and each time is two years later.
        let mut year = 2025;
        killed_at_every_moment(&mut app, async |app| {
            let auditor = app.client(AUDITOR);
            for _ in 0..3 {
                let (filter, page) = (AuditFilter::default(), PageQuery::default());
                let found = auditor.query_audit_events(&filter, &page).await;
                found.expect("a page");
            }
            year += 2;
            Target::Year(year)
        })
        .await;
    }
}

async fn killed_at_every_moment(
    app: &mut KillableApp,
    mut set: impl AsyncFnMut(&mut KillableApp) -> Target,
) {
    let target = announced(app, &mut set).await;
    app.watch(None).await;
    app.begin_keeping(Keeping::Erasing(target));
    app.kept().await;
    let statements = app.statements().await;
    assert!(statements > 8, "only {statements} statements");
    for statement in 1..=statements {
        let target = announced(app, &mut set).await;
        let before = app.contents().await;
        app.watch(Some(statement)).await;
        app.begin_keeping(Keeping::Erasing(target));
        app.halted().await;
        app.kill();
        assert_eq!(
            app.contents().await,
            before,
            "after statement {statement} nothing is done"
        );
        app.start_again().await;
        app.begin_keeping(Keeping::Erasing(target));
        app.kept().await;
        let after = app.contents().await;
        assert_ne!(after, before, "whoever comes next does it");
        let eraser = app.eraser().await;
        assert_eq!(
            eraser.carry_out(target.into()).await.unwrap(),
            Taken::Nothing
        );
        assert_eq!(eraser.announced().await.unwrap(), []);
        settle(&eraser).await;
        assert_eq!(eraser.pending_events().await.unwrap(), 0);
        eraser.store().close().await.unwrap();
    }
    println!("killed after each of {statements} statements");
}

/// Something that is announced and can be erased.
async fn announced(
    app: &mut KillableApp,
    set: &mut impl AsyncFnMut(&mut KillableApp) -> Target,
) -> Target {
    let target = set(app).await;
    let eraser = app.eraser().await;
    settle(&eraser).await;
    if matches!(target, Target::Year(_)) {
        app.kill();
        app.advance(Duration::days(2 * 365));
        app.start_again().await;
    }
    assert!(
        !eraser
            .announce(target.into())
            .await
            .unwrap()
            .unwrap()
            .is_empty()
    );
    settle(&eraser).await;
    eraser.store().close().await.unwrap();
    target
}
