//! Counselling centres in the directory: what they offer, to whom, how they are reached.

use super::vocabulary;

vocabulary! {
    /// A form of exploitation (§§ 232–233a StGB; Directive 2011/36/EU as amended by (EU) 2024/1712).
    ExploitationForm {
        Sexual = "sexual", "sexual exploitation (sexuelle Ausbeutung)";
        Labour = "labour", "labour exploitation (Ausbeutung der Arbeitskraft)";
        Begging = "begging", "exploitation of begging (Ausbeutung der Bettelei)";
        CriminalActivity = "criminal_activity", "exploitation of criminal activity (Ausbeutung strafbarer Handlungen)";
        ForcedMarriage = "forced_marriage", "forced marriage (Zwangsheirat)";
        OrganRemoval = "organ_removal", "organ removal (Organentnahme)";
        Other = "other", "another form (andere Form)";
    }
}

vocabulary! {
    /// Whom a service is for. A service that names nobody is for everybody.
    TargetGroup {
        Women = "women", "women (Frauen)";
        Men = "men", "men (Männer)";
        TransInterNonBinary = "trans_inter_non_binary", "trans, inter and non-binary people (trans, inter und nichtbinäre Menschen)";
        Minors = "minors", "children and young people (Kinder und Jugendliche)";
        Families = "families", "parents with children (Eltern mit Kindern)";
        Migrants = "migrants", "migrants (Migrantinnen und Migranten)";
        Undocumented = "undocumented", "people without residence papers (Menschen ohne Aufenthaltspapiere)";
        AsylumSeekers = "asylum_seekers", "refugees and asylum seekers (Geflüchtete und Asylsuchende)";
        SexWorkers = "sex_workers", "people in prostitution (Menschen in der Prostitution)";
        Workers = "workers", "workers, posted and mobile ones as well (Beschäftigte, auch entsandte und mobile)";
        Disabled = "disabled", "people with disabilities (Menschen mit Behinderungen)";
        Relatives = "relatives", "relatives (Angehörige)";
    }
}

vocabulary! {
    /// What a service does.
    Offer {
        Counselling = "counselling", "counselling (Beratung)";
        CrisisIntervention = "crisis_intervention", "crisis intervention (Krisenintervention)";
        Accompaniment = "accompaniment", "accompaniment to authorities and appointments (Begleitung zu Behörden und Terminen)";
        CourtSupport = "court_support", "support in criminal proceedings (§ 406g StPO) (Begleitung im Strafverfahren (§ 406g StPO))";
        Shelter = "shelter", "shelter (geschützte Unterkunft)";
        Accommodation = "accommodation", "help with finding accommodation (Hilfe bei der Suche nach Unterkunft)";
        LegalAdvice = "legal_advice", "referral to legal advice (Vermittlung von Rechtsberatung)";
        MedicalHelp = "medical_help", "referral to medical help (Vermittlung medizinischer Hilfe)";
        Therapy = "therapy", "referral to therapy (Vermittlung von Therapie)";
        SocialBenefits = "social_benefits", "help with applications and benefits (Hilfe bei Anträgen und Leistungen)";
        WageClaims = "wage_claims", "help with wage claims (Hilfe bei Lohnansprüchen)";
        Education = "education", "language courses and education (Sprachkurse und Bildung)";
        ExitSupport = "exit_support", "support for leaving prostitution (Hilfe beim Ausstieg)";
        ReturnSupport = "return_support", "help with returning (Hilfe bei der Rückkehr)";
        ChildProtection = "child_protection", "protection of children and young people (Schutz von Kindern und Jugendlichen)";
        Coordination = "coordination", "coordination and advice for professionals (Koordination und Fachberatung)";
    }
}

vocabulary! {
    /// How a service is reached.
    Channel {
        Phone = "phone", "telephone (Telefon)";
        TextMessage = "text_message", "text message (SMS)";
        Messenger = "messenger", "messenger (Messenger)";
        Email = "email", "e-mail (E-Mail)";
        Chat = "chat", "chat (Chat)";
        Video = "video", "video (Video)";
        WebForm = "web_form", "form on the web (Formular im Internet)";
    }
}

vocabulary! {
    /// How a language is there.
    LanguageMode {
        Spoken = "spoken", "is spoken (wird gesprochen)";
        Interpreter = "interpreter", "by an interpreter (durch Sprachmittlung)";
    }
}

vocabulary! {
    /// Whether a service is there at present (HSDS `service.status`).
    ServiceStatus {
        Active = "active", "active (erreichbar)";
        TemporarilyClosed = "temporarily closed", "temporarily closed (vorübergehend geschlossen)";
        Inactive = "inactive", "inactive (derzeit nicht angeboten)";
        Defunct = "defunct", "defunct (eingestellt)";
    }
}

