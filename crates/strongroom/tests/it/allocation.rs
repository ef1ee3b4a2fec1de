//! From the request to the decision nothing is allocated.

use allocation_counter::measure;
use strongroom::testing::Rehearsal;
use strongroom::types::{DescribeKeyRequest, EncryptRequest};
use strongroom::{Caller, EncryptionContext, Kms, ops};

const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
 {"Sid":"Administration","Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"kms:*","Resource":"*"},
 {"Sid":"App","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/app"},"Action":["kms:Encrypt","kms:Decrypt"],
  "Resource":"*","Condition":{"StringEquals":{"kms:EncryptionContext:tenant":"42","kms:KeySpec":"SYMMETRIC_DEFAULT"},
  "StringLikeIfExists":{"kms:RequestAlias":"alias/o*"}}},
 {"Sid":"Everyone","Effect":"Allow","Principal":"*","Action":"kms:DescribeKey","Resource":"*",
  "Condition":{"NumericLessThanIfExists":{"aws:MultiFactorAuthAge":"999999999999"},"StringLikeIfExists":{"aws:PrincipalTag/team":"*"},
  "ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-*","aws:CalledVia":"*.amazonaws.com"},"IpAddressIfExists":{"aws:SourceIp":"203.0.113.0/24"}}},
 {"Sid":"NeverElsewhere","Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*",
  "Condition":{"StringLike":{"kms:ViaService":"ec2.*"}}}]}"#;

/// What deciding on a call of a caller of each kind allocates, with everything that his kind can have.
fn allocation_of_everyone(kms: &Kms, key: &str) -> u64 {
    let mut total = 0;
    for (_, who) in super::identity::kinds() {
        let client = kms.client(who).unwrap();
        let rehearsal = Rehearsal::new(&client).unwrap();
        let request = DescribeKeyRequest::new(key);
        let look = || rehearsal.decide::<ops::DescribeKey>(&client, &request).is_ok();
        assert!(look(), "and the caches are warm");
        total += measure(|| assert!(look())).count_total;
    }
    total
}

#[test]
fn nothing_is_allocated_from_the_request_to_the_decision() {
    let kms = Kms::in_memory().unwrap();
    let root = kms.client(Caller::root()).unwrap();
    let key = super::support::symmetric_with(&root, POLICY);
    root.create_alias("alias/orders", &*key.id).send().unwrap();
    let app = kms.client(Caller::user("app")).unwrap();
    let rehearsal = Rehearsal::new(&app).unwrap();
    let context = EncryptionContext::from_pairs([("app", "orders"), ("tenant", "42")]).unwrap();
    let elsewhere = allocation_of_everyone(&kms, &key.arn);
    assert_eq!(elsewhere, 0, "whatever is known of a caller");
    for name in [
        "alias/orders".to_owned(),
        "arn:aws:kms:us-east-1:000000000000:alias/orders".to_owned(),
        key.id.clone(),
        key.arn,
    ] {
        let request = EncryptRequest::new(name, b"x".as_slice()).encryption_context(context.clone());
        let mut decided = rehearsal.decide::<ops::Encrypt>(&app, &request); // the caches are warm from here on
        let info = measure(|| decided = rehearsal.decide::<ops::Encrypt>(&app, &request));
        decided.unwrap();
        assert_eq!(info.count_total, 0, "{info:?}");
    }
}
