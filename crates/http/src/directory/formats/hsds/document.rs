//! HSDS 3 as one JSON document: an array of organizations. A page of them (`contents`) and a single one are read as well.

use std::fmt;

use freigabe_contract::directory as wire;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{Reader, read_organization, write_organization};
use crate::directory::formats::{FilePlace, FormatError, MOST_CENTRES, ReadCentre, fault::Faults};

/// Reads a document.
pub(in super::super) fn read_document(bytes: &[u8], faults: &mut Faults) -> Vec<ReadCentre> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let document = match serde_json::from_slice(bytes) {
        Ok(Distinct(document)) => document,
        Err(error) => {
            let place = FilePlace::Line {
                table: None,
                line: u64::try_from(error.line()).unwrap_or_default(),
                column: None,
            };
            let detail = if error.is_data() {
                "has a member twice".to_owned()
            } else {
                format!("is not JSON, from character {} on", error.column())
            };
            faults.add(place, detail);
            return Vec::new();
        }
    };
    let locate = |pointer: &str| FilePlace::Pointer(pointer.to_owned());
    let (list, at) = match (&document, document.get("contents")) {
        (Value::Array(list), _) => (list.as_slice(), ""),
        (_, Some(Value::Array(list))) => (list.as_slice(), "/contents"),
        (Value::Object(_), _) => {
            let reader = Reader::new(&locate, faults);
            return read_organization(&document, String::new(), reader)
                .into_iter()
                .collect();
        }
        _ => {
            faults.add(locate(""), "must be an array of organizations");
            return Vec::new();
        }
    };
    if list.len() > MOST_CENTRES {
        faults.add(
            locate(at),
            format!("holds more than {MOST_CENTRES} organizations"),
        );
        return Vec::new();
    }
    let organizations = list.iter().enumerate();
    organizations
        .filter_map(|(index, value)| {
            read_organization(value, format!("{at}/{index}"), Reader::new(&locate, faults))
        })
        .collect()
}

/// Writes a document: each organization on a line of its own.
pub(in super::super) fn write_document(
    centres: &[wire::CounsellingCentre],
) -> Result<Vec<u8>, FormatError> {
    let mut bytes = b"[".to_vec();
    for (index, centre) in centres.iter().enumerate() {
        bytes.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut bytes, &write_organization(centre))?;
    }
    bytes.extend_from_slice(b"\n]\n");
    Ok(bytes)
}

/// A value in which no object has a member twice, of which one would be lost.
struct Distinct(Value);

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DistinctVisitor)
    }
}

struct DistinctVisitor;

impl<'de> Visitor<'de> for DistinctVisitor {
    type Value = Distinct;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Distinct, E> {
        Ok(Distinct(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Distinct, E> {
        Ok(Distinct(Value::Bool(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Distinct, E> {
        Ok(Distinct(Value::Number(value.into())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Distinct, E> {
        Ok(Distinct(Value::Number(value.into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Distinct, E> {
        Ok(Distinct(
            Number::from_f64(value).map_or(Value::Null, Value::Number),
        ))
    }

    fn visit_str<E>(self, text: &str) -> Result<Distinct, E> {
        Ok(Distinct(Value::String(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Distinct, A::Error> {
        let mut list = Vec::new();
        while let Some(Distinct(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Distinct(Value::Array(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Distinct, A::Error> {
        let mut object = Map::new();
        while let Some((name, Distinct(value))) = members.next_entry::<String, Distinct>()? {
            if object.insert(name, value).is_some() {
                return Err(de::Error::custom("twice"));
            }
        }
        Ok(Distinct(Value::Object(object)))
    }
}
