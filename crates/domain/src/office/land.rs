//! The sixteen Länder.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// A Land of the Federal Republic of Germany. The codes are those of ISO 3166-2.
    Land as "land" {
        BadenWuerttemberg = "DE-BW", "Baden-Württemberg", "Baden-Württemberg";
        Bavaria = "DE-BY", "Bayern", "Bavaria";
        Berlin = "DE-BE", "Berlin", "Berlin";
        Brandenburg = "DE-BB", "Brandenburg", "Brandenburg";
        Bremen = "DE-HB", "Bremen", "Bremen";
        Hamburg = "DE-HH", "Hamburg", "Hamburg";
        Hesse = "DE-HE", "Hessen", "Hesse";
        MecklenburgVorpommern = "DE-MV", "Mecklenburg-Vorpommern", "Mecklenburg-Western Pomerania";
        LowerSaxony = "DE-NI", "Niedersachsen", "Lower Saxony";
        NorthRhineWestphalia = "DE-NW", "Nordrhein-Westfalen", "North Rhine-Westphalia";
        RhinelandPalatinate = "DE-RP", "Rheinland-Pfalz", "Rhineland-Palatinate";
        Saarland = "DE-SL", "Saarland", "Saarland";
        Saxony = "DE-SN", "Sachsen", "Saxony";
        SaxonyAnhalt = "DE-ST", "Sachsen-Anhalt", "Saxony-Anhalt";
        SchleswigHolstein = "DE-SH", "Schleswig-Holstein", "Schleswig-Holstein";
        Thuringia = "DE-TH", "Thüringen", "Thuringia";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_sixteen_laender_and_their_codes_read_back() {
        assert_eq!(Land::ALL.len(), 16);
        for land in Land::ALL {
            assert_eq!(Land::from_code(land.code()), Ok(*land));
        }
        assert!(Land::from_code("AT-7").is_err());
    }
}
