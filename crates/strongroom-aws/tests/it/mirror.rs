//! One table of requests and what AWS answers, held against three mirrors: the builders of the Rust client, the service in
//! this process, and the service on a socket. Three strongrooms of one seed draw the same bytes, so nothing in the answers is
//! random to the comparison: ids, material, ciphertexts, signatures and request ids must be equal to the last byte.
//!
//! Every row says where its expectation is from. A row is independent of the others: it gets strongrooms of its own.

mod aliases;
mod answer;
mod crypto;
mod data_keys;
mod keys;
mod listing;
mod mac;
mod names;
mod policies;
mod rotation;
mod row;
mod run;
mod signing;
mod stage;
mod states;
mod tags;

use std::collections::BTreeMap;

use strongroom::Operation;

use row::{Row, Source};
use run::Counts;

/// A family of operations and its rows.
type Family = (&'static str, fn() -> Vec<Row>);

const TABLE: [Family; 11] = [
    ("aliases", aliases::rows),
    ("crypto", crypto::rows),
    ("data keys", data_keys::rows),
    ("keys", keys::rows),
    ("listing", listing::rows),
    ("mac", mac::rows),
    ("policies", policies::rows),
    ("rotation", rotation::rows),
    ("signing", signing::rows),
    ("states", states::rows),
    ("tags", tags::rows),
];

#[tokio::test(flavor = "multi_thread")]
async fn builders_service_and_socket_answer_alike_and_as_aws_does() {
    let (mut total, mut wrong) = (Counts::default(), Vec::new());
    for (family, rows) in TABLE {
        let mut counts = Counts::default();
        for row in rows() {
            counts.row(&row);
            match run::mirrored(&row).await {
                Ok(comparisons) => counts.comparisons += comparisons,
                Err(why) => wrong.push(format!("{family}: {}: {} ({})\n{why}", row.operation, row.name, row.source)),
            }
        }
        println!("{family}: {counts}");
        total += counts;
    }
    println!("mirror: {total}; {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} rows are wrong:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_served_operation_has_rows_and_a_third_of_all_are_errors() {
    let rows: Vec<Row> = TABLE.iter().flat_map(|(_, rows)| rows()).collect();
    let errors = rows.iter().filter(|row| row.is_error()).count();
    assert!(errors * 3 >= rows.len(), "{errors} of {}", rows.len());
    let rows_of = |operation| rows.iter().filter(|row| row.operation == operation).count();
    let served: Vec<Operation> = strongroom::served().collect();
    assert!(served.len() >= 35);
    for operation in served {
        assert!(rows_of(operation) >= 3, "{operation} has {} rows", rows_of(operation));
    }
    let mut names = BTreeMap::new();
    for row in &rows {
        assert_eq!(names.insert((row.operation, row.name), ()), None, "{}: {}", row.operation, row.name);
    }
}

#[test]
fn what_a_row_cites_of_the_api_is_in_awss_model() {
    let model: serde_json::Value =
        serde_json::from_str(include_str!("../../../strongroom-api/model/kms-api.json")).unwrap();
    let members = |shape: &serde_json::Value| model["shapes"][shape.as_str().unwrap_or_default()]["members"].clone();
    for row in TABLE.iter().flat_map(|(_, rows)| rows()) {
        let Source::Api(cited) = row.source else { continue };
        let place = cited.split(':').next().unwrap();
        let (owner, member) = place.split_once('.').unwrap_or((place, ""));
        let operation = &model["operations"][owner];
        let known = match operation.is_null() {
            true => {
                !model["shapes"][owner].is_null()
                    && (member.is_empty() || !model["shapes"][owner]["members"][member].is_null())
            }
            false => {
                let (input, output) = (members(&operation["input"]["shape"]), members(&operation["output"]["shape"]));
                let error =
                    operation["errors"].as_array().is_some_and(|all| all.iter().any(|error| error["shape"] == member));
                member.is_empty() || error || !input[member].is_null() || !output[member].is_null()
            }
        };
        assert!(known, "{}: {cited}", row.name);
    }
}
