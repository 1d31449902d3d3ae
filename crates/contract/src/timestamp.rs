//! Points in time.

use serde::{Deserialize, Serialize, de};
use time::{Duration, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// A point in time: RFC 3339 with any offset when it is read, always UTC with microseconds when it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(OffsetDateTime);

/// Not a time in RFC 3339 form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimestampError;

impl std::fmt::Display for TimestampError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not a time in RFC 3339 form")
    }
}

impl std::error::Error for TimestampError {}

impl Timestamp {
    /// The same moment in UTC, cut to whole microseconds.
    #[must_use]
    pub fn new(at: OffsetDateTime) -> Self {
        let utc = at.to_offset(UtcOffset::UTC);
        let surplus = i64::from(utc.nanosecond() % 1_000);
        Self(utc - Duration::nanoseconds(surplus))
    }

    /// Reads RFC 3339, with any offset.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        OffsetDateTime::parse(text, &Rfc3339)
            .ok()
            // Near the ends of the calendar an offset can lead out of it.
            .and_then(|at| at.checked_to_offset(UtcOffset::UTC))
            .map(Self::new)
            .ok_or(TimestampError)
    }

    /// The moment, in UTC.
    #[must_use]
    pub const fn get(self) -> OffsetDateTime {
        self.0
    }
}

impl From<OffsetDateTime> for Timestamp {
    fn from(at: OffsetDateTime) -> Self {
        Self::new(at)
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let t = self.0;
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            t.year(),
            u8::from(t.month()),
            t.day(),
            t.hour(),
            t.minute(),
            t.second(),
            t.microsecond()
        )
    }
}

impl std::str::FromStr for Timestamp {
    type Err = TimestampError;
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        Self::parse(text)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

impl utoipa::PartialSchema for Timestamp {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                utoipa::openapi::KnownFormat::DateTime,
            )))
            .description(Some(
                "A point in time, RFC 3339, between the years 1970 and 9999. Any offset is read; UTC with microseconds is written.",
            ))
            .max_length(Some(40))
            .examples(["2026-11-24T08:15:00.000000Z"])
            .into()
    }
}

impl utoipa::ToSchema for Timestamp {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_offset_in_utc_with_microseconds_out() {
        let read: Timestamp =
            serde_json::from_str("\"2026-11-24T09:15:00.1234567+01:00\"").unwrap();
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            "\"2026-11-24T08:15:00.123456Z\""
        );
    }

    #[test]
    fn offsets_that_lead_out_of_the_calendar_are_refused() {
        assert_eq!(
            Timestamp::parse("9999-12-31T23:59:59-01:00"),
            Err(TimestampError)
        );
        assert_eq!(Timestamp::parse("yesterday"), Err(TimestampError));
    }
}
