//! Actions: patterns resolved to sets.

use strongroom_types::Action;

use crate::compiled::bit;
use crate::glob::{self, NoVariables};

/// Every action.
pub(super) fn everything() -> u64 {
    Action::ALL.iter().fold(0, |set, action| set | bit(*action))
}

/// The actions that a pattern fits, or none if it is no pattern: `*`, or `service:Name` with wildcards in the name.
/// Compared without regard to case (IAM User Guide, "Action").
pub(super) fn set(pattern: &str) -> Option<u64> {
    if pattern == "*" {
        return Some(everything());
    }
    let (service, name) = pattern.split_once(':')?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if service != "*" && (service.is_empty() || !service.bytes().all(plain)) {
        return None;
    }
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'*' | b'?' | b'-' | b'_' | b'.' | b':' | b'/');
    if name.is_empty() || !name.bytes().all(fits) {
        return None;
    }
    if service != "*" && !service.eq_ignore_ascii_case("kms") {
        return Some(0);
    }
    Some(of_names(name))
}

fn of_names(pattern: &str) -> u64 {
    let filter = |fits: &dyn Fn(&str) -> bool| {
        Action::ALL.iter().filter(|a| fits(a.as_str())).fold(0, |set, action| set | bit(*action))
    };
    let wild = |text: &str| text.contains(['*', '?']);
    match pattern.strip_suffix('*') {
        _ if !wild(pattern) => filter(&|name| name.eq_ignore_ascii_case(pattern)),
        Some(head) if !wild(head) => {
            filter(&|name| name.get(..head.len()).is_some_and(|n| n.eq_ignore_ascii_case(head)))
        }
        _ => {
            let pattern: Vec<u8> = pattern.bytes().map(wildcard).collect();
            filter(&|name| glob::matches(&pattern, name.as_bytes(), true, &NoVariables))
        }
    }
}

fn wildcard(byte: u8) -> u8 {
    match byte {
        b'*' => glob::STAR,
        b'?' => glob::ANY,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pattern: &str) -> Vec<&'static str> {
        let set = set(pattern).unwrap();
        Action::ALL.iter().filter(|a| set & bit(**a) != 0).map(|a| a.as_str()).collect()
    }

    #[test]
    fn wildcards_name_every_action_that_they_fit() {
        assert_eq!(names("kms:Encryp?"), ["Encrypt"]);
        assert_eq!(names("KMS:reencrypt*"), ["ReEncryptFrom", "ReEncryptTo"]);
        assert_eq!(names("kms:*Mac"), ["GenerateMac", "VerifyMac"]);
        assert_eq!(names("*").len(), Action::ALL.len());
        assert_eq!(names("*:*").len(), Action::ALL.len());
        assert_eq!(names("s3:*"), [""; 0]);
        assert_eq!(names("kms:Encript"), [""; 0]);
        for bad in ["", "Encrypt", "kms:", ":Encrypt", "k*s:Encrypt", "kms:En crypt", "kms:${x}"] {
            assert_eq!(set(bad), None, "{bad}");
        }
    }
}
