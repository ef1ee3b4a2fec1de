//! Decisions at 1, 10 and 100 statements.
#![allow(clippy::unwrap_used, reason = "a bench that can't be set up has nothing to say")]

use std::hint::black_box;

use criterion::Criterion;
use strongroom_benches::{Case, print_beside_floor};
use strongroom_policy::{
    CompileContext, Compiled, ConditionValue, ConditionValues, Document, Layers, PrincipalView, Request,
    compile_key_policy, decide,
};
use strongroom_types::{AccountId, Action, ConditionKey, Principal, Region};

const ARN: &str = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn policy(statements: usize, everybody: bool) -> Compiled {
    let statement = |n: usize| {
        let principal = match everybody {
            true => "\"*\"".to_owned(),
            false => format!(r#"{{"AWS":"arn:aws:iam::000000000000:user/u{n}"}}"#),
        };
        format!(
            r#"{{"Sid":"S{n}","Effect":"Allow","Principal":{principal},"Action":["kms:Encrypt","kms:Decrypt"],"Resource":"*",
            "Condition":{{"StringEquals":{{"kms:ViaService":"s{n}.us-east-1.amazonaws.com"}},"Bool":{{"aws:SecureTransport":"true"}}}}}}"#
        )
    };
    let list: Vec<String> = (0..statements).map(statement).collect();
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, list.join(","));
    let partition = Region::US_EAST_1.partition();
    compile_key_policy(&Document::parse(&text).unwrap(), &CompileContext::new(partition, AccountId::NOBODY)).unwrap()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (statements, everybody) in [(1, false), (10, false), (100, false), (10, true), (100, true)] {
        let compiled = policy(statements, everybody);
        let last = statements - 1;
        let partition = Region::US_EAST_1.partition();
        let user = Principal::user(partition, AccountId::NOBODY, &format!("u{last}"), "AIDAEXAMPLE");
        let caller = PrincipalView::new(user);
        let via = format!("s{last}.us-east-1.amazonaws.com");
        let mut values = ConditionValues::new();
        values
            .set(ConditionKey::KmsViaService, ConditionValue::Str(&via))
            .set(ConditionKey::AwsSecureTransport, ConditionValue::Bool(true));
        let layers = Layers::new(&compiled);
        let request = Request::on_key(Action::Encrypt, &caller, ARN, AccountId::NOBODY, &values);
        assert!(decide(&layers, &request).is_allow());
        let kind = if everybody { "all match, the last condition decides" } else { "distinct principals" };
        print_beside_floor(
            &format!("decide, {statements} statements, {kind}"),
            &mut [
                Case::new("floor: comparing the two texts of one statement", || {
                    black_box(black_box(ARN) == black_box(ARN) && black_box(&*via) == black_box(&*via));
                }),
                Case::new("decide", || {
                    black_box(decide(black_box(&layers), black_box(&request)));
                }),
            ],
        );
        criterion.bench_function(&format!("policy/decide/{statements}/{everybody}"), |b| {
            b.iter(|| decide(black_box(&layers), black_box(&request)));
        });
    }
    criterion.final_summary();
}
