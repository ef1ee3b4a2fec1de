//! The first things that anyone tries.

use serde_json::json;
use strongroom::Kms;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{Endpoint, call, service};

#[tokio::test]
async fn a_signed_request_is_answered_in_awss_json() {
    let service = service(&Kms::in_memory().unwrap());
    let (status, key) = call(&service, "CreateKey", &json!({})).await;
    assert_eq!((status, &key["KeyMetadata"]["KeyState"]), (200, &json!("Enabled")));
    let (status, sealed) =
        call(&service, "Encrypt", &json!({"KeyId": key["KeyMetadata"]["KeyId"], "Plaintext": "aGVsbG8="})).await;
    assert_eq!(status, 200);
    let (status, opened) = call(&service, "Decrypt", &json!({"CiphertextBlob": sealed["CiphertextBlob"]})).await;
    assert_eq!((status, &opened["Plaintext"]), (200, &json!("aGVsbG8=")));
}

#[tokio::test]
async fn an_operation_that_is_not_served_is_unknown() {
    let service = service(&Kms::in_memory().unwrap());
    for operation in ["ConnectCustomKeyStore", "MakeCoffee", ""] {
        let (status, error) = call(&service, operation, &json!({})).await;
        assert_eq!((status, &error["__type"]), (400, &json!("UnknownOperationException")), "{operation}");
    }
}

#[tokio::test]
async fn an_endpoint_answers_on_a_socket() {
    let endpoint = Endpoint::start(service(&Kms::in_memory().unwrap())).await;
    assert!(endpoint.url().starts_with("http://127.0.0.1:"));
    let mut stream = tokio::net::TcpStream::connect(endpoint.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}
