//! The rows against the model and the overlay, each read afresh.

use std::collections::BTreeMap;

use serde_json::Value;
use strongroom_api::{ErrorCode, ROWS, TABLE, describe};
use strongroom_types::Operation;
use strongroom_types::row::{StateVerdict, UsageRule};
use strongroom_types::structure::{RecordRule, ShapeKind};

use crate::model::Model;
use crate::operations::all;

#[test]
fn there_is_one_row_per_operation_in_the_order_of_their_names() {
    let rows: Vec<Operation> = ROWS.iter().map(|r| r.operation).collect();
    assert_eq!(rows, Operation::ALL);
    for (description, row) in TABLE.iter().zip(&ROWS) {
        assert!(std::ptr::eq(description.row, row));
        assert!(std::ptr::eq(describe(row.operation).unwrap(), description));
    }
    assert_eq!(describe(Operation::Encrypt).unwrap().target(), "TrentService.Encrypt");
}

#[test]
fn what_the_model_knows_of_a_row_is_the_models() {
    let model = Model::load();
    for (entry, description) in all().iter().zip(&TABLE) {
        let members = model.members(&model.input(entry.name));
        let sends = |name: &str| members.iter().any(|(m, _, _)| m == name);
        assert_eq!(entry.row.operation.as_str(), entry.name);
        assert_eq!(entry.row.dry_run, sends("DryRun"));
        assert_eq!(entry.row.grant_tokens, sends("GrantTokens"));
        assert_eq!(entry.row.errors, model.errors(entry.name));
        assert_eq!(description.output.map(|s| s.name), model.output(entry.name).as_deref());
        assert!(entry.row.keys.iter().all(|k| sends(k.member) && k.or_ciphertext.is_none_or(sends)));
    }
    assert_eq!(ROWS.iter().filter(|r| r.dry_run).count(), 17);
    assert_eq!(ROWS.iter().filter(|r| r.grant_tokens).count(), 17);
    assert_eq!(TABLE.iter().filter(|d| d.output.is_none()).count(), 14);
}

/// The key-state table comes from AWS's guide, the declared errors from its model: two sources.
#[test]
fn no_state_answers_with_an_error_that_the_operation_does_not_declare() {
    let mut checked = 0;
    for row in ROWS.iter().filter(|r| !r.keys.is_empty()) {
        let s = row.states;
        for verdict in
            [s.enabled, s.disabled, s.pending_deletion, s.pending_import, s.unavailable, s.creating, s.updating]
        {
            let code = match verdict {
                StateVerdict::Ok => continue,
                StateVerdict::Disabled => ErrorCode::Disabled,
                StateVerdict::Unsupported => ErrorCode::UnsupportedOperation,
                _ => ErrorCode::KmsInvalidState,
            };
            assert!(row.errors.contains(&code.as_str()), "{} {verdict:?}", row.operation);
            checked += 1;
        }
        let code = match row.usage {
            UsageRule::Any => continue,
            UsageRule::Is(_) | UsageRule::SymmetricEncryption => ErrorCode::InvalidKeyUsage,
            _ => ErrorCode::UnsupportedOperation,
        };
        assert!(row.errors.contains(&code.as_str()), "{} {:?}", row.operation, row.usage);
    }
    println!("{checked} verdicts are declared");
}

#[test]
fn every_member_is_in_exactly_one_record_class() {
    let model = Model::load();
    let overlay: Value = serde_json::from_str(include_str!("../../model/overlay.json")).unwrap();
    let rules = [
        ("never", RecordRule::Never),
        ("if_sent", RecordRule::IfSent),
        ("always", RecordRule::Always),
        ("hidden", RecordRule::Hidden),
    ];
    let mut count = BTreeMap::new();
    for entry in all() {
        let input = model.input(entry.name);
        let ShapeKind::Struct(members) = entry.input.shape.kind else { unreachable!() };
        assert_eq!(members.len(), model.members(&input).len());
        for member in members {
            let holds = |list: &str| {
                overlay["structures"][&input][list]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|m| **m == *member.name)
                    .count()
            };
            assert_eq!(rules.iter().map(|(list, _)| holds(list)).sum::<usize>(), 1, "{input}.{}", member.name);
            let (list, _) = rules.iter().find(|(_, rule)| *rule == member.record).unwrap();
            assert_eq!(holds(list), 1);
            *count.entry(*list).or_insert(0) += 1;
            if model.shape(member.shape.name)["sensitive"] == true {
                assert_eq!(member.record, RecordRule::Never, "{input}.{}", member.name);
            }
        }
    }
    println!("input members by record class: {count:?}");
}

/// The two members of `CreateKey` that mean one thing stand for each other, so that no policy on
/// either can be passed by sending the other.
#[test]
fn the_two_names_of_a_key_spec_stand_for_each_other() {
    use strongroom_api::types::CreateKeyRequest;
    use strongroom_types::structure::{Kind, Member, Structure, Value, Visitor};
    use strongroom_types::{CustomerMasterKeySpec, KeySpec};

    fn specs(request: &CreateKeyRequest) -> Vec<String> {
        struct Look<'a>(&'a CreateKeyRequest, Vec<String>);
        impl<'a> Visitor<'a> for Look<'a> {
            fn member(&mut self, member: &'static Member, value: Option<&'a dyn Value>) {
                if member.name.ends_with("KeySpec")
                    && let Some(Kind::Str(text)) = member.effective(value, self.0)
                {
                    self.1.push(text.into());
                }
            }
        }
        let mut look = Look(request, Vec::new());
        request.visit(&mut look);
        look.1
    }

    assert_eq!(specs(&CreateKeyRequest::new()), ["SYMMETRIC_DEFAULT"; 2]);
    assert_eq!(specs(&CreateKeyRequest::new().key_spec(KeySpec::Rsa2048)), ["RSA_2048"; 2]);
    let old = CreateKeyRequest::new().customer_master_key_spec(CustomerMasterKeySpec::EccNistP256);
    assert_eq!(specs(&old), ["ECC_NIST_P256"; 2]);
}

#[test]
fn the_guide_shows_the_overlay_as_it_is() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/adding-an-operation.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let from = guide.find("\"UpdateKeyDescription\": {").unwrap();
    let to = guide[from..].find("\n    }\n").unwrap();
    let shown: Value = serde_json::from_str(&format!("{{{}}}}}", &guide[from..from + to])).unwrap();
    let overlay: Value = serde_json::from_str(include_str!("../../model/overlay.json")).unwrap();
    assert_eq!(shown["UpdateKeyDescription"], overlay["operations"]["UpdateKeyDescription"]);
}
