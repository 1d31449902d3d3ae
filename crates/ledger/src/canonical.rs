//! One byte string per event: the JSON Canonicalization Scheme of RFC 8785.

mod numbers;

use serde::Serialize;
use serde_json_borrow::{ObjectAsVec, Value};

use crate::{
    export::{self, Fault, FaultKind},
    text::is_json_of,
};

/// The canonical JSON of a value (RFC 8785): no white space, object keys in order of their UTF-16 units, numbers
/// as ECMAScript writes them. Two values with the same content give the same bytes, on every machine.
///
/// RFC 8785 builds on I-JSON (RFC 7493), where every number is a double. Numbers that would not survive this
/// unchanged are refused rather than rounded: two different events must not share their bytes.
///
/// # Errors
///
/// When a number is NaN, infinite, or an integer beyond ±(2^53 − 1); when an object would have a key twice; and
/// when the value's own `Serialize` fails.
pub fn canonical_json<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalJsonError> {
    // The canonicalizer writes nested NaNs as null and rounds large integers, so numbers are looked at beforehand.
    value.serialize(numbers::ExactNumbers)?;
    serde_json_canonicalizer::to_vec(&value)
        .map_err(|error| CanonicalJsonError::Unserializable(error.to_string()))
}

/// Reads an object from its canonical JSON. Texts are borrowed from there.
///
/// # Errors
/// When it is no JSON, no object, a name stands twice, or the bytes are not those of [`canonical_json`].
pub fn read_canonical_json(bytes: &[u8]) -> Result<ObjectAsVec<'_>, Fault> {
    let Value::Object(object) = export::json(bytes)? else {
        return Err(Fault::at("", FaultKind::Unexpected));
    };
    // A verifier asks this of every event, and building the bytes anew to compare them would be half of its work.
    if object_is_plain(&object) && is_json_of(&object, bytes) {
        return Ok(object);
    }
    let slowly = canonical_json(&export::json_object(bytes)?);
    if slowly.is_ok_and(|canonical| canonical == bytes) {
        Ok(object)
    } else {
        Err(Fault::at("", FaultKind::Spelling))
    }
}

/// Whether all there is to its canonical form is that white space is left out: what RFC 8785 says of numbers with fractions, of
/// large ones, and of the order of names, concerns none of it. Strings are escaped by `serde_json` in the same way.
fn is_plain(value: &Value<'_>) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Str(_) => true,
        Value::Number(number) => {
            let magnitude = number.as_i64().map(i64::unsigned_abs);
            magnitude.is_some_and(|magnitude| magnitude <= numbers::LARGEST_EXACT)
        }
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(members) => object_is_plain(members),
    }
}

/// ASCII has the same order in bytes and in UTF-16.
fn object_is_plain(object: &ObjectAsVec<'_>) -> bool {
    object.keys().is_sorted_by(|name, next| name < next)
        && object
            .iter()
            .all(|(name, value)| name.is_ascii() && is_plain(value))
}

