//! Handovers of cases (agreement, point 9).

use sea_orm::ConnectionTrait as _;

use crate::backend;

migration!(manager => {
    let (database, kind) = (manager.get_connection(), manager.get_database_backend());
    for statement in TABLES {
        database
            .execute_unprepared(&backend::ddl(kind, statement))
            .await?;
    }
    if backend::has_row_security(kind) {
        for part in [ROW_SECURITY, REDIRECTION, ERASER] {
            database.execute_unprepared(part).await?;
        }
    }
    Ok(())
});

const TABLES: &[&str] = &[
    // `turn` is one more than that of any handover of the case which the office knows of: so those that follow from each other are in
    // order whatever the clock says, and of two at the same moment one has to try again. An office knows the person from a message or an
    // offer.
    "CREATE TABLE handovers (
        id {uuid} PRIMARY KEY,
        office_id {text} NOT NULL REFERENCES offices (id),
        organisation_id {uuid} NOT NULL REFERENCES organisations (id),
        case_id {uuid} NOT NULL REFERENCES cases (id),
        turn {bigint} NOT NULL CHECK (turn > 0),
        person {text} NOT NULL,
        disclosure_id {uuid} REFERENCES disclosures (id),
        offer_id {uuid} REFERENCES involvement_offers (id),
        person_for_centre {text},
        to_kind {text} NOT NULL CHECK (to_kind IN ('office', 'land_police', 'prosecution')),
        to_office {text} REFERENCES offices (id),
        to_land {text},
        to_unit {text},
        handed_over_at {bigint} NOT NULL,
        acknowledged_at {bigint},
        UNIQUE (case_id, office_id, turn),
        CHECK ((disclosure_id IS NULL) <> (offer_id IS NULL)),
        CHECK ((offer_id IS NULL) = (person_for_centre IS NULL)),
        CHECK ((to_kind = 'office') = (to_office IS NOT NULL)),
        CHECK ((to_kind = 'office') = (to_land IS NULL)),
        CHECK (to_unit IS NULL OR to_land IS NOT NULL),
        CHECK (to_office <> office_id),
        CHECK (acknowledged_at >= handed_over_at)
    ){strict}",
    "CREATE INDEX handovers_by_office ON handovers (office_id, handed_over_at, id)",
    "CREATE INDEX handovers_by_organisation ON handovers (organisation_id, handed_over_at, id)",
    "CREATE INDEX handovers_by_case ON handovers (case_id, turn)",
];

/// An office sees what it handed over and what was handed over to it: the latest of both says whether it has the case. The centre that is
/// told acknowledges, and changes nothing else.
const ROW_SECURITY: &str = "
REVOKE ALL ON handovers FROM freigabe_app;
GRANT SELECT, INSERT ON handovers TO freigabe_app;
GRANT UPDATE (acknowledged_at) ON handovers TO freigabe_app;

ALTER TABLE handovers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY office_reads ON handovers FOR SELECT
    USING (office_id = (SELECT freigabe_office()) OR to_office = (SELECT freigabe_office()));
CREATE POLICY office_hands_over ON handovers FOR INSERT
    WITH CHECK (office_id = (SELECT freigabe_office()) AND acknowledged_at IS NULL);
CREATE POLICY centre_reads ON handovers FOR SELECT USING (organisation_id = (SELECT freigabe_organisation()));
CREATE POLICY centre_acknowledges ON handovers FOR UPDATE
    USING (organisation_id = (SELECT freigabe_organisation()) AND acknowledged_at IS NULL)
    WITH CHECK (organisation_id = (SELECT freigabe_organisation()) AND acknowledged_at IS NOT NULL)";

/// A held message may wait for another office than before if its case was handed over to that one. Which one it was before, no rule on the
/// new row can see; the domain asks the consent for it.
const REDIRECTION: &str = "
GRANT UPDATE (recipient, handling_office, competence, consent_revision, person_for_recipient, released_at) ON disclosures
    TO freigabe_app;
CREATE POLICY centre_redirects ON disclosures FOR UPDATE
    USING (centre_id = (SELECT freigabe_organisation()) AND state = 'held')
    WITH CHECK (centre_id = (SELECT freigabe_organisation()) AND state = 'held' AND handling_office = recipient
        AND EXISTS (SELECT FROM handovers h WHERE h.case_id = disclosures.case_id AND h.to_office = disclosures.recipient))";

/// As `m0013_eraser_by_role` has it for the other tables of cases: rules for the owner's role alone.
const ERASER: &str = "
DO $$
BEGIN
    EXECUTE format('CREATE POLICY eraser_reads ON handovers FOR SELECT TO %I USING ((SELECT freigabe_scope() = ''eraser''))',
        current_user);
    EXECUTE format('CREATE POLICY eraser_deletes ON handovers FOR DELETE TO %I USING ((SELECT freigabe_scope() = ''eraser''))',
        current_user);
END
$$";
