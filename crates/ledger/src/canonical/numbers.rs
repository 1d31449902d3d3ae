//! A look at every number of a value before it is written.

use std::fmt;

use serde::ser::{self, Serialize, Serializer};

use super::CanonicalJsonError;

/// The largest integer up to which a double tells every integer from its neighbours (RFC 7493, section 2.2).
pub(super) const LARGEST_EXACT: u64 = (1 << 53) - 1;

/// A serializer that writes nothing and fails at the first number that a double does not hold exactly.
#[derive(Clone, Copy)]
pub(super) struct ExactNumbers;

type Checked = Result<(), CanonicalJsonError>;

impl ser::Error for CanonicalJsonError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Unserializable(message.to_string())
    }
}

fn exact(number: impl fmt::Display, magnitude: u128) -> Checked {
    if magnitude > u128::from(LARGEST_EXACT) {
        return Err(CanonicalJsonError::InexactInteger(number.to_string()));
    }
    Ok(())
}

impl Serializer for ExactNumbers {
    type Ok = ();
    type Error = CanonicalJsonError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn serialize_i8(self, _: i8) -> Checked {
        Ok(())
    }

    fn serialize_i16(self, _: i16) -> Checked {
        Ok(())
    }

    fn serialize_i32(self, _: i32) -> Checked {
        Ok(())
    }

    fn serialize_i64(self, number: i64) -> Checked {
        exact(number, number.unsigned_abs().into())
    }

    fn serialize_i128(self, number: i128) -> Checked {
        exact(number, number.unsigned_abs())
    }

    fn serialize_u8(self, _: u8) -> Checked {
        Ok(())
    }

    fn serialize_u16(self, _: u16) -> Checked {
        Ok(())
    }

    fn serialize_u32(self, _: u32) -> Checked {
        Ok(())
    }

    fn serialize_u64(self, number: u64) -> Checked {
        exact(number, number.into())
    }

    fn serialize_u128(self, number: u128) -> Checked {
        exact(number, number)
    }

    fn serialize_f32(self, number: f32) -> Checked {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Checked {
        if number.is_finite() {
            return Ok(());
        }
        Err(CanonicalJsonError::NotFinite)
    }

    fn serialize_bool(self, _: bool) -> Checked {
        Ok(())
    }

    fn serialize_char(self, _: char) -> Checked {
        Ok(())
    }

    fn serialize_str(self, _: &str) -> Checked {
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Checked {
        Ok(())
    }

    fn serialize_none(self) -> Checked {
        Ok(())
    }

    fn serialize_unit(self) -> Checked {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Checked {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Checked {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Checked {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Checked {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Checked {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, CanonicalJsonError> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, CanonicalJsonError> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, CanonicalJsonError> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, CanonicalJsonError> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, CanonicalJsonError> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, CanonicalJsonError> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, CanonicalJsonError> {
        Ok(self)
    }
}

/// Whatever is made of values is exact if each of them is.
macro_rules! exact_by_its_values {
    ($($compound:ident::$serialize:ident($($name:ty)?);)+) => {$(
        impl ser::$compound for ExactNumbers {
            type Ok = ();
            type Error = CanonicalJsonError;

            fn $serialize<T: Serialize + ?Sized>(&mut self, $(_: $name,)? value: &T) -> Checked {
                value.serialize(*self)
            }

            fn end(self) -> Checked {
                Ok(())
            }
        }
    )+};
}
exact_by_its_values! {
    SerializeSeq::serialize_element();
    SerializeTuple::serialize_element();
    SerializeTupleStruct::serialize_field();
    SerializeTupleVariant::serialize_field();
    SerializeStruct::serialize_field(&'static str);
    SerializeStructVariant::serialize_field(&'static str);
}

impl ser::SerializeMap for ExactNumbers {
    type Ok = ();
    type Error = CanonicalJsonError;

    /// Keys become strings, so their numbers are exact already.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Checked {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Checked {
        value.serialize(*self)
    }

    fn end(self) -> Checked {
        Ok(())
    }
}
