//! The directory of counselling centres is brought in from a file and taken along into one.

use std::fs;

use crate::place::{Place, text};

/// What an installation can begin with.
const CENTRES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../storage/reference-data/centres.csv"
);

#[test]
fn a_file_is_rehearsed_brought_in_once_and_taken_along() {
    let place = Place::new("directory");
    let rows = fs::read_to_string(CENTRES).unwrap().lines().count() - 1;
    let said = place.says(&["directory", "import", CENTRES, "--rehearse"]);
    assert_eq!(
        said,
        format!("{rows} added, 0 changed, 0 as they were (only a rehearsal)\n")
    );
    let said = place.says(&["directory", "import", CENTRES]);
    assert_eq!(said, format!("{rows} added, 0 changed, 0 as they were\n"));
    for name in ["all.json", "all.zip", "all.csv"] {
        place.says(&["directory", "export", name]);
        let said = place.says(&["directory", "import", name]);
        assert_eq!(
            said,
            format!("0 added, 0 changed, {rows} as they were\n"),
            "{name}"
        );
    }
    let printed = place.run(&["directory", "export", "-", "--format", "csv"]);
    assert_eq!(
        printed.stdout,
        fs::read(place.path().join("all.csv")).unwrap()
    );
}

#[test]
fn a_faulty_file_is_told_line_by_line_and_nothing_of_it_is_taken() {
    let place = Place::new("directory-faults");
    let table = "id,name,city,postcode,email\n\
        a,Ahorn,Rostock,18055,\n\
        b,Birke,Nirgendwo,00000,\n\
        c,Clematis,Kiel,24103,kein-at\n";
    fs::write(place.path().join("faulty.csv"), table).unwrap();
    let refused = place.run(&["directory", "import", "faulty.csv"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(said.contains("line 3") && said.contains("line 4"), "{said}");
    assert!(said.contains("nothing was brought in: 2 faults"), "{said}");
    assert!(!said.contains("kein-at"), "{said}");
    place.says(&["directory", "export", "none.csv"]);
    let none = fs::read_to_string(place.path().join("none.csv")).unwrap();
    assert_eq!(none.lines().count(), 1, "{none}");
    let said = place.fails(&["directory", "import", "faulty"]);
    assert!(said.contains("--format"), "{said}");
}
