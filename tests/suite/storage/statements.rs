//! Release and collection take one transaction and a constant number of statements, whatever the size of the tables.

use freigabe_domain::exchange::{CollectionDesk as _, ReleaseDesk as _};
use freigabe_testkit::{TestStore, on_both_databases, store::good_draft};

/// Most statements that a release or a collection may take; `BEGIN` and `COMMIT` are not counted.
const MOST: usize = 15;

on_both_databases! {
    async fn release_and_collection_take_a_constant_number_of_statements(test: TestStore) {
        let small = statements_of_one_round(&test, 1).await;
        for number in 100..180 {
            let consent = test.consent(number).await.head.id;
            test.release(consent).await;
        }
        let large = statements_of_one_round(&test, 2).await;
        assert_eq!(small, large, "the same statements with 2 and with 160 rows");
        assert!(small.0.len() <= MOST, "a release takes {} statements: {:#?}", small.0.len(), small.0);
        assert!(small.1.len() <= MOST, "a collection takes {} statements: {:#?}", small.1.len(), small.1);
        println!("release: {} statements, collection: {} statements", small.0.len(), small.1.len());
    }

    async fn a_release_of_fifty_items_takes_no_more_statements_than_one_of_one(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        let mut draft = good_draft(consent);
        let request = test.request(test.centre());
        let one = test.counting(async || {
            test.application.release_disclosure(test.centre(), &request, draft.clone()).await.unwrap()
        });
        let (_, one) = one.await;
        draft.items = vec![draft.items[0].clone(); 50];
        let request = test.request(test.centre());
        let fifty = test.counting(async || {
            test.application.release_disclosure(test.centre(), &request, draft.clone()).await.unwrap()
        });
        let (_, fifty) = fifty.await;
        assert_eq!(one.len(), fifty.len());
    }
}

async fn statements_of_one_round(test: &TestStore, number: u32) -> (Vec<String>, Vec<String>) {
    let consent = test.consent(number).await.head.id;
    let request = test.request(test.centre());
    let (released, release) = test
        .counting(async || {
            test.application
                .release_disclosure(test.centre(), &request, good_draft(consent))
                .await
                .unwrap()
        })
        .await;
    let request = test.request(test.office());
    let (collected, collection) = test
        .counting(async || {
            test.application
                .collect_disclosure(test.office(), &request, released.id)
                .await
                .unwrap()
        })
        .await;
    assert!(collected.content().is_some());
    (release, collection)
}
