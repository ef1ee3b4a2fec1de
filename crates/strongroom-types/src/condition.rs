//! The condition keys that a policy may name, as a registry: never a map of strings.

/// What a condition key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "AWS's types of condition keys")]
pub enum ConditionType {
    /// Text.
    Str,
    /// An ARN.
    Arn,
    /// A truth value.
    Bool,
    /// A number.
    Num,
    /// An instant.
    Date,
    /// An IP address.
    Ip,
}

macro_rules! condition_keys {
    ($($variant:ident, $name:literal, $type:ident, $multi:literal, $prefix:literal;)*) => {
        /// A condition key of the `kms` service or a global one (AWS Service Authorization Reference).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum ConditionKey { $(#[doc = concat!("`", $name, "`")] $variant,)* }

        impl ConditionKey {
            /// Every key.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name; of a key with a suffix, the part before it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it holds.
            #[must_use]
            pub const fn value_type(self) -> ConditionType {
                match self { $(Self::$variant => ConditionType::$type,)* }
            }

            /// Whether a request can hold several values of it.
            #[must_use]
            pub const fn is_multi_valued(self) -> bool {
                match self { $(Self::$variant => $multi,)* }
            }

            /// Whether a suffix chosen by the user belongs to the key (`kms:EncryptionContext:tenant`).
            #[must_use]
            pub const fn takes_suffix(self) -> bool {
                match self { $(Self::$variant => $prefix,)* }
            }
        }
    };
}

