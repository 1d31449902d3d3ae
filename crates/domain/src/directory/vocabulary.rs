//! What a centre offers, to whom, and how it is reached.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// A form of exploitation (§§ 232–233a StGB; Directive 2011/36/EU as amended by (EU) 2024/1712).
    ExploitationForm as "form of exploitation" {
        Sexual = "sexual", "sexuelle Ausbeutung", "sexual exploitation";
        Labour = "labour", "Ausbeutung der Arbeitskraft", "labour exploitation";
        Begging = "begging", "Ausbeutung der Bettelei", "exploitation of begging";
        CriminalActivity = "criminal_activity", "Ausbeutung strafbarer Handlungen", "exploitation of criminal activity";
        ForcedMarriage = "forced_marriage", "Zwangsheirat", "forced marriage";
        OrganRemoval = "organ_removal", "Organentnahme", "organ removal";
        Other = "other", "andere Form", "another form";
    }
}

vocabulary! {
    /// Whom a service is for. A service that names nobody is for everybody.
    TargetGroup as "target group" {
        Women = "women", "Frauen", "women";
        Men = "men", "Männer", "men";
        TransInterNonBinary = "trans_inter_non_binary", "trans, inter und nichtbinäre Menschen", "trans, inter and non-binary people";
        Minors = "minors", "Kinder und Jugendliche", "children and young people";
        Families = "families", "Eltern mit Kindern", "parents with children";
        Migrants = "migrants", "Migrantinnen und Migranten", "migrants";
        Undocumented = "undocumented", "Menschen ohne Aufenthaltspapiere", "people without residence papers";
        AsylumSeekers = "asylum_seekers", "Geflüchtete und Asylsuchende", "refugees and asylum seekers";
        SexWorkers = "sex_workers", "Menschen in der Prostitution", "people in prostitution";
        Workers = "workers", "Beschäftigte, auch entsandte und mobile", "workers, posted and mobile ones as well";
        Disabled = "disabled", "Menschen mit Behinderungen", "people with disabilities";
        Relatives = "relatives", "Angehörige", "relatives";
    }
}

vocabulary! {
    /// What a service does.
    Offer as "offer" {
        Counselling = "counselling", "Beratung", "counselling";
        CrisisIntervention = "crisis_intervention", "Krisenintervention", "crisis intervention";
        Accompaniment = "accompaniment", "Begleitung zu Behörden und Terminen", "accompaniment to authorities and appointments";
        CourtSupport = "court_support", "Begleitung im Strafverfahren (§ 406g StPO)", "support in criminal proceedings (§ 406g StPO)";
        Shelter = "shelter", "geschützte Unterkunft", "shelter";
        Accommodation = "accommodation", "Hilfe bei der Suche nach Unterkunft", "help with finding accommodation";
        LegalAdvice = "legal_advice", "Vermittlung von Rechtsberatung", "referral to legal advice";
        MedicalHelp = "medical_help", "Vermittlung medizinischer Hilfe", "referral to medical help";
        Therapy = "therapy", "Vermittlung von Therapie", "referral to therapy";
        SocialBenefits = "social_benefits", "Hilfe bei Anträgen und Leistungen", "help with applications and benefits";
        WageClaims = "wage_claims", "Hilfe bei Lohnansprüchen", "help with wage claims";
        Education = "education", "Sprachkurse und Bildung", "language courses and education";
        ExitSupport = "exit_support", "Hilfe beim Ausstieg", "support for leaving prostitution";
        ReturnSupport = "return_support", "Hilfe bei der Rückkehr", "help with returning";
        ChildProtection = "child_protection", "Schutz von Kindern und Jugendlichen", "protection of children and young people";
        Coordination = "coordination", "Koordination und Fachberatung", "coordination and advice for professionals";
    }
}

vocabulary! {
    /// How a service is reached.
    Channel as "channel" {
        Phone = "phone", "Telefon", "telephone";
        TextMessage = "text_message", "SMS", "text message";
        Messenger = "messenger", "Messenger", "messenger";
        Email = "email", "E-Mail", "e-mail";
        Chat = "chat", "Chat", "chat";
        Video = "video", "Video", "video";
        WebForm = "web_form", "Formular im Internet", "form on the web";
    }
}

vocabulary! {
    /// How a language is there.
    LanguageMode as "language mode" {
        Spoken = "spoken", "wird gesprochen", "is spoken";
        Interpreter = "interpreter", "durch Sprachmittlung", "by an interpreter";
    }
}

vocabulary! {
    /// Whether a service is there at present (HSDS `service.status`).
    ServiceStatus as "service status" {
        Active = "active", "erreichbar", "active";
        TemporarilyClosed = "temporarily closed", "vorübergehend geschlossen", "temporarily closed";
        Inactive = "inactive", "derzeit nicht angeboten", "inactive";
        Defunct = "defunct", "eingestellt", "defunct";
    }
}

vocabulary! {
    /// What makes a place accessible.
    AccessibilityFeature as "accessibility feature" {
        StepFree = "step_free", "stufenlos zugänglich", "step-free access";
        Lift = "lift", "Aufzug", "lift";
        AccessibleToilet = "accessible_toilet", "barrierefreie Toilette", "accessible toilet";
        TactileGuidance = "tactile_guidance", "taktiles Leitsystem", "tactile guidance";
        SignLanguage = "sign_language", "Gebärdensprache", "sign language";
        PlainLanguage = "plain_language", "leichte Sprache", "plain language";
        Discreet = "discreet", "unauffälliger Eingang", "discreet entrance";
    }
}
