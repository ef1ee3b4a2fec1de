//! What is refused, with AWS's answer, and what is accepted with a finding.

use strongroom_policy::{Code, Document, MAX_POLICY_BYTES, PolicyError, PolicyException, Severity};

use crate::support::*;

const GOOD: &str = "'Effect':'Allow','Principal':'*','Action':'kms:*','Resource':'*'";

fn refused(result: Result<strongroom_policy::Compiled, PolicyError>) -> Option<Code> {
    match result {
        Err(PolicyError::Refused(refused)) => Some(refused.code()),
        Err(other) => panic!("{other}"),
        Ok(_) => None,
    }
}

fn whole(text: &str) -> Option<Code> {
    refused(key_policy(&text.replace('\'', "\"")))
}

fn one(statement: &str) -> Option<Code> {
    refused(key_policy(&document(statement)))
}

fn with(condition: &str) -> Option<Code> {
    one(&format!("{{{GOOD},'Condition':{condition}}}"))
}

#[test]
fn documents_that_aws_refuses_are_refused() {
    for (text, code) in [
        ("", Code::Json),
        ("{", Code::Json),
        ("[]", Code::WrongType),
        ("'x'", Code::WrongType),
        ("{}", Code::MissingStatement),
        ("{'Statement':[]}", Code::MissingStatement),
        ("{'Statement':[{}]} x", Code::MissingEffect),
        ("{'Statement':'x'}", Code::WrongType),
        ("{'Statement':['x']}", Code::WrongType),
        ("{'Version':'2013-10-17','Statement':[]}", Code::BadVersion),
        ("{'Version':2012,'Statement':[]}", Code::WrongType),
        ("{'Statement':[],'Statement':[]}", Code::MissingStatement),
        ("{'Version':'2012-10-17','version':'2012-10-17','Statement':[]}", Code::DuplicateElement),
        ("{'Statements':[]}", Code::UnknownElement),
        ("{'Statement':[[[[[[[[[]]]]]]]]]}", Code::WrongType),
    ] {
        assert_eq!(whole(text), Some(code), "{text}");
    }
    let twice = format!("{{'Statement':{{{GOOD}}},'Statement':{{{GOOD}}}}}");
    assert_eq!(whole(&twice), Some(Code::DuplicateElement));
    assert_eq!(whole(&format!("{{'Statement':{{{GOOD}}}}}")), None, "one object is enough");
    assert_eq!(whole(&format!("{{'Statement':{{{GOOD}}}}} 1")), Some(Code::Json));
    assert_eq!(whole("{'Statement':[{'Condition':[[[[[[[[1]]]]]]]]}]}"), Some(Code::WrongType));
}

