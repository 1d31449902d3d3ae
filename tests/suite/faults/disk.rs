//! The disk is full: no file of the server can grow.

use std::path::Path;

use freigabe_client::{Client, Error};
use freigabe_contract::vocabulary::ConsentStatus;
use freigabe_testkit::{
    Backend, Fleet, a_consent, a_draft,
    network::{CENTRE_A, KB_HAMBURG},
    on_both::run,
    stored_log::StoredLog,
};
use uuid::Uuid;

use crate::support::{collected, inbox_of, recorded, released};

#[test]
fn a_full_disk_is_told_with_503_and_nothing_is_half_written_or_lost() {
    run(async {
        let program = Path::new(env!("CARGO_BIN_EXE_killable-server"));
        let fleet = Fleet::start(program, Backend::Sqlite, 1, None).await;
        let client = |name| fleet.client(0, name).expect("a running server");
        let (centre, office) = (client(CENTRE_A), client(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await.record_id;
        let mut waiting = vec![released(&centre, a_draft(consent)).await.id];
        assert_eq!(inbox_of(&office).await, waiting);
        for _ in 0..3 {
            // Whatever has room still succeeds; what was answered stays.
            fleet.limit_files(0, Some(64 * 1024)).await;
            let refused = until_refused(&centre, consent, &mut waiting).await;
            assert_eq!(refused.status, 503, "{refused}");
            assert!(refused.retry_after_seconds.is_some(), "when to try again");
            let withdrawal = centre.withdraw_consent(consent).await;
            assert!(withdrawal.is_err(), "it can't be written: {withdrawal:?}");

            fleet.limit_files(0, None).await;
            let status = centre.get_consent(consent).await.unwrap().status;
            assert_eq!(status, ConsentStatus::Given, "nothing half done");
            waiting.push(released(&centre, a_draft(consent)).await.id);
            assert_eq!(
                inbox_of(&office).await,
                waiting,
                "what was answered, and nothing else"
            );
        }
        // The same after the server was killed in the middle of it.
        fleet.limit_files(0, Some(64 * 1024)).await;
        let _ = until_refused(&centre, consent, &mut waiting).await;
        assert!(fleet.kill(0));
        fleet.start_again(0).await;
        let client = |name| fleet.client(0, name).expect("a running server");
        let (centre, office) = (client(CENTRE_A), client(KB_HAMBURG));
        assert_eq!(inbox_of(&office).await, waiting);
        assert_eq!(collected(&office, waiting[0]).await.items.len(), 1);
        let withdrawn = centre.withdraw_consent(consent).await.unwrap();
        assert_eq!(withdrawn.sealed_disclosures as usize, waiting.len() - 1);

        let exchange = fleet.exchange().await;
        while exchange.sequence().await.unwrap().backlog > 0 {}
        exchange.sign_checkpoint(&[]).await.unwrap();
        StoredLog::at(fleet.database_url()).await.is_complete();
    });
}

/// Releases until there is no room for it.
async fn until_refused(
    centre: &Client,
    consent: Uuid,
    waiting: &mut Vec<Uuid>,
) -> freigabe_client::ApiError {
    for _ in 0..200 {
        match centre
            .release_disclosure(&a_draft(consent).build(), None)
            .await
        {
            Ok(message) => waiting.push(message.id),
            Err(Error::Api(refused)) => return refused,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("there is always room");
}
