//! Places: postcodes and points on the earth.

use serde::{Deserialize, Serialize, de};

use super::Land;

/// Why a text is not a postcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the five digits of a German postcode")]
pub struct PostcodeError;

/// A German postcode: five digits, leading zeros kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Postcode(String);

impl Postcode {
    /// Checks and wraps a postcode. Whether it is in use is for the directory to say.
    ///
    /// # Errors
    /// When it is not five ASCII digits.
    pub fn parse(text: &str) -> Result<Self, PostcodeError> {
        if text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PostcodeError)
        }
    }

    /// The five digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Postcode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Postcode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// Why two numbers are not a point on the earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("latitude must be from -90 to 90 and longitude from -180 to 180 degrees")]
pub struct GeoPointError;

/// A point on the earth (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenPoint")]
pub struct GeoPoint {
    // INVARIANT: both are finite and in range (`GeoPoint::new`), so that distances are numbers.
    lat: f64,
    lon: f64,
}

impl GeoPoint {
    /// Mean radius of the earth in kilometres (IUGG).
    const EARTH_RADIUS_KM: f64 = 6371.0088;

    /// Checks and wraps decimal degrees, north and east positive.
    ///
    /// # Errors
    /// When one of them is out of range or not a number.
    pub fn new(lat: f64, lon: f64) -> Result<Self, GeoPointError> {
        if (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon) {
            Ok(Self { lat, lon })
        } else {
            Err(GeoPointError)
        }
    }

    /// Latitude in decimal degrees, north positive.
    #[must_use]
    pub const fn lat(self) -> f64 {
        self.lat
    }

    /// Longitude in decimal degrees, east positive.
    #[must_use]
    pub const fn lon(self) -> f64 {
        self.lon
    }

    /// Great-circle distance in kilometres by the haversine formula, on a sphere: within about 0.5 % of the distance on the
    /// ellipsoid.
    #[must_use]
    pub fn distance_km(self, other: Self) -> f64 {
        let (lat, other_lat) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = ((other_lat - lat) / 2.0).sin();
        let half_lon = ((other.lon - self.lon).to_radians() / 2.0).sin();
        let haversine = half_lat * half_lat + lat.cos() * other_lat.cos() * half_lon * half_lon;
        2.0 * Self::EARTH_RADIUS_KM * haversine.sqrt().min(1.0).asin()
    }
}

/// Two numbers that may be a point.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPoint {
    lat: f64,
    lon: f64,
}

impl TryFrom<WrittenPoint> for GeoPoint {
    type Error = GeoPointError;

    fn try_from(written: WrittenPoint) -> Result<Self, GeoPointError> {
        Self::new(written.lat, written.lon)
    }
}

/// A postcode that the directory knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The postcode.
    pub postcode: Postcode,
    /// The town it belongs to; the first one where several share it.
    pub name: String,
    /// The Land; of the first town where the postcode crosses a border.
    pub land: Land,
    /// The middle of the postcode's area, roughly.
    pub point: GeoPoint,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postcode_is_five_digits() {
        assert_eq!(
            Postcode::parse("01067").map(|p| p.to_string()),
            Ok("01067".to_owned())
        );
        for refused in ["", "1067", "010670", "0106a", " 1067", "D-01067", "٠١٠٦٧"] {
            assert_eq!(Postcode::parse(refused), Err(PostcodeError), "{refused:?}");
        }
        assert!(serde_json::from_str::<Postcode>("\"1067\"").is_err());
    }

    #[test]
    fn a_point_is_on_the_earth() {
        assert!(GeoPoint::new(-90.0, 180.0).is_ok());
        for (lat, lon) in [
            (90.1, 0.0),
            (0.0, -180.1),
            (f64::NAN, 0.0),
            (0.0, f64::INFINITY),
        ] {
            assert_eq!(GeoPoint::new(lat, lon), Err(GeoPointError), "{lat} {lon}");
        }
        assert!(serde_json::from_str::<GeoPoint>(r#"{"lat":90.1,"lon":0}"#).is_err());
        let read: GeoPoint = serde_json::from_str(r#"{"lat":52.5,"lon":13.4}"#).unwrap();
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            r#"{"lat":52.5,"lon":13.4}"#
        );
    }

    #[test]
    fn distance_is_the_great_circle_and_the_same_both_ways() {
        let berlin = GeoPoint::new(52.52437, 13.41053).unwrap();
        let munich = GeoPoint::new(48.13743, 11.57549).unwrap();
        assert!(
            (berlin.distance_km(munich) - 504.0).abs() < 2.0,
            "{}",
            berlin.distance_km(munich)
        );
        assert_eq!(
            berlin.distance_km(munich).to_bits(),
            munich.distance_km(berlin).to_bits()
        );
        assert_eq!(berlin.distance_km(berlin), 0.0);
    }

    #[test]
    fn antipodes_are_half_the_circumference_apart() {
        let pole = GeoPoint::new(90.0, 0.0).unwrap();
        let other_pole = GeoPoint::new(-90.0, 0.0).unwrap();
        assert!((pole.distance_km(other_pole) - 20015.1).abs() < 0.1);
    }
}
