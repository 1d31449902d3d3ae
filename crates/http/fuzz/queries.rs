//! Cursors and queries.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a rule that is broken is a panic"
)]

use freigabe_domain::{
    access::ClientId,
    directory::MatchPosition,
    ids::{CentreId, OrganisationId, ServiceId},
    instant::Instant,
    office::Matter,
    office::OfficeId,
    store::Cursor,
};
use uuid::Uuid;

use super::{Asked, Listing, Ordered, Parameters, Position, Query};
use crate::{
    audit::{Counted, Events, Wanted},
    directory::{CentreSearch, Kept, PlaceName, WantedFile},
    fuzzing::CANARY,
    office::Offices,
    problem::ApiError,
    regional::Agreements,
    withdrawal::Notices,
};

/// Good inputs of the targets here; none of another.
pub(crate) fn seeds(target: &str) -> Option<Vec<Vec<u8>>> {
    let seeds = match target {
        "cursor" => {
            let cursor = Cursor {
                at: Instant::from_unix_micros(1_795_507_200_000_001),
                id: Uuid::from_u128(0x019a_6b2e_7c40_7e11_9d3f_5a2b_8c4d_6e01),
            };
            vec![
                cursor.write(),
                OfficeId::parse("bpoli-kiel").unwrap().write(),
                ClientId::parse("bpoli-kiel").unwrap().write(),
                OrganisationId::from_uuid(cursor.id).write(),
                CentreId::from_uuid(cursor.id).write(),
                MatchPosition {
                    reach: 1,
                    interpreted: true,
                    metres: 12_345,
                    unconfirmed: false,
                    service: ServiceId::from_uuid(cursor.id),
                }
                .write(),
            ]
        }
        "query" => [
            "limit=20",
            "limit=200&cursor=AAYxX0bKgAEBmmsufEB-EZ0_WiuMTW4B",
            "open=true&limit=1",
            "parent=bpold-hannover&kind=revier&limit=5",
            "postcode=20095&task=criminal_investigation&handling_office=bpoli-kiel",
            "from=2026-11-24T08%3A15%3A00Z&until=2026-11-25T08%3A15%3A00%2B01:00",
            "actor=fbs-nord&user=P-4711&organisation=019a6b2e-7c40-7e11-9d3f-5a2b8c4d6e01&outcome=done",
            "recipient=bpoli-kiel&operation=consent_recorded&purpose=criminal_investigation&category=vehicle",
            "consent=019a6b2e-7c40-7e11-9d3f-5a2b8c4d6e01&revision=1&min_hits=0&max_hits=9007199254740991",
            "pseudonym=p-0f1e2d3c4b5a69788796a5b4c3d2e1f0&queried=p-0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "place=Wismar&land=DE-MV&language=ro&spoken_only=true&offer=counselling&open_now=true&order=distance",
            "postcode=18055&target_group=women&exploitation_form=sexual&channel=phone&in_person=true&mobile=false",
            "name=Rosto&land=DE-MV",
            "standing=changed&limit=20",
            "format=hsds_package",
            "place=Kanarienvogel%00&language=Kanarienvogel&order=Kanarienvogel&open_now=Kanarienvogel",
            "format=ndjson&from_leaf=0&to_leaf=12&retention=open",
            "limit=Kanarienvogel&cursor=Kanarienvogel&kind=Kanarienvogel&from=Kanarienvogel&format=Kanarienvogel",
            "%ff=%00&+=%2B;&&=&limit=1&limit=2",
        ]
        .map(str::to_owned)
        .to_vec(),
        _ => return None,
    };
    Some(seeds.into_iter().map(String::into_bytes).collect())
}

fn reads<P: Position>(text: &str) {
    if let Some(position) = P::read(text) {
        assert_eq!(
            position.write(),
            text,
            "a cursor is read in the one form in which it is written"
        );
    }
}

pub(crate) fn cursor(data: &[u8]) {
    if let Ok(text) = str::from_utf8(data) {
        reads::<Cursor>(text);
        reads::<OfficeId>(text);
        reads::<OrganisationId>(text);
        reads::<ClientId>(text);
        reads::<CentreId>(text);
        reads::<MatchPosition>(text);
    }
}

fn asks<Q: Query>(query: &str) {
    let mut parameters = Parameters::of(query);
    let pairs = parameters.pairs.clone();
    let read = Q::read(&mut parameters);
    match parameters.finish(read) {
        Ok(query) => {
            let path = "/v1/things".to_owned();
            let asked = Asked { query, path, pairs };
            let link = asked.link(Some("next")).expect("a link");
            let next = link
                .strip_prefix("</v1/things?")
                .and_then(|rest| rest.strip_suffix(">; rel=\"next\""))
                .expect("a link of its form");
            assert!(next.is_ascii() && !next.contains(['>', '"', ' ']), "{next}");
            let mut kept = asked.pairs;
            kept.retain(|(name, _)| name != "cursor");
            kept.push(("cursor".to_owned(), "next".to_owned()));
            assert_eq!(Parameters::of(next).pairs, kept, "a link asks the same");
        }
        Err(ApiError::InvalidQuery(faults)) => {
            assert!(!faults.is_empty());
            for fault in faults {
                let name = fault.parameter.expect("a parameter");
                assert!(name.len() <= 64, "a name of any length comes back: {name}");
                assert!(!fault.detail.contains(CANARY), "{}", fault.detail);
                assert!(fault.pointer.is_none() && fault.header.is_none());
            }
        }
        Err(other) => panic!("{other:?}"),
    }
}

pub(crate) fn query(data: &[u8]) {
    let Ok(query) = str::from_utf8(data) else {
        return;
    };
    asks::<Listing>(query);
    asks::<Ordered<OfficeId>>(query);
    asks::<Offices>(query);
    asks::<Matter>(query);
    asks::<Notices>(query);
    asks::<Counted>(query);
    asks::<Events>(query);
    asks::<Wanted>(query);
    asks::<CentreSearch>(query);
    asks::<PlaceName>(query);
    asks::<Kept>(query);
    asks::<Agreements>(query);
    asks::<WantedFile>(query);
}
