//! Contact details rest on the offer of their own involvement, to the centre that they are for: the database holds it too.

use sea_orm::ConnectionTrait as _;

use crate::backend;

migration!(manager => {
    let (database, kind) = (manager.get_connection(), manager.get_database_backend());
    database.execute_unprepared(OFFERS).await?;
    if backend::has_row_security(kind) {
        database.execute_unprepared(ADDED).await?;
    } else {
        for statement in MADE_ANEW {
            database
                .execute_unprepared(&backend::ddl(kind, statement))
                .await?;
        }
    }
    Ok(())
});

const OFFERS: &str = "CREATE UNIQUE INDEX involvement_offers_in_full
    ON involvement_offers (id, involvement_id, centre_id, organisation_id)";

const ADDED: &str = "
ALTER TABLE contact_details
    DROP CONSTRAINT contact_details_offer_id_fkey,
    DROP CONSTRAINT contact_details_organisation_id_fkey,
    ADD FOREIGN KEY (offer_id, involvement_id, centre_id, organisation_id)
        REFERENCES involvement_offers (id, involvement_id, centre_id, organisation_id)";

/// SQLite adds no constraint to a table: it is made anew with its rows, and with it the one that refers to it.
const MADE_ANEW: &[&str] = &[
    "CREATE TABLE contact_details_anew (
        id {uuid} PRIMARY KEY,
        consent_id {uuid} NOT NULL,
        involvement_id {uuid} NOT NULL,
        office_id {text} NOT NULL,
        case_id {uuid} NOT NULL,
        offer_id {uuid} NOT NULL,
        centre_id {uuid} NOT NULL,
        organisation_id {uuid} NOT NULL,
        person {text} NOT NULL,
        person_for_centre {text} NOT NULL,
        kinds {text} NOT NULL,
        state {text} NOT NULL CHECK (state IN ('held', 'collected', 'acknowledged', 'sealed')),
        seal_reason {text} CHECK (seal_reason IN ('withdrawn', 'expired')),
        released_at {bigint} NOT NULL,
        collected_at {bigint},
        closed_at {bigint},
        erasure_asked_at {bigint},
        erased_at {bigint},
        FOREIGN KEY (consent_id, involvement_id, office_id, case_id)
            REFERENCES contact_consents (id, involvement_id, office_id, case_id),
        FOREIGN KEY (offer_id, involvement_id, centre_id, organisation_id)
            REFERENCES involvement_offers (id, involvement_id, centre_id, organisation_id),
        CHECK ((state = 'sealed') = (seal_reason IS NOT NULL)),
        CHECK ((state IN ('collected', 'acknowledged')) = (collected_at IS NOT NULL)),
        CHECK ((state IN ('acknowledged', 'sealed')) = (closed_at IS NOT NULL)),
        CHECK (erasure_asked_at IS NULL OR collected_at IS NOT NULL),
        CHECK (erased_at IS NULL OR erasure_asked_at IS NOT NULL)
    ){strict}",
    "INSERT INTO contact_details_anew SELECT * FROM contact_details",
    "CREATE TABLE contact_contents_anew (
        details_id {uuid} PRIMARY KEY REFERENCES contact_details_anew (id),
        sealed {bytes} NOT NULL
    ){strict}",
    "INSERT INTO contact_contents_anew SELECT * FROM contact_contents",
    "DROP TABLE contact_contents",
    "DROP TABLE contact_details",
    "ALTER TABLE contact_details_anew RENAME TO contact_details",
    "ALTER TABLE contact_contents_anew RENAME TO contact_contents",
    "CREATE INDEX contact_details_by_consent ON contact_details (consent_id, released_at, id)",
    "CREATE INDEX contact_details_by_organisation ON contact_details (organisation_id, released_at, id)",
    "CREATE INDEX contact_details_by_case ON contact_details (case_id)",
];
