//! Amounts of money.

use std::fmt;

/// Not a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a currency code of ISO 4217: three capitals, such as EUR")]
pub struct CurrencyCodeError;

/// A currency, by its alphabetic code of ISO 4217: three capitals. Which of them are in use changes, and is not held here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CurrencyCode(String);

impl CurrencyCode {
    /// Checks and wraps a code.
    ///
    /// # Errors
    /// When it is not three capitals.
    pub fn parse(text: impl Into<String>) -> Result<Self, CurrencyCodeError> {
        let text = text.into();
        if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
            Ok(Self(text))
        } else {
            Err(CurrencyCodeError)
        }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CurrencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from 1 to {most} hundredths", most = Money::MOST_CENTS)]
pub struct MoneyError;

/// An amount of money that is more than nothing: whole hundredths of a currency's unit, never a fraction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Money {
    // INVARIANT: from 1 to the most (`Money::new`), so that sums of a list of shares never overflow.
    cents: u64,
    currency: CurrencyCode,
}

impl Money {
    /// Just less than ten thousand million units.
    pub const MOST_CENTS: u64 = 999_999_999_999;

    /// Checks and wraps an amount.
    ///
    /// # Errors
    /// When it is nothing, or more than [`Money::MOST_CENTS`].
    pub fn new(cents: u64, currency: CurrencyCode) -> Result<Self, MoneyError> {
        match cents {
            1..=Self::MOST_CENTS => Ok(Self { cents, currency }),
            _ => Err(MoneyError),
        }
    }

    /// Hundredths of the unit.
    #[must_use]
    pub const fn cents(&self) -> u64 {
        self.cents
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> &CurrencyCode {
        &self.currency
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_three_capitals() {
        assert_eq!(CurrencyCode::parse("EUR").unwrap().to_string(), "EUR");
        for refused in ["", "EU", "EURO", "eur", "E R", "EÜR", "1EU"] {
            assert_eq!(
                CurrencyCode::parse(refused),
                Err(CurrencyCodeError),
                "{refused}"
            );
        }
    }

    #[test]
    fn an_amount_is_something_and_has_a_bound() {
        let euro = || CurrencyCode::parse("EUR").unwrap();
        for refused in [0, Money::MOST_CENTS + 1, u64::MAX] {
            assert_eq!(Money::new(refused, euro()), Err(MoneyError));
        }
        assert_eq!(
            Money::new(Money::MOST_CENTS, euro()).unwrap().cents(),
            Money::MOST_CENTS
        );
        assert_eq!(
            MoneyError.to_string(),
            "must be from 1 to 999999999999 hundredths"
        );
    }
}
