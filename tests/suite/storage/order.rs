//! Lists by a text are in the order of its bytes, whatever language the database sorts by.

use freigabe_domain::{exchange::OfficeDesk as _, office::OfficeId, store::OfficeQuery};
use freigabe_testkit::{TestStore, network::KB_HAMBURG, on_both_databases};

on_both_databases! {
    async fn offices_are_listed_page_by_page_by_the_bytes_of_their_ids(test: TestStore) {
        let ids = ["x-order-b", "x-order-c", "x-ordera"];
        for id in ids {
            let sql = format!(
                "INSERT INTO offices (id, kind, name, parent_id, specialism, active) \
                 SELECT '{id}', kind, name, parent_id, specialism, active FROM offices WHERE id = '{KB_HAMBURG}'"
            );
            assert_eq!(test.execute(&sql).await.unwrap(), 1);
        }
        let mut after = OfficeId::parse("x-order").unwrap();
        for id in ids {
            let query = OfficeQuery { after: Some(after), ..OfficeQuery::default() };
            let page = test.application.offices(&query, 1).await.unwrap();
            after = page.items[0].id.clone();
            assert_eq!(after.as_str(), id);
        }
    }
}