vocabulary! {
    /// What makes a place accessible.
    AccessibilityFeature {
        StepFree = "step_free", "step-free access (stufenlos zugänglich)";
        Lift = "lift", "lift (Aufzug)";
        AccessibleToilet = "accessible_toilet", "accessible toilet (barrierefreie Toilette)";
        TactileGuidance = "tactile_guidance", "tactile guidance (taktiles Leitsystem)";
        SignLanguage = "sign_language", "sign language (Gebärdensprache)";
        PlainLanguage = "plain_language", "plain language (leichte Sprache)";
        Discreet = "discreet", "discreet entrance (unauffälliger Eingang)";
    }
}

vocabulary! {
    /// How far an entry can be relied on.
    EntryStanding {
        Confirmed = "confirmed", "confirmed by the coordination (von der Koordination bestätigt)";
        Changed = "changed", "changed since it was last confirmed (seit der letzten Bestätigung geändert)";
        Overdue = "overdue", "confirmed too long ago (Bestätigung liegt zu lange zurück)";
        NeverConfirmed = "never_confirmed", "never confirmed (noch nie bestätigt)";
    }
}

vocabulary! {
    /// Why a service is where it is in the answer.
    MatchReason {
        ServesPlace = "serves_place", "is there for this place (ist für diesen Ort da)";
        SameLand = "same_land", "is in the same Land (liegt in demselben Land)";
        AreaNotStated = "area_not_stated", "does not say which area it is there for (sagt nicht, für welches Gebiet es da ist)";
        OutsideArea = "outside_area", "is there for another area (ist für ein anderes Gebiet da)";
        SpeaksLanguage = "speaks_language", "speaks the language (spricht die Sprache)";
        ByInterpreter = "by_interpreter", "in the language by an interpreter (in der Sprache durch Sprachmittlung)";
        ForTargetGroup = "for_target_group", "expressly for this target group (ausdrücklich für diese Zielgruppe)";
        ForExploitationForm = "for_exploitation_form", "expressly for this form of exploitation (ausdrücklich bei dieser Form der Ausbeutung)";
        ComesToPerson = "comes_to_person", "comes to where the person is (kommt dorthin, wo die Person ist)";
        OpenNow = "open_now", "is open now (ist jetzt erreichbar)";
        TemporarilyClosed = "temporarily_closed", "is temporarily closed (ist vorübergehend geschlossen)";
        NotConfirmed = "not_confirmed", "the entry is not confirmed (der Eintrag ist nicht bestätigt)";
    }
}

vocabulary! {
    /// In which order services are told.
    SearchOrder {
        Suitable = "suitable", "suitable ones first (passende zuerst)";
        Distance = "distance", "nearest first (nächste zuerst)";
    }
}

vocabulary! {
    /// Whether an opening time holds on the public holidays of the Land.
    OnPublicHolidays {
        Closed = "closed", "not on public holidays (nicht an gesetzlichen Feiertagen)";
        Open = "open", "on public holidays as well (auch an gesetzlichen Feiertagen)";
        Only = "only", "on public holidays alone (nur an gesetzlichen Feiertagen)";
    }
}

vocabulary! {
    /// How often an opening time recurs (`FREQ` of RFC 5545, as in HSDS `schedule.freq`).
    Frequency {
        Daily = "DAILY", "every day (täglich)";
        Weekly = "WEEKLY", "every week (wöchentlich)";
        Monthly = "MONTHLY", "every month (monatlich)";
    }
}

vocabulary! {
    /// Whether a service is open.
    OpeningKind {
        NotStated = "not_stated", "it does not say when it is open (keine Angabe)";
        Open = "open", "open (erreichbar)";
        Closed = "closed", "closed (nicht erreichbar)";
    }
}

vocabulary! {
    /// How a place was found.
    PlaceMatch {
        Postcode = "postcode", "by its postcode (durch die Postleitzahl)";
        Exact = "exact", "its name was given (der Name stimmt)";
        Beginning = "beginning", "its name begins so, or a longer name was given (der Anfang stimmt)";
        Similar = "similar", "its name is similar (ein ähnlicher Name)";
    }
}

vocabulary! {
    /// A form in which the directory is taken along or brought in.
    DirectoryFormat {
        HsdsJson = "hsds_json", "Open Referral HSDS 3 as JSON: an array of organizations with all that belongs to them (HSDS 3 als JSON)";
        HsdsPackage = "hsds_package", "Open Referral HSDS 3 as a tabular data package: a ZIP file of CSV tables with datapackage.json (HSDS 3 als Datenpaket)";
        Csv = "csv", "one line for each service, for spreadsheets (eine Zeile je Angebot, für Tabellenkalkulationen)";
    }
}
