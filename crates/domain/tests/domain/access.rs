//! Who calls, and what they may ever do: names, roles and scopes, without anybody's requests.

use freigabe_domain::{
    access::{
        AccessScope, AccessScopes, AuditorCaller, Caller, CentreCaller, ClientId, ClientKey,
        CountingCaller, Credential, DataProtectionRegime, OfficeCaller, Operator, OperatorCaller,
        Organisation, RegisteredClient, Role, Standing, UserReference,
    },
    ids::OrganisationId,
};
use uuid::Uuid;

use crate::given::{ADDRESSED, line, office_id};

/// A client of an organisation with this role; of an office, the good draft's.
fn client_of(role: Role, scopes: Option<&str>) -> RegisteredClient {
    RegisteredClient {
        id: ClientId::parse("fallakte-1.nord").unwrap(),
        organisation: Organisation {
            id: OrganisationId::from_uuid(Uuid::from_u128(7)),
            role,
            name: line("Eine Stelle"),
            office: (role == Role::Office).then(|| office_id(ADDRESSED)),
            regime: DataProtectionRegime::usual_for(role),
        },
        credential: Credential::Key(ClientKey {
            jwk: "{}".to_owned(),
        }),
        scopes: scopes.map(|text| AccessScopes::parse(text).unwrap()),
        active: true,
    }
}

fn caller_of(role: Role) -> Caller {
    Caller::of(&client_of(role, None), None).expect("a role without contradiction")
}

#[test]
fn a_client_id_is_short_and_plain() {
    let longest = "x".repeat(64);
    for good in ["abc", "1st", "fallakte-1.nord", "a--", "a..", &longest] {
        let id = ClientId::parse(good).unwrap();
        assert_eq!((id.as_str(), id.to_string().as_str()), (good, good));
    }
    let too_long = "x".repeat(65);
    for bad in [
        "", "ab", "-ab", ".ab", "Abc", "aBc", "a_b", "a b", "abä", "a/b", "ab\n", &too_long,
    ] {
        assert!(ClientId::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn an_office_is_named_by_organisations_that_are_one_and_by_no_other() {
    for role in Role::ALL {
        let office = office_id(ADDRESSED);
        let (named, unnamed) = (
            Standing::of(*role, Some(office.clone())),
            Standing::of(*role, None),
        );
        if *role == Role::Office {
            assert_eq!((named, unnamed), (Some(Standing::Office(office)), None));
        } else {
            assert_eq!(named, None, "{role:?}");
            assert_eq!(unnamed.map(|standing| standing.role()), Some(*role));
        }
        // An organisation says so of itself, and its clients inherit it.
        let mut client = client_of(*role, None);
        let standing = client.organisation.standing();
        assert_eq!(standing.map(|standing| standing.role()), Some(*role));
        client.organisation.office = match client.organisation.office {
            Some(_) => None,
            None => Some(office_id(ADDRESSED)),
        };
        assert_eq!(client.organisation.standing(), None, "{role:?}");
        assert_eq!(Caller::of(&client, None), None, "{role:?}");
    }
}

#[test]
fn a_caller_is_who_its_client_is_registered_as() {
    let client = client_of(Role::Office, None);
    let user = UserReference::parse("P-4711").unwrap();
    let caller = Caller::of(&client, Some(user.clone())).unwrap();
    assert_eq!(caller.client, client.id);
    assert_eq!(caller.organisation, client.organisation.id);
    assert_eq!(caller.standing, Standing::Office(office_id(ADDRESSED)));
    assert_eq!(caller.user, Some(user));
}

#[test]
fn each_role_is_one_kind_of_caller_and_no_other() {
    for role in Role::ALL {
        let caller = || caller_of(*role);
        let kinds = [
            (CentreCaller::try_from(caller()).is_ok(), Role::Centre),
            (OfficeCaller::try_from(caller()).is_ok(), Role::Office),
            (AuditorCaller::try_from(caller()).is_ok(), Role::Auditor),
            (OperatorCaller::try_from(caller()).is_ok(), Role::Operator),
        ];
        for (is, only) in kinds {
            assert_eq!(is, *role == only, "{role:?} as {only:?}");
        }
        let counts = matches!(role, Role::Auditor | Role::Coordination);
        let counting = CountingCaller::try_from(caller());
        assert_eq!(counting.is_ok(), counts, "{role:?}");
    }
    let centre = CentreCaller::try_from(caller_of(Role::Centre)).unwrap();
    assert_eq!(centre.centre(), centre.as_ref().organisation);
    let office = OfficeCaller::try_from(caller_of(Role::Office)).unwrap();
    assert_eq!(office.office(), &office_id(ADDRESSED));
    assert_eq!(office.as_ref(), &caller_of(Role::Office));
}

#[test]
fn who_works_at_the_machine_is_no_client() {
    assert_eq!(Operator::AtTheMachine.caller(), None);
    let calling = OperatorCaller::try_from(caller_of(Role::Operator)).unwrap();
    let operator = Operator::Calling(calling);
    assert_eq!(operator.caller(), Some(&caller_of(Role::Operator)));
}

#[test]
fn a_client_may_do_what_it_was_allowed_and_never_more_than_its_role() {
    let allowed = |role, scopes| client_of(role, scopes).allowed().to_string();
    // Nothing said: all that its role may do.
    assert_eq!(
        allowed(Role::Office, None),
        AccessScopes::of_role(Role::Office).to_string()
    );
    assert_eq!(
        allowed(Role::Office, Some("inbox:read consents:write")),
        "inbox:read"
    );
    assert_eq!(allowed(Role::Office, Some("")), "");
}

#[test]
fn scopes_hold_what_was_put_into_them() {
    let some = AccessScopes::parse("inbox:read directory:read").unwrap();
    for scope in AccessScope::ALL {
        let is_there = matches!(scope, AccessScope::InboxRead | AccessScope::DirectoryRead);
        assert_eq!(some.contains(*scope), is_there, "{scope:?}");
    }
    let less = AccessScopes::parse("inbox:read").unwrap();
    let none = AccessScopes::default();
    assert!(less.within(&some) && !some.within(&less));
    assert!(some.within(&some) && none.within(&less));
    assert!(none.is_empty() && !less.is_empty());
    assert_eq!(some.both(&less), less);
}