condition_keys! {
    AwsRequestTag, "aws:RequestTag/", Str, false, true;
    AwsResourceTag, "aws:ResourceTag/", Str, false, true;
    AwsTagKeys, "aws:TagKeys", Str, true, false;
    KmsBypassPolicyLockoutSafetyCheck, "kms:BypassPolicyLockoutSafetyCheck", Bool, false, false;
    KmsCallerAccount, "kms:CallerAccount", Str, false, false;
    KmsCustomerMasterKeySpec, "kms:CustomerMasterKeySpec", Str, false, false;
    KmsCustomerMasterKeyUsage, "kms:CustomerMasterKeyUsage", Str, false, false;
    KmsDataKeyPairSpec, "kms:DataKeyPairSpec", Str, false, false;
    KmsEncryptionAlgorithm, "kms:EncryptionAlgorithm", Str, false, false;
    KmsEncryptionContext, "kms:EncryptionContext:", Str, false, true;
    KmsEncryptionContextKeys, "kms:EncryptionContextKeys", Str, true, false;
    KmsExpirationModel, "kms:ExpirationModel", Str, false, false;
    KmsGrantConstraintSourceArn, "kms:GrantConstraintSourceArn", Arn, false, false;
    KmsGrantConstraintType, "kms:GrantConstraintType", Str, false, false;
    KmsGrantIsForAWSResource, "kms:GrantIsForAWSResource", Bool, false, false;
    KmsGrantOperations, "kms:GrantOperations", Str, true, false;
    KmsGranteePrincipal, "kms:GranteePrincipal", Str, false, false;
    KmsGranteeServicePrincipal, "kms:GranteeServicePrincipal", Str, false, false;
    KmsKeyAgreementAlgorithm, "kms:KeyAgreementAlgorithm", Str, false, false;
    KmsKeyOrigin, "kms:KeyOrigin", Str, false, false;
    KmsKeySpec, "kms:KeySpec", Str, false, false;
    KmsKeyUsage, "kms:KeyUsage", Str, false, false;
    KmsMacAlgorithm, "kms:MacAlgorithm", Str, false, false;
    KmsMessageType, "kms:MessageType", Str, false, false;
    KmsMultiRegion, "kms:MultiRegion", Bool, false, false;
    KmsMultiRegionKeyType, "kms:MultiRegionKeyType", Str, false, false;
    KmsPrimaryRegion, "kms:PrimaryRegion", Str, false, false;
    KmsReEncryptOnSameKey, "kms:ReEncryptOnSameKey", Bool, false, false;
    KmsReplicaRegion, "kms:ReplicaRegion", Str, false, false;
    KmsRequestAlias, "kms:RequestAlias", Str, false, false;
    KmsResourceAliases, "kms:ResourceAliases", Str, true, false;
    KmsRetiringPrincipal, "kms:RetiringPrincipal", Str, false, false;
    KmsRetiringServicePrincipal, "kms:RetiringServicePrincipal", Str, false, false;
    KmsRotationPeriodInDays, "kms:RotationPeriodInDays", Num, false, false;
    KmsScheduleKeyDeletionPendingWindowInDays, "kms:ScheduleKeyDeletionPendingWindowInDays", Num, false, false;
    KmsSigningAlgorithm, "kms:SigningAlgorithm", Str, false, false;
    KmsTrailingDaysWithoutKeyUsage, "kms:TrailingDaysWithoutKeyUsage", Num, false, false;
    KmsValidTo, "kms:ValidTo", Date, false, false;
    KmsViaService, "kms:ViaService", Str, false, false;
    KmsWrappingAlgorithm, "kms:WrappingAlgorithm", Str, false, false;
    KmsWrappingKeySpec, "kms:WrappingKeySpec", Str, false, false;
    KmsRecipientAttestation, "kms:RecipientAttestation:", Str, false, true;
    KmsPolicyName, "kms:PolicyName", Str, false, false;
    AwsPrincipalArn, "aws:PrincipalArn", Arn, false, false;
    AwsPrincipalAccount, "aws:PrincipalAccount", Str, false, false;
    AwsPrincipalOrgID, "aws:PrincipalOrgID", Str, false, false;
    AwsPrincipalOrgPaths, "aws:PrincipalOrgPaths", Str, true, false;
    AwsPrincipalTag, "aws:PrincipalTag/", Str, false, true;
    AwsPrincipalIsAWSService, "aws:PrincipalIsAWSService", Bool, false, false;
    AwsPrincipalServiceName, "aws:PrincipalServiceName", Str, false, false;
    AwsPrincipalServiceNamesList, "aws:PrincipalServiceNamesList", Str, true, false;
    AwsPrincipalType, "aws:PrincipalType", Str, false, false;
    AwsUserid, "aws:userid", Str, false, false;
    AwsUsername, "aws:username", Str, false, false;
    AwsSourceIp, "aws:SourceIp", Ip, false, false;
    AwsVpcSourceIp, "aws:VpcSourceIp", Ip, false, false;
    AwsSourceVpc, "aws:SourceVpc", Str, false, false;
    AwsSourceVpce, "aws:SourceVpce", Str, false, false;
    AwsSourceArn, "aws:SourceArn", Arn, false, false;
    AwsSourceAccount, "aws:SourceAccount", Str, false, false;
    AwsSourceOrgID, "aws:SourceOrgID", Str, false, false;
    AwsSourceOrgPaths, "aws:SourceOrgPaths", Str, true, false;
    AwsCalledVia, "aws:CalledVia", Str, true, false;
    AwsCalledViaFirst, "aws:CalledViaFirst", Str, false, false;
    AwsCalledViaLast, "aws:CalledViaLast", Str, false, false;
    AwsViaAWSService, "aws:ViaAWSService", Bool, false, false;
    AwsSecureTransport, "aws:SecureTransport", Bool, false, false;
    AwsCurrentTime, "aws:CurrentTime", Date, false, false;
    AwsEpochTime, "aws:EpochTime", Date, false, false;
    AwsTokenIssueTime, "aws:TokenIssueTime", Date, false, false;
    AwsMultiFactorAuthPresent, "aws:MultiFactorAuthPresent", Bool, false, false;
    AwsMultiFactorAuthAge, "aws:MultiFactorAuthAge", Num, false, false;
    AwsRequestedRegion, "aws:RequestedRegion", Str, false, false;
    AwsResourceAccount, "aws:ResourceAccount", Str, false, false;
    AwsResourceOrgID, "aws:ResourceOrgID", Str, false, false;
    AwsResourceOrgPaths, "aws:ResourceOrgPaths", Str, true, false;
    AwsUserAgent, "aws:UserAgent", Str, false, false;
    AwsReferer, "aws:referer", Str, false, false;
    AwsSourceIdentity, "aws:SourceIdentity", Str, false, false;
    AwsFederatedProvider, "aws:FederatedProvider", Str, false, false;
    AwsAssumedRoot, "aws:AssumedRoot", Bool, false, false;
    AwsEc2InstanceSourceVpc, "aws:Ec2InstanceSourceVpc", Str, false, false;
    AwsEc2InstanceSourcePrivateIPv4, "aws:Ec2InstanceSourcePrivateIPv4", Ip, false, false;
    AwsSourceVpcArn, "aws:SourceVpcArn", Arn, false, false;
    AwsVpceAccount, "aws:VpceAccount", Str, false, false;
    AwsVpceOrgID, "aws:VpceOrgID", Str, false, false;
    AwsVpceOrgPaths, "aws:VpceOrgPaths", Str, true, false;
}