#[test]
fn statements_that_aws_refuses_are_refused() {
    for (statement, code) in [
        ("{'Principal':'*','Action':'kms:*','Resource':'*'}", Code::MissingEffect),
        ("{'Effect':'allow','Principal':'*','Action':'kms:*','Resource':'*'}", Code::BadEffect),
        ("{'Effect':'Allow','Action':'kms:*','Resource':'*'}", Code::MissingPrincipal),
        ("{'Effect':'Allow','Principal':{},'Action':'kms:*','Resource':'*'}", Code::MissingPrincipal),
        ("{'Effect':'Allow','Principal':{'AWS':[]},'Action':'kms:*','Resource':'*'}", Code::MissingPrincipal),
        ("{'Effect':'Allow','Principal':'x','Action':'kms:*','Resource':'*'}", Code::InvalidPrincipal),
        (
            "{'Effect':'Allow','Principal':{'AWS':'AIDAEXAMPLE'},'Action':'kms:*','Resource':'*'}",
            Code::InvalidPrincipal,
        ),
        ("{'Effect':'Allow','Principal':{'Federated':'x'},'Action':'kms:*','Resource':'*'}", Code::InvalidPrincipal),
        (
            "{'Effect':'Allow','Principal':{'CanonicalUser':'x'},'Action':'kms:*','Resource':'*'}",
            Code::InvalidPrincipal,
        ),
        ("{'Effect':'Allow','Principal':{'Service':'*'},'Action':'kms:*','Resource':'*'}", Code::InvalidPrincipal),
        ("{'Effect':'Allow','Principal':{'aws':'*'},'Action':'kms:*','Resource':'*'}", Code::DuplicateElement),
        ("{'Effect':'Allow','Principal':{'User':'*'},'Action':'kms:*','Resource':'*'}", Code::UnknownElement),
        ("{'Effect':'Deny','NotPrincipal':'*','Action':'kms:*','Resource':'*'}", Code::InvalidPrincipal),
        (
            "{'Effect':'Allow','Principal':'*','NotPrincipal':{'AWS':'111122223333'},'Action':'kms:*','Resource':'*'}",
            Code::ConflictingElements,
        ),
        (
            "{'Effect':'Allow','Principal':'*','Action':'kms:*','NotAction':'kms:*','Resource':'*'}",
            Code::ConflictingElements,
        ),
        (
            "{'Effect':'Allow','Principal':'*','Action':'kms:*','Resource':'*','NotResource':'*'}",
            Code::ConflictingElements,
        ),
        ("{'Effect':'Allow','Principal':'*','Action':'kms:*','Resource':'*','Extra':1}", Code::UnknownElement),
        ("{'Effect':'Allow','effect':'Deny','Principal':'*','Action':'kms:*','Resource':'*'}", Code::DuplicateElement),
        ("{'Effect':'Allow','Principal':'*','Action':'Decrypt','Resource':'*'}", Code::BadAction),
        ("{'Effect':'Allow','Principal':'*','Action':[1],'Resource':'*'}", Code::WrongType),
        ("{'Effect':'Allow','Principal':'*','NotAction':[],'Resource':'*'}", Code::UnsafeEmptyList),
        ("{'Effect':'Allow','Principal':'*','Action':'kms:*','Resource':'key/1'}", Code::BadResource),
        ("{'Effect':'Allow','Principal':'*','Action':'kms:*','Resource':'arn:aws:kms'}", Code::BadResource),
        (
            "{'Effect':'Allow','Principal':'*','Action':'kms:*','Resource':'arn:aws:kms:${aws:RequestedRegion}:1:key/*'}",
            Code::BadVariable,
        ),
    ] {
        assert_eq!(one(statement), Some(code), "{statement}");
    }
    let sid = format!("{{'Sid':'a',{GOOD}}},{{'Sid':'a',{GOOD}}}");
    assert_eq!(one(&sid), Some(Code::DuplicateSid));
    assert_eq!(one(&format!("{{'Sid':'a b',{GOOD}}},{{'Sid':'',{GOOD}}},{{'Sid':'',{GOOD}}}")), None);
}