/// Why a value has no canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalJsonError {
    /// A floating-point number is NaN or infinite.
    #[error("NaN and infinite numbers have no JSON form")]
    NotFinite,
    /// An integer is larger than a double holds exactly; it should be written as a string.
    #[error("the integer {0} is beyond ±(2^53 − 1) and would be rounded")]
    InexactInteger(String),
    /// The value cannot be written as JSON at all.
    #[error("the value cannot be written as canonical JSON: {0}")]
    Unserializable(String),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::{Map, Value, json};

    use super::{CanonicalJsonError, Fault, FaultKind, canonical_json, read_canonical_json};

    fn canonical(value: &impl Serialize) -> String {
        String::from_utf8(canonical_json(value).unwrap()).unwrap()
    }

    /// Bit patterns and their texts from RFC 8785, appendix B.
    #[test]
    fn numbers_are_written_as_the_rfc_samples() {
        let samples = [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ];
        for (bits, expected) in samples {
            assert_eq!(
                canonical(&f64::from_bits(bits)),
                expected,
                "bits {bits:#018x}"
            );
        }
    }

    /// The sample object of RFC 8785, section 3.2.2.
    #[test]
    fn strings_and_literals_are_written_as_the_rfc_sample() {
        let sample: Value = serde_json::from_str(
            r#"{
                "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
                "literals": [null, true, false]
            }"#,
        )
        .unwrap();
        assert_eq!(
            canonical(&sample),
            concat!(
                r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
                r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
            )
        );
    }

    /// The keys of RFC 8785, section 3.2.3. The face lies in a surrogate pair and so comes before U+FB33.
    #[test]
    fn keys_are_ordered_by_utf16_units() {
        let expected = [
            "\r",
            "1",
            "\u{80}",
            "\u{f6}",
            "\u{20ac}",
            "\u{1f600}",
            "\u{fb33}",
        ];
        let object: BTreeMap<&str, u8> = expected.iter().map(|key| (*key, 0)).collect();
        let text = canonical(&object);
        let mut positions = Vec::new();
        for key in expected {
            let written = serde_json::to_string(key).unwrap();
            positions.push(text.find(&format!("{written}:")).unwrap());
        }
        assert!(positions.is_sorted(), "{text}");
    }

    #[test]
    fn numbers_that_would_change_are_refused() {
        const LARGEST: u64 = (1 << 53) - 1;
        assert_eq!(canonical(&[LARGEST]), "[9007199254740991]");
        let inexact = |number: &str| Err(CanonicalJsonError::InexactInteger(number.to_owned()));
        assert_eq!(canonical_json(&[LARGEST + 1]), inexact("9007199254740992"));
        assert_eq!(
            canonical_json(&Some(i64::MIN)),
            inexact("-9223372036854775808")
        );
        assert_eq!(
            canonical_json(&json!({ "a": [u64::MAX] })),
            inexact("18446744073709551615")
        );
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let nested = BTreeMap::from([("deep", vec![Some(number)])]);
            assert_eq!(canonical_json(&nested), Err(CanonicalJsonError::NotFinite));
        }
    }

    #[test]
    fn a_key_may_not_appear_twice() {
        #[derive(Serialize)]
        struct Twice {
            a: u8,
            #[serde(flatten)]
            more: BTreeMap<&'static str, u8>,
        }
        let twice = Twice {
            a: 1,
            more: BTreeMap::from([("a", 2)]),
        };
        assert!(matches!(
            canonical_json(&twice),
            Err(CanonicalJsonError::Unserializable(_))
        ));
    }

    #[test]
    fn unsized_values_and_enums_are_accepted() {
        #[derive(Serialize)]
        enum Shape {
            Unit,
            Newtype(u8),
            Tuple(u8, i8),
            Struct { b: (), a: Option<char> },
        }
        assert_eq!(canonical_json("ä"), Ok("\"ä\"".as_bytes().to_vec()));
        let shapes = [
            Shape::Unit,
            Shape::Newtype(1),
            Shape::Tuple(2, -3),
            Shape::Struct {
                b: (),
                a: Some('x'),
            },
        ];
        assert_eq!(
            canonical(&shapes),
            r#"["Unit",{"Newtype":1},{"Tuple":[2,-3]},{"Struct":{"a":"x","b":null}}]"#
        );
    }

    #[test]
    fn what_is_not_canonical_is_told_by_its_place() {
        let fault = |pointer: &str, kind| {
            Err(Fault {
                pointer: pointer.to_owned(),
                kind,
            })
        };
        let read = |text: &'static str| read_canonical_json(text.as_bytes()).map(|_| ());
        assert_eq!(read(r#"{"a":{"b":1,"c":[true,null,"\u001f"]}}"#), Ok(()));
        assert_eq!(
            read(r#"{"a":1.5e-7,"\u00e9":1}"#),
            fault("", FaultKind::Spelling)
        );
        assert_eq!(read(r#"{"a":1.5e-7,"é":1}"#), Ok(()));
        assert_eq!(read(r#"{"b":1,"a":1}"#), fault("", FaultKind::Spelling));
        assert_eq!(
            read(r#"{"a":{"b":1,"b":1}}"#),
            fault("/a", FaultKind::Twice)
        );
        assert_eq!(read("[]"), fault("", FaultKind::Unexpected));
        assert_eq!(read("{"), fault("", FaultKind::Cut));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        scalar.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(".{0,4}", inner, 0..4)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn canonical_bytes_mean_the_same_and_are_a_fixed_point(value in any_json()) {
            let bytes = canonical_json(&value).unwrap();
            let read: Value = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(&read, &value);
            prop_assert_eq!(canonical_json(&read).unwrap(), bytes);
        }

        /// However a text is written that means the same, only the one of [`canonical_json`] is read, and as it is.
        #[test]
        fn canonical_bytes_are_known_without_being_built(
            value in prop::collection::hash_map("[a-z\u{e9}\u{fb33}\u{1f600}\u{0}-\u{1f}\"\\\\]{0,4}", any_json(), 0..6),
            number in any::<f64>(),
            large in any::<i64>(),
            pretty in any::<bool>(),
        ) {
            let mut object: Map<String, Value> = value.into_iter().collect();
            for with in [None, Some(json!(number)), Some(json!(large)), Some(json!(u64::MAX))] {
                object.extend(with.map(|with| ("number".to_owned(), with)));
                let written = if pretty {
                    serde_json::to_vec_pretty(&object)
                } else {
                    serde_json::to_vec(&object)
                };
                let mut texts = vec![written.unwrap()];
                texts.extend(canonical_json(&object));
                for text in texts {
                    let meant: Value = serde_json::from_slice(&text).unwrap();
                    let same = canonical_json(&meant).is_ok_and(|canonical| canonical == text);
                    let read = read_canonical_json(&text);
                    prop_assert_eq!(read.is_ok(), same);
                    if let Ok(read) = read {
                        prop_assert_eq!(serde_json::to_value(&read).unwrap(), meant);
                    }
                    prop_assert!(read_canonical_json(&text[1..]).is_err());
                    prop_assert!(read_canonical_json(&[&text[..], b" "].concat()).is_err());
                }
            }
        }
    }
}
