//! Keys that services keep: AWS managed keys in the accounts of those who use the service, and the keys that a service owns.

use strongroom_types::{AccountId, AliasName, KeyArn, KeyManagerType, NameError, Region, Timestamp};

use crate::change::{Change, RecordKind};
use crate::layout;
use crate::lifecycle::{Known, NewKey, create_key};
use crate::records::{AliasRecord, KeyRecord, RotationSchedule, VersionRecord};
use crate::rotation::{USUAL_ROTATION_PERIOD, moved};

/// A service that keeps a key in each account that uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a table row")]
pub struct ManagedService {
    /// What stands behind `alias/aws/`.
    pub alias: &'static str,
    /// What the service's principal and `kms:ViaService` begin with: `s3`.
    pub name: &'static str,
    /// The service's name in prose.
    pub title: &'static str,
    /// What its key protects.
    pub protects: &'static str,
}

const fn row(alias: &'static str, name: &'static str, title: &'static str, protects: &'static str) -> ManagedService {
    ManagedService { alias, name, title, protects }
}

/// The services that keep a key in each account, in the order of their aliases. Names are those of the AWS KMS Developer
/// Guide, "kms:ViaService"; aliases those of each service's own page on encryption at rest.
pub const MANAGED_SERVICES: &[ManagedService] = &[
    row("backup", "backup", "AWS Backup", "backups"),
    row("codeartifact", "codeartifact", "CodeArtifact", "CodeArtifact assets"),
    row("codecommit", "codecommit", "CodeCommit", "repositories"),
    row("connect", "connect", "Amazon Connect", "Connect data"),
    row("dms", "dms", "AWS DMS", "replication storage"),
    row("dynamodb", "dynamodb", "DynamoDB", "DynamoDB tables"),
    row("ebs", "ec2", "EBS", "EBS volumes"),
    row("elasticfilesystem", "elasticfilesystem", "EFS", "EFS filesystems"),
    row("es", "es", "OpenSearch Service", "search domains"),
    row("fsx", "fsx", "Amazon FSx", "FSx resources"),
    row("glue", "glue", "AWS Glue", "Glue data"),
    row("kinesis", "kinesis", "Kinesis", "Kinesis streams"),
    row("kinesisvideo", "kinesisvideo", "Kinesis Video Streams", "video streams"),
    row("lambda", "lambda", "AWS Lambda", "Lambda functions"),
    row("lightsail", "lightsail", "Lightsail", "Lightsail resources"),
    row("rds", "rds", "RDS", "RDS database volumes"),
    row("redshift", "redshift", "Redshift", "Redshift clusters"),
    row("s3", "s3", "S3", "S3 objects"),
    row("secretsmanager", "secretsmanager", "Secrets Manager", "secrets"),
    row("ses", "ses", "SES", "SES messages"),
    row("sns", "sns", "SNS", "SNS data"),
    row("sqs", "sqs", "SQS", "SQS messages"),
    row("ssm", "ssm", "Systems Manager", "parameters"),
    row("workmail", "workmail", "WorkMail", "WorkMail messages"),
    row("workspaces", "workspaces", "WorkSpaces", "WorkSpaces volumes"),
    row("xray", "xray", "X-Ray", "X-Ray data"),
];

/// What a service may do with its key (AWS KMS Developer Guide, "AWS managed keys": the statement of every such key).
const USE: &str = r#""kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey""#;

/// The end of the names of services in a Region's partition.
fn suffix(region: Region) -> &'static str {
    if region.as_str().starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}