#[test]
fn conditions_that_would_not_do_what_they_say_are_refused() {
    for (condition, code) in [
        ("{'StringEqual':{'kms:ViaService':'x'}}", Code::UnknownOperator),
        ("{'stringequals':{'kms:ViaService':'x'}}", Code::UnknownOperator),
        ("{'NullIfExists':{'kms:ViaService':'true'}}", Code::UnknownOperator),
        ("{'ForAllValues:StringEquals':{'kms:EncryptionContext:a':'x'}}", Code::OverpermissiveCondition),
        ("{'ForAllValues:StringLike':{'aws:RequestTag/a':'x'}}", Code::OverpermissiveCondition),
        ("{'StringNotEquals':{'kms:ViaServices':'x'}}", Code::UnsafeConditionKey),
        ("{'StringEqualsIfExists':{'kms:EncryptionContext':'x'}}", Code::UnsafeConditionKey),
        ("{'Null':{'aws:SourceIpp':'true'}}", Code::UnsafeConditionKey),
        ("{'NumericEquals':{'kms:RotationPeriodInDays':'ten'}}", Code::BadConditionValue),
        ("{'DateLessThan':{'aws:CurrentTime':'tomorrow'}}", Code::BadConditionValue),
        ("{'IpAddress':{'aws:SourceIp':'203.0.113.0/99'}}", Code::BadConditionValue),
        ("{'Bool':{'kms:MultiRegion':'yes'}}", Code::BadConditionValue),
        ("{'BinaryEquals':{'kms:ViaService':'***'}}", Code::BadConditionValue),
        ("{'ArnLike':{'aws:PrincipalArn':'alice'}}", Code::BadArnPattern),
        ("{'StringEquals':{'kms:ViaService':'${aws:username'}}", Code::BadVariable),
        ("{'StringEquals':{'kms:ViaService':'${aws:usernme}'}}", Code::BadVariable),
        ("{'StringEquals':{'kms:ViaService':'${aws:TagKeys}'}}", Code::BadVariable),
        ("{'StringEquals':{'kms:ViaService':'${aws:username, x}'}}", Code::BadVariable),
        ("{'Bool':{'kms:MultiRegion':'${aws:username}'}}", Code::BadConditionValue),
        ("{'StringEquals':{'kms:ViaService':null}}", Code::WrongType),
        ("{'StringEquals':{'kms:ViaService':['a',{}]}}", Code::WrongType),
        ("{'StringEquals':'x'}", Code::WrongType),
        ("{'StringEquals':{'kms:ViaService':'a','KMS:viaservice':'b'}}", Code::DuplicateElement),
        ("{'StringEquals':{'kms:ViaService':'a'},'StringEquals':{'kms:KeySpec':'b'}}", Code::DuplicateElement),
        ("{'StringNotEquals':{'kms:ViaService':[]}}", Code::UnsafeEmptyList),
    ] {
        assert_eq!(with(condition), Some(code), "{condition}");
    }
    for condition in [
        "{}",
        "{'StringEquals':{}}",
        "{'StringEquals':{'kms:ViaServices':'x'}}",
        "{'StringEquals':{'kms:ViaService':[]}}",
        "{'NumericEquals':{'kms:RotationPeriodInDays':365},'Bool':{'kms:MultiRegion':false}}",
        "{'StringEquals':{'kms:ViaService':['a','a']},'StringEqualsIfExists':{'kms:ViaService':'a'}}",
    ] {
        assert_eq!(with(condition), None, "{condition}");
    }
    // In a statement that denies it is the other way round: what never holds would silence it.
    let deny = |condition: &str| one(&format!("{{{},'Condition':{condition}}}", GOOD.replace("Allow", "Deny")));
    assert_eq!(deny("{'StringEquals':{'kms:ViaServices':'x'}}"), Some(Code::UnsafeConditionKey));
    assert_eq!(deny("{'StringEquals':{'ksm:ViaService':'x'}}"), Some(Code::UnsafeConditionKey));
    assert_eq!(deny("{'StringEquals':{'kms:ViaService':[]}}"), Some(Code::UnsafeEmptyList));
    assert_eq!(deny("{'StringNotEquals':{'kms:ViaServices':'x'}}"), None);
}

#[test]
fn identity_policies_have_rules_of_their_own() {
    let code = |text: &str| refused(identity_policy(&text.replace('\'', "\"")));
    let bare = "'Effect':'Allow','Action':'kms:*','Resource':'*'";
    assert_eq!(code(&format!("{{'Statement':{{{bare}}}}}")), None);
    assert_eq!(code(&format!("{{'Statement':{{{GOOD}}}}}")), Some(Code::PrincipalNotAllowed));
    assert_eq!(code(&format!("{{'Id':'x','Statement':{{{bare}}}}}")), Some(Code::IdNotAllowed));
    assert_eq!(code(&format!("{{'Statement':{{'Sid':'a b',{bare}}}}}")), Some(Code::BadSid));
    assert_eq!(code("{'Statement':{'Effect':'Allow','Action':'kms:*'}}"), Some(Code::UnknownElement));
    // Other services' statements, actions and keys are at home here.
    let foreign = "'Effect':'Deny','Action':['s3:GetObject','kms:Decrypt'],'Resource':'arn:aws:s3:::b/*','Condition':{'StringEquals':{'s3:prefix':'x'}}";
    assert_eq!(code(&format!("{{'Statement':{{{foreign}}}}}")), None);
}

