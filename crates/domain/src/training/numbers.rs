//! Numbers with bounds.

/// Not a number that can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from {least} to {most}")]
pub struct NumberError {
    least: u16,
    most: u16,
}

macro_rules! numbers {
    ($($(#[$doc:meta])+ $name:ident: $least:literal to $most:literal;)+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(u16);

        impl $name {
            /// Checks and wraps a number.
            ///
            /// # Errors
            /// When it is out of bounds.
            pub const fn new(number: u16) -> Result<Self, NumberError> {
                match number {
                    $least..=$most => Ok(Self(number)),
                    _ => Err(NumberError { least: $least, most: $most }),
                }
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> u16 {
                self.0
            }
        }
    )+};
}

numbers! {
    /// For how many people there is room.
    Seats: 1 to 1000;
    /// How many took part. Who they were is stored nowhere.
    Attendance: 0 to 5000;
    /// How the office found it: 1 is the best.
    Grade: 1 to 5;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_bounds() {
        assert!(Seats::new(0).is_err() && Seats::new(1001).is_err());
        assert!(Attendance::new(0).is_ok() && Attendance::new(5001).is_err());
        assert!(Grade::new(0).is_err() && Grade::new(6).is_err());
        let refused = Grade::new(6).unwrap_err().to_string();
        assert_eq!(refused, "must be from 1 to 5");
        assert_eq!(Seats::new(1000).unwrap().get(), 1000);
    }
}