impl ConditionKey {
    /// The key that `name` names, and its suffix (empty for a plain key). Names are compared without
    /// regard to ASCII case (IAM User Guide, "Condition").
    #[must_use]
    pub fn parse(name: &str) -> Option<(Self, &str)> {
        Self::ALL.iter().find_map(|key| {
            let known = key.name().len();
            // Lengths first: they rule out nearly all.
            if (name.len() > known) != key.takes_suffix() || name.len() < known {
                return None;
            }
            let (head, suffix) = name.split_at_checked(known)?;
            let fits = *key != Self::KmsRecipientAttestation || is_measurement(suffix);
            (fits && head.eq_ignore_ascii_case(key.name())).then_some((*key, suffix))
        })
    }
}

/// The suffixes of `kms:RecipientAttestation:`, 57 of them (Service Authorization Reference for AWS KMS).
fn is_measurement(suffix: &str) -> bool {
    let numbered = |prefix: &str, registers: u8| {
        let Some((head, number)) = suffix.split_at_checked(prefix.len()) else { return false };
        let plain = !number.starts_with(['0', '+']) || number == "0";
        head.eq_ignore_ascii_case(prefix) && plain && number.parse::<u8>().is_ok_and(|n| n < registers)
    };
    suffix.eq_ignore_ascii_case("ImageSha384") || numbered("PCR", 32) || numbered("NitroTPMPCR", 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_regard_to_case() {
        assert_eq!(ConditionKey::parse("KMS:viaservice"), Some((ConditionKey::KmsViaService, "")));
        assert_eq!(
            ConditionKey::parse("kms:encryptioncontext:Tenant"),
            Some((ConditionKey::KmsEncryptionContext, "Tenant"))
        );
        assert_eq!(
            ConditionKey::parse("kms:EncryptionContextKeys"),
            Some((ConditionKey::KmsEncryptionContextKeys, ""))
        );
        assert_eq!(ConditionKey::parse("kms:EncryptionContext:"), None);
        assert_eq!(ConditionKey::parse("kms:ViaServices"), None);
    }

    #[test]
    fn attestation_has_the_measurements_that_exist() {
        let known = |suffix: &str| ConditionKey::parse(&format!("kms:RecipientAttestation:{suffix}")).is_some();
        let of = |prefix: &str| (0..100).filter(|n| known(&format!("{prefix}{n}"))).count();
        assert_eq!(1 + of("PCR") + of("NitroTPMPCR"), 57);
        assert!(known("imagesha384") && !known("PCR01") && !known("PCR") && !known("Image"));
    }

    #[test]
    fn no_two_keys_have_one_name() {
        for (at, key) in ConditionKey::ALL.iter().enumerate() {
            assert!(ConditionKey::ALL.iter().skip(at + 1).all(|other| !other.name().eq_ignore_ascii_case(key.name())));
        }
    }
}
