//! Principals: which texts name one.

use strongroom_types::{AccountId, Partition};

use crate::document::PrincipalType;

/// What a principal's text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name<'a> {
    Everyone,
    /// The account principal, by its twelve digits.
    Account(&'a str),
    /// A user, role, session or service, by its whole text.
    Exact(&'a str),
}

/// Reads a principal of a key policy. Groups, unique ids, wildcards inside ARNs, identity providers and canonical
/// users are none (AWS KMS Developer Guide, "Key policy elements"; IAM User Guide, "Principal").
pub(super) fn name(kind: PrincipalType, text: &str, partition: Partition) -> Option<Name<'_>> {
    match kind {
        PrincipalType::Aws if text == "*" => Some(Name::Everyone),
        PrincipalType::Aws if text.parse::<AccountId>().is_ok() => Some(Name::Account(text)),
        PrincipalType::Aws => arn(text, partition),
        PrincipalType::Service => is_service(text).then_some(Name::Exact(text)),
        PrincipalType::Federated | PrincipalType::CanonicalUser => None,
    }
}

fn arn(text: &str, partition: Partition) -> Option<Name<'_>> {
    let mut parts = text.splitn(6, ':');
    let mut next = || parts.next();
    let (head, found, service, region, account, resource) = (next()?, next()?, next()?, next()?, next()?, next()?);
    account.parse::<AccountId>().ok()?;
    if head != "arn" || found != partition.as_str() || !region.is_empty() {
        return None;
    }
    let named = |prefix: &str| resource.strip_prefix(prefix).filter(|name| is_name(name));
    let good = match service {
        "iam" if resource == "root" => return Some(Name::Account(account)),
        "iam" => named("user/").or_else(|| named("role/")).is_some_and(|name| !name.ends_with('/')),
        "sts" => {
            let session = named("assumed-role/").is_some_and(|name| {
                name.split_once('/').is_some_and(|(role, session)| !role.is_empty() && is_plain(session))
            });
            session || named("federated-user/").is_some_and(is_plain)
        }
        _ => false,
    };
    good.then_some(Name::Exact(text))
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains('/')
}

/// IAM's paths and names: printable ASCII; wildcards can't be told from names, so they are refused.
fn is_name(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_graphic() && !matches!(b, b'*' | b'?');
    !name.is_empty() && !name.starts_with('/') && name.bytes().all(fits)
}

/// A service principal's name, `s3.amazonaws.com` for one.
fn is_service(text: &str) -> bool {
    let label = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let head = text.strip_suffix(".amazonaws.com").or_else(|| text.strip_suffix(".amazonaws.com.cn"));
    head.is_some_and(|head| head.split('.').all(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Name<'_>> {
        let partition = "us-east-1".parse::<strongroom_types::Region>().unwrap().partition();
        name(PrincipalType::Aws, text, partition)
    }

    #[test]
    fn the_account_has_two_names_and_they_are_one() {
        assert_eq!(read("111122223333"), Some(Name::Account("111122223333")));
        assert_eq!(read("arn:aws:iam::111122223333:root"), Some(Name::Account("111122223333")));
    }

    #[test]
    fn what_is_no_principal_is_refused() {
        for bad in [
            "",
            "alice",
            "11112222333",
            "AIDACKCEVSQ6C2EXAMPLE",
            "arn:aws:iam::111122223333:group/admins",
            "arn:aws:iam::111122223333:user/*",
            "arn:aws:iam::111122223333:user/ali?e",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:iam::111122223333:user",
            "arn:aws:iam::*:root",
            "arn:aws:iam:us-east-1:111122223333:user/a",
            "arn:aws-cn:iam::111122223333:root",
            "arn:aws:iam::111122223333:role/a/",
            "arn:aws:sts::111122223333:assumed-role/app",
            "arn:aws:sts::111122223333:assumed-role/app/",
            "arn:aws:sts::111122223333:assumed-role/app/a/b",
            "arn:aws:sts::111122223333:federated-user/a/b",
            "arn:aws:s3:::bucket",
            "**",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
