//! Times as people in Germany read them.

use freigabe_domain::instant::Instant;
use jiff::{Timestamp, ZonedDateTime};

/// A time in German: `24.11.2026, 09:15 Uhr (MEZ)`.
pub(super) fn german(at: Instant) -> String {
    let Some(local) = local(at) else {
        return at.to_string();
    };
    let zone = match local.strftime("%Z").to_string().as_str() {
        "CET" => "MEZ".to_owned(),
        "CEST" => "MESZ".to_owned(),
        other => other.to_owned(),
    };
    format!("{} Uhr ({zone})", local.strftime("%d.%m.%Y, %H:%M"))
}

/// A time in English: `24 November 2026, 09:15 (CET)`.
pub(super) fn english(at: Instant) -> String {
    local(at).map_or_else(
        || at.to_string(),
        |local| local.strftime("%-d %B %Y, %H:%M (%Z)").to_string(),
    )
}

fn local(at: Instant) -> Option<ZonedDateTime> {
    Timestamp::from_microsecond(at.as_unix_micros())
        .ok()?
        .in_tz("Europe/Berlin")
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_as_they_are_in_berlin_in_winter_and_in_summer() {
        let winter = Instant::parse("2026-11-24T08:15:00Z").unwrap();
        let summer = Instant::parse("2027-05-24T22:30:00Z").unwrap();
        assert_eq!(german(winter), "24.11.2026, 09:15 Uhr (MEZ)");
        assert_eq!(english(winter), "24 November 2026, 09:15 (CET)");
        assert_eq!(german(summer), "25.05.2027, 00:30 Uhr (MESZ)");
        assert_eq!(english(summer), "25 May 2027, 00:30 (CEST)");
    }
}
