//! `freigabe media check`: without `--execute` nobody is asked; with it, what was found is recorded.

use freigabe_client::contract::{
    prevention::{AddMediaReference, MediaPlace, MediaSubject},
    vocabulary::{MediaCheckedBy, MediaFound},
};

use crate::{
    partners::Partners,
    place::{Place, Server},
};

#[test]
fn pages_are_named_first_and_asked_for_only_when_told_to() {
    let place = Place::new("media");
    Partners::add(&place);
    let server = Server::start(&place, &[]);
    let office = Partners::of(&place, &server).office;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let add = |place: MediaPlace| {
        let names = MediaSubject::Coordination {};
        let new = AddMediaReference { place, names };
        runtime
            .block_on(office.add_media_reference(&new, None))
            .unwrap()
            .id
    };
    // No such name is ever given out (RFC 6761), so that nobody is asked in a test.
    let address = "https://www.praevention.invalid/hilfe";
    let page = add(MediaPlace::Page {
        address: address.into(),
    });
    let plain = "http://www.praevention.invalid/alt";
    let old = add(MediaPlace::Page {
        address: plain.into(),
    });
    let leaflet = add(MediaPlace::Leaflet {
        title: "Hilfe".into(),
        lies_at: "Wache".into(),
    });
    let arguments = |more: &[&'static str]| {
        let mut all = vec![
            "media",
            "check",
            "--office",
            "bpoli-kb-hamburg",
            "--client",
            "buero",
        ];
        all.extend(["--key", "buero.jwk", "--pause", "0"]);
        all.extend(more);
        all
    };
    let url = server.url.as_str();
    let check = |more: &[&'static str]| {
        let mut all = arguments(more);
        all.extend(["--server", url]);
        place.says(&all)
    };
    let seen = |id| runtime.block_on(office.get_media_reference(id)).unwrap();

    assert_eq!(
        check(&[]),
        "0 pages; nobody was asked; --execute asks\n",
        "none is stale yet"
    );
    let said = check(&["--all"]);
    assert!(
        said.contains(&format!("would ask for {address}\n")),
        "{said}"
    );
    assert!(
        said.ends_with("2 pages; nobody was asked; --execute asks\n"),
        "{said}"
    );
    assert_eq!(seen(page).last_checked_at, None);

    let said = check(&["--all", "--execute"]);
    assert!(said.contains(&format!("unknown: {address} (")), "{said}");
    assert!(
        said.contains(&format!(
            "unknown: {plain} (it is not asked for: not https)"
        )),
        "{said}"
    );
    for id in [page, old] {
        let checked = seen(id);
        assert_eq!(
            (checked.still_live, checked.checked_by),
            (MediaFound::Unknown, Some(MediaCheckedBy::Program))
        );
    }
    assert_eq!(
        seen(leaflet).last_checked_at,
        None,
        "people look at leaflets"
    );
}