#[test]
fn refusals_are_the_exceptions_and_texts_that_aws_has() {
    let error = |statement: &str| key_policy(&document(statement)).unwrap_err();
    let bad_arn = error("{'Effect':'Allow','Principal':'*','Action':'kms:*','Resource':'x'}");
    assert_eq!(bad_arn.exception(), PolicyException::InvalidArn);
    let bad_principal = error("{'Effect':'Allow','Principal':{'AWS':'x'},'Action':'kms:*','Resource':'*'}");
    assert_eq!(bad_principal.exception(), PolicyException::MalformedPolicyDocument);
    assert_eq!(bad_principal.aws_message(), "Policy contains a statement with one or more invalid principals.");
    let wide = error(&format!("{{{GOOD},'Condition':{{'ForAllValues:StringEquals':{{'aws:RequestTag/a':'b'}}}}}}"));
    assert!(wide.aws_message().starts_with("OverlyPermissiveCondition: "));
    let long = " ".repeat(MAX_POLICY_BYTES + 1);
    let too_large = Document::parse(&long).unwrap_err();
    assert_eq!(too_large.exception(), PolicyException::LimitExceeded);
    let text = document(&format!("{{{GOOD}}}"));
    let padded = format!("{text}{}", " ".repeat(MAX_POLICY_BYTES - text.len()));
    assert!(key_policy(&padded).is_ok());
}

#[test]
fn characters_that_the_model_excludes_are_refused_escaped_or_not() {
    for text in ["\u{100}", "\u{b}", "\u{1f511}", "\u{0}"] {
        let code = Document::parse(&document(&format!("{{'Sid':'{text}',{GOOD}}}"))).unwrap_err();
        assert!(matches!(code, PolicyError::Refused(r) if r.code() == Code::BadCharacter), "{text:?}");
    }
    assert_eq!(one(&format!("{{'Sid':'\\u0100',{GOOD}}}")), Some(Code::BadCharacter));
    assert_eq!(one(&format!("{{'Sid':'h\u{e9}\u{7f}\\u00e9',{GOOD}}}")), None);
}

#[test]
fn all_findings_are_collected_up_to_a_hundred_with_their_places() {
    let text = document("{'Effect':'Maybe','Principal':{'AWS':'x'},'Action':'x','Resource':'y'}");
    // What the grammar refuses is all told before anything is compiled.
    let error = Document::parse(&text).unwrap_err();
    assert_eq!(error.findings().len(), 1);
    let text = text.replace("Maybe", "Allow");
    let error = key_policy(&text).unwrap_err();
    let shown: Vec<_> = error.findings().iter().map(|f| (f.code, &text[f.span.start..f.span.end])).collect();
    let expected = [(Code::BadAction, "\"x\""), (Code::BadResource, "\"y\""), (Code::InvalidPrincipal, "\"x\"")];
    assert_eq!(shown, expected);
    let many = vec!["{'Effect':1}"; 500].join(",");
    assert_eq!(Document::parse(&document(&many)).unwrap_err().findings().len(), 100);
    let lines = "{\n  \"Statement\": 1}";
    assert_eq!(
        Document::parse(lines)
            .unwrap_err()
            .findings()
            .iter()
            .max_by_key(|f| f.code.severity())
            .unwrap()
            .position(lines),
        (2, 15)
    );
}

#[test]
fn codes_are_unique_and_strict_refuses_warnings() {
    let mut names: Vec<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
    names.dedup();
    assert_eq!(names.len(), Code::ALL.len());
    let text = document("{'Effect':'Allow','Principal':{'AWS':'111122223333'},'Action':'kms:Encript','Resource':'*'}");
    let parsed = Document::parse(&text).unwrap();
    let policy = strongroom_policy::compile_key_policy(&parsed, &context()).unwrap();
    assert_eq!(policy.findings().iter().map(|f| f.code).collect::<Vec<_>>(), [Code::UnknownAction]);
    assert_eq!(Code::UnknownAction.severity(), Severity::Warning);
    assert!(strongroom_policy::compile_key_policy(&parsed, &context().strict()).is_err());
}
