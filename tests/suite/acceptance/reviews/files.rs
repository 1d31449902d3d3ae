//! The figures as files: the same numbers in each, and the same ones withheld.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use freigabe_contract::{ProblemType, vocabulary::FigureTopic};
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp,
    network::{HANNOVER, KB_HAMBURG},
    on_both_databases,
};

use super::{by_date, figures::told_of_help, measure};
use crate::support::{NOBODYS, directory::entry_of};

async fn file(app: &TestApp, id: uuid::Uuid, format: &str) -> Vec<u8> {
    let path = format!("/v1/reviews/{id}/figures/export?format={format}");
    let answer = Raw::get(path)
        .send(&app.centre_a())
        .await
        .expect_status(200);
    answer.body.to_vec()
}

on_both_databases! {
    async fn every_file_withholds_the_same_numbers(app: TestApp) {
        let entry = entry_of(&app.centre_a()).await;
        told_of_help(&app.office(KB_HAMBURG), entry, 6).await;
        told_of_help(&app.office(HANNOVER), entry, 2).await;
        let review = by_date(&app).await;
        app.coordination().propose_measure(review.id, &measure("police"), None).await.unwrap();

        let csv = String::from_utf8(file(&app, review.id, "csv").await).unwrap();
        let line = |land: &str| {
            let start = format!("referral_notices,{HANNOVER},{land},sum,");
            csv.lines().find(|line| line.starts_with(&start)).expect("a line").to_owned()
        };
        assert!(line("").ends_with(",cases,8,no"), "{}", line(""));
        assert!(line("DE-HH").ends_with(",cases,,yes"));
        assert!(line("DE-HB").ends_with(",cases,0,no"));

        let mut book = Xlsx::new(Cursor::new(file(&app, review.id, "xlsx").await)).expect("a workbook");
        assert_eq!(book.sheet_names().len(), 1 + FigureTopic::ALL.len());
        let sheet = book.worksheet_range("referral_notices").expect("a sheet");
        let sums: Vec<(String, Data)> = sheet
            .rows()
            .skip(2)
            .map(|row| (row[0].to_string(), row[3].clone()))
            .collect();
        let of = |area: &str| sums.iter().find(|one| one.0 == area).expect("an area").1.clone();
        assert_eq!(of("Bundesgebiet"), Data::Float(8.0));
        assert_eq!(of(&format!("{HANNOVER} · DE-HH")), Data::String("–".to_owned()));
        let said = book.worksheet_range("review").expect("a sheet");
        assert!(said.rows().any(|row| row.iter().any(|cell| cell.to_string().contains("Fortbildung"))));

        for (format, word) in [("html_de", "Bundesgebiet"), ("html_en", "Germany")] {
            let page = String::from_utf8(file(&app, review.id, format).await).unwrap();
            assert!(page.contains(word) && page.contains("<svg ") && page.contains("Fortbildung"));
            assert!(!page.contains("<script") && !page.contains("<link") && !page.contains("<img"));
            let area = format!("{HANNOVER} · DE-NI</td>");
            let row = page.split("<tr>").find(|row| row.contains(&area)).expect("a row");
            assert!(row.contains("<td>–</td>"), "{row}");
        }
    }

    async fn a_file_has_one_of_the_formats_and_belongs_to_an_open_review(app: TestApp) {
        let review = by_date(&app).await;
        for query in ["format=pdf", "", "format=csv&format=xlsx"] {
            let path = format!("/v1/reviews/{}/figures/export?{query}", review.id);
            let answer = Raw::get(path).send(&app.centre_a()).await;
            let _ = answer.expect_problem(ProblemType::InvalidQuery);
        }
        let path = format!("/v1/reviews/{NOBODYS}/figures/export?format=csv");
        let _ = Raw::get(path).send(&app.centre_a()).await.expect_problem(ProblemType::NotFound);
    }
}
