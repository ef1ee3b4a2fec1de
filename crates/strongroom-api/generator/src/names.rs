//! How AWS's names become Rust's.

/// `CloudHsmClusterId` → `cloud_hsm_cluster_id`, `AWSAccountId` → `aws_account_id`.
pub(crate) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|i| chars.get(i));
        let after = chars.get(at + 1);
        let starts_word = c.is_ascii_uppercase()
            && before.is_some_and(|b| !b.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase));
        if starts_word {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// The name of a static.
pub(crate) fn screaming(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// `KeyId` → `keyId`: only the first letter changes, so `AWSAccountId` is `aWSAccountId` as in CloudTrail.
pub(crate) fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|c| c.to_ascii_lowercase()).into_iter().chain(chars).collect()
}

/// The variant of an enumeration's value: `ECC_NIST_P256` → `EccNistP256`; camel case stays.
pub(crate) fn variant(value: &str) -> String {
    if value == "SELF" {
        return "SelfValue".into(); // `Self` is a keyword
    }
    if value.chars().any(|c| c.is_ascii_lowercase()) {
        return value.into();
    }
    value.split('_').map(capital).collect()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().into_iter().chain(chars.map(|c| c.to_ascii_lowercase())).collect()
}

/// `an` before a vowel and before `Xks`, else `a`.
pub(crate) fn article(name: &str) -> &'static str {
    if name.starts_with(['A', 'E', 'I', 'O', 'X']) { "an" } else { "a" }
}

/// The variant of `ConditionKey` for a key's name: `kms:KeySpec` → `KmsKeySpec`, `aws:RequestTag/` → `AwsRequestTag`.
pub(crate) fn condition(name: &str) -> String {
    name.trim_end_matches([':', '/'])
        .split(':')
        .map(|part| {
            part.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(part.chars().skip(1)).collect::<String>()
        })
        .collect()
}

/// The variant of `ErrorCode` for an exception's name.
pub(crate) fn error(name: &str) -> String {
    name.trim_end_matches("Exception").replacen("KMS", "Kms", 1)
}

/// A string literal.
pub(crate) fn literal(text: &str) -> String {
    format!("{text:?}")
}
