//! Contact pairs (agreement, point 9): before there is any case, an office and a centre know whom to call; who knows nobody is listed; and
//! whom anybody names is read by the two sides alone.

mod gap;
mod halves;
mod opening;
mod strangers;

use freigabe_client::{Client, PageQuery, Tagged};
use freigabe_contract::{
    contact_pair::{ContactPair, ListedContactPair, OpenContactPair, RoleContact, SetPairContacts},
    vocabulary::{PairChannel, PairRole},
};
use freigabe_testkit::TestApp;
use serde_json::json;
use uuid::Uuid;

use crate::support::directory::entry_of;

/// Nothing else says this.
const CANARY: &str = "Kanarienvogel";

/// A telephone number of a role.
fn phone(role: PairRole, number: &str) -> RoleContact {
    RoleContact {
        role,
        name: Some(CANARY.into()),
        channel: PairChannel::Phone,
        value: number.into(),
        reachable: None,
    }
}

fn of_office() -> Vec<RoleContact> {
    vec![phone(PairRole::OnCallDesk, "+49 40 555 0100")]
}

fn of_centre() -> Vec<RoleContact> {
    vec![phone(PairRole::Counselling, "+49 40 555 0200")]
}

const fn set(contacts: Vec<RoleContact>) -> SetPairContacts {
    SetPairContacts { contacts }
}

fn with_centre(entry: Uuid) -> OpenContactPair {
    let with = json!({ "type": "centre", "centre_id": entry });
    opening(with, of_office())
}

fn with_office(office: &str) -> OpenContactPair {
    let with = json!({ "type": "office", "office": office });
    opening(with, of_centre())
}

#[track_caller]
fn opening(with: serde_json::Value, contacts: Vec<RoleContact>) -> OpenContactPair {
    OpenContactPair {
        with: serde_json::from_value(with).expect("the other side"),
        contacts,
    }
}

/// A pair that the office has opened with the centre, which has named nobody yet.
async fn opened(office: &Client, centre: &Client) -> Tagged<ContactPair> {
    let pair = with_centre(entry_of(centre).await);
    let opened = office.open_contact_pair(&pair, None).await;
    opened.expect("an opened pair")
}

/// A pair in which both have named somebody.
async fn known(app: &TestApp, office: &str) -> Uuid {
    let (office, centre) = (app.office(office), app.centre_a());
    let pair = opened(&office, &centre).await.id;
    let own = set(of_centre());
    let named = centre.set_pair_contacts(pair, "\"0\"", &own);
    named.await.expect("both have named somebody").id
}

/// Whoever's pairs these are, newest first.
async fn pairs_of(client: &Client) -> Vec<ListedContactPair> {
    let found = client.list_contact_pairs(&PageQuery::default()).await;
    found.expect("pairs").items
}
