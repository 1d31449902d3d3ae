//! JSON read strictly (RFC 8259 with the restrictions of RFC 7493): no member twice, no depth beyond 16, no control
//! characters, no numbers that are not exact.

use std::fmt;

use freigabe_contract::Fault;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::problem::MOST_FAULTS;

/// Objects and arrays inside each other at most, the outermost one counted.
const MOST_LEVELS: usize = 16;
/// Integers beyond this are not exact in the arithmetic that most partners use.
const EXACT: u64 = 1 << 53;
/// A name longer than this is not repeated in a pointer.
const MOST_NAME: usize = 128;

/// Reads a value.
///
/// # Errors
/// Every fault with its JSON pointer; a syntax error alone, with the place at which reading stopped.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Vec<Fault>> {
    let mut reader = Reader::default();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Node(&mut reader)
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(value) if reader.faults.is_empty() => Ok(value),
        Ok(_) => Err(reader.faults),
        Err(error) => Err(vec![Fault::at(
            reader.pointer,
            format!(
                "is not JSON here: line {}, column {}",
                error.line(),
                error.column()
            ),
        )]),
    }
}

/// Adds a step to a pointer (RFC 6901). A name that is too long is left out, so that the pointer ends at its object.
pub(super) fn push_step(pointer: &mut String, name: &str) {
    if name.len() > MOST_NAME {
        return;
    }
    pointer.push('/');
    for character in name.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

#[derive(Default)]
struct Reader {
    /// Where reading is; not taken back when it stops at a syntax error.
    pointer: String,
    /// Reading is within a member whose name is left out of the pointer, which ends at its object.
    below_end: bool,
    level: usize,
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, detail: &str) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault::at(self.pointer.clone(), detail));
        }
    }

    fn check_text(&mut self, text: &str) {
        if text
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
        {
            self.fault("must not contain control characters other than tab and line feed");
        }
    }
}

struct Node<'r>(&'r mut Reader);

impl Node<'_> {
    fn number(self, exact: Option<Number>) -> Value {
        exact.map_or_else(
            || {
                self.0.fault("must be a number between -2^53 and 2^53");
                Value::Null
            },
            Value::Number,
        )
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(self.number((value <= EXACT).then(|| value.into())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(self.number((value.unsigned_abs() <= EXACT).then(|| value.into())))
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and at most 2^53 in size"
    )]
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        let in_range = value.is_finite() && value.abs() <= EXACT as f64;
        let exact = match (in_range, value.fract() == 0.0) {
            // 1.0 is the integer 1 (JSON Schema draft 2020-12 §6.3).
            (true, true) => Some(Number::from(value as i64)),
            (true, false) => Number::from_f64(value),
            (false, _) => None,
        };
        Ok(self.number(exact))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        self.0.check_text(text);
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        self.0.check_text(&text);
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let Self(reader) = self;
        if reader.level == MOST_LEVELS {
            reader.fault("is nested too deeply: 16 levels at most");
            while items.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Value::Null);
        }
        reader.level += 1;
        let length = reader.pointer.len();
        let mut array = Vec::new();
        loop {
            if !reader.below_end {
                push_step(&mut reader.pointer, &array.len().to_string());
            }
            let item = items.next_element_seed(Node(reader))?;
            reader.pointer.truncate(length);
            match item {
                Some(item) => array.push(item),
                None => break,
            }
        }
        reader.level -= 1;
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let Self(reader) = self;
        if reader.level == MOST_LEVELS {
            reader.fault("is nested too deeply: 16 levels at most");
            while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Value::Null);
        }
        reader.level += 1;
        let length = reader.pointer.len();
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            // A name with control characters is not repeated in a pointer.
            reader.check_text(&name);
            let below_end = reader.below_end;
            reader.below_end |= name.len() > MOST_NAME;
            if !reader.below_end {
                push_step(&mut reader.pointer, &name);
            }
            if object.contains_key(&name) {
                reader.fault("stands twice in its object");
                members.next_value::<IgnoredAny>()?;
            } else {
                let value = members.next_value_seed(Node(reader))?;
                object.insert(name, value);
            }
            reader.pointer.truncate(length);
            reader.below_end = below_end;
        }
        reader.level -= 1;
        Ok(Value::Object(object))
    }
}
