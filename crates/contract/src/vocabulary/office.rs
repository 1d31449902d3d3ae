//! Police offices and competence.

use super::vocabulary;

vocabulary! {
    /// Level of an office in the Bundespolizei, from the top down.
    OfficeKind {
        Praesidium = "praesidium", "headquarters (Bundespolizeipräsidium)";
        Direktion = "direktion", "directorate (Bundespolizeidirektion)";
        Inspektion = "inspektion", "inspectorate (Bundespolizeiinspektion)";
        Revier = "revier", "station (Bundespolizeirevier)";
    }
}

vocabulary! {
    /// What an office is there for. Only general and serious-crime offices are ever suggested for a place.
    Specialism {
        General = "general", "general (allgemein)";
        SeriousCrime = "serious_crime", "serious crime (Kriminalitätsbekämpfung)";
        Airport = "airport", "airport (Flughafen)";
        Sea = "sea", "sea (See)";
        Support = "support", "support (Unterstützung)";
    }
}

vocabulary! {
    /// A Land of the Federal Republic of Germany. The codes are those of ISO 3166-2.
    Land {
        BadenWuerttemberg = "DE-BW", "Baden-Württemberg";
        Bavaria = "DE-BY", "Bavaria (Bayern)";
        Berlin = "DE-BE", "Berlin";
        Brandenburg = "DE-BB", "Brandenburg";
        Bremen = "DE-HB", "Bremen";
        Hamburg = "DE-HH", "Hamburg";
        Hesse = "DE-HE", "Hesse (Hessen)";
        MecklenburgVorpommern = "DE-MV", "Mecklenburg-Western Pomerania (Mecklenburg-Vorpommern)";
        LowerSaxony = "DE-NI", "Lower Saxony (Niedersachsen)";
        NorthRhineWestphalia = "DE-NW", "North Rhine-Westphalia (Nordrhein-Westfalen)";
        RhinelandPalatinate = "DE-RP", "Rhineland-Palatinate (Rheinland-Pfalz)";
        Saarland = "DE-SL", "Saarland";
        Saxony = "DE-SN", "Saxony (Sachsen)";
        SaxonyAnhalt = "DE-ST", "Saxony-Anhalt (Sachsen-Anhalt)";
        SchleswigHolstein = "DE-SH", "Schleswig-Holstein";
        Thuringia = "DE-TH", "Thuringia (Thüringen)";
    }
}

vocabulary! {
    /// The task of the police that a message concerns.
    Task {
        CriminalInvestigation = "criminal_investigation", "criminal investigation (Strafverfolgung)";
        DangerPrevention = "danger_prevention", "prevention of danger (Gefahrenabwehr)";
        VictimProtection = "victim_protection", "protection of the affected person (Schutz der betroffenen Person)";
    }
}

vocabulary! {
    /// Why an office is competent, in the order in which the suggestion asks.
    CompetenceReason {
        HandlesCase = "handles_case", "already handles the case (bearbeitet den Fall bereits)";
        RegionalAgreement = "regional_agreement", "regional agreement (regionale Vereinbarung)";
        PlaceAndTask = "place_and_task", "by place and task (nach Ort und Aufgabe)";
        DirektionOfLand = "direktion_of_land", "Direktion of the Land (Direktion des Landes)";
        Praesidium = "praesidium", "Präsidium";
    }
}

vocabulary! {
    /// What someone who relies on a suggestion should know about it.
    CompetenceNote {
        NearestSeat = "nearest_seat", "areas of Inspektionen are not on file; the nearest known seat is suggested (Die Gebiete der Inspektionen sind nicht hinterlegt; vorgeschlagen ist der nächste bekannte Sitz)";
        NoInspektion = "no_inspektion", "no Inspektion for this task is on file for this Direktion (Zu dieser Direktion ist keine Inspektion für diese Aufgabe hinterlegt)";
        NoDirektion = "no_direktion", "no Direktion is on file for this Land (Zu diesem Land ist keine Direktion hinterlegt)";
    }
}
