//! The messages of a consent, by office: an office reaches a consent that a message for it rests on, and PostgreSQL asks for that
//! message whenever the consent is read. By an index that knows no office it looked through all messages of the consent, or through
//! all that the office ever had. No longer by time: those that a withdrawal asks for are few, and sorted when they are read.

use sea_orm::ConnectionTrait as _;

const STATEMENTS: &str = "
DROP INDEX disclosures_by_consent;
CREATE INDEX disclosures_by_consent ON disclosures (consent_id, recipient)";

migration!(manager => {
    manager.get_connection().execute_unprepared(STATEMENTS).await?;
    Ok(())
});