impl ManagedService {
    /// The service whose key the alias `alias/aws/…` names.
    #[must_use]
    pub fn of_alias(name: &str) -> Option<&'static Self> {
        let name = name.strip_prefix("alias/aws/")?;
        MANAGED_SERVICES.iter().find(|service| service.alias == name)
    }

    /// The alias of its keys.
    ///
    /// # Errors
    /// None: every row's alias is a name.
    pub fn alias_name(&self) -> Result<AliasName, NameError> {
        format!("alias/aws/{}", self.alias).parse()
    }

    /// Its principal.
    #[must_use]
    pub fn principal(&self) -> String {
        format!("{}.amazonaws.com", self.name)
    }

    /// The description of its keys.
    #[must_use]
    pub fn description(&self) -> String {
        format!("Default key that protects my {} when no other key is defined", self.protects)
    }

    /// The policy of its key in `account`, which nobody can change: use through the service by everyone in the account who
    /// may use the service, use by the service itself, and a look at the key's metadata for whom the account lets look.
    #[must_use]
    pub fn policy(&self, account: AccountId, region: Region) -> String {
        let Self { alias, name, title, .. } = self;
        let (partition, suffix, principal) = (region.partition(), suffix(region), self.principal());
        format!(
            r#"{{
  "Version" : "2012-10-17",
  "Id" : "auto-{alias}-2",
  "Statement" : [ {{
    "Sid" : "Allow access through {title} for all principals in the account that are authorized to use {title}",
    "Effect" : "Allow",
    "Principal" : {{ "AWS" : "*" }},
    "Action" : [ {USE} ],
    "Resource" : "*",
    "Condition" : {{
      "StringEquals" : {{ "kms:CallerAccount" : "{account}", "kms:ViaService" : "{name}.{region}.{suffix}" }}
    }}
  }}, {{
    "Sid" : "Allow {title} itself",
    "Effect" : "Allow",
    "Principal" : {{ "Service" : "{principal}" }},
    "Action" : [ {USE} ],
    "Resource" : "*"
  }}, {{
    "Sid" : "Allow direct access to key metadata to the account",
    "Effect" : "Allow",
    "Principal" : {{ "AWS" : "arn:{partition}:iam::{account}:root" }},
    "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant" ],
    "Resource" : "*"
  }} ]
}}"#
        )
    }
}

/// The policy of a key that the service `principal` owns: nobody else may do anything with it, nor see it.
#[must_use]
pub fn service_owned_policy(principal: &str) -> String {
    format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "service-owned-1",
  "Statement" : [ {{
    "Sid" : "Allow the service that owns the key",
    "Effect" : "Allow",
    "Principal" : {{ "Service" : "{principal}" }},
    "Action" : [ {USE} ],
    "Resource" : "*"
  }} ]
}}"#
    )
}

/// A key of the service `principal`, with its alias, all at once: the commit fails if the alias exists, so that there is
/// one key whoever else makes it.
#[must_use]
pub fn create_service_key(
    (account, region): (AccountId, Region),
    (principal, alias): (&str, &AliasName),
    new: NewKey,
    (version, known): (&VersionRecord, Known),
    now: Timestamp,
) -> (KeyRecord, Vec<Change>) {
    let (made, mut changes) = create_key(account, region, new, version, known, now);
    let now = now.to_millis();
    let record = KeyRecord {
        manager: KeyManagerType::Aws,
        service: Some(principal.to_owned()),
        aliases: 1,
        rotation: Some(RotationSchedule::starting(now, USUAL_ROTATION_PERIOD)),
        ..made
    };
    for change in &mut changes {
        if let Change::Create { kind: RecordKind::Key, body, .. } = change {
            *body = record.encode_body();
        }
    }
    let arn: KeyArn = record.arn(account, region);
    let body = AliasRecord { target: arn.id(), created: now, updated: now }.encode_body();
    let create = |key, kind, body| Change::Create { key, kind, body };
    changes.push(create(layout::alias(account, region, alias), RecordKind::Alias, body));
    let index = layout::alias_of_key(account, region, &arn.id(), alias);
    changes.push(create(index, RecordKind::AliasOfKey, Vec::new()));
    changes.extend(moved(&arn, None, &record));
    (record, changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_has_an_alias_a_principal_and_a_policy_that_compiles_to_text_of_its_own() {
        let mut before = "";
        for service in MANAGED_SERVICES {
            assert!(before < service.alias, "in order, each once: {}", service.alias);
            before = service.alias;
            let alias = service.alias_name().unwrap();
            assert!(alias.is_reserved());
            assert_eq!(ManagedService::of_alias(alias.as_str()), Some(service));
            assert!(service.policy("111122223333".parse().unwrap(), "eu-west-1".parse().unwrap()).len() < 2_048);
        }
        for unknown in ["alias/aws/", "alias/aws/S3", "alias/aws/nope", "alias/s3", "s3", ""] {
            assert_eq!(ManagedService::of_alias(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_policy_speaks_the_names_of_its_partition() {
        let s3 = ManagedService::of_alias("alias/aws/s3").unwrap();
        let there = s3.policy("111122223333".parse().unwrap(), "cn-north-1".parse().unwrap());
        assert!(
            there.contains("s3.cn-north-1.amazonaws.com.cn") && there.contains("arn:aws-cn:iam::111122223333:root")
        );
    }
}
