//! Answers as the SDK takes them.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use http::Response;
use strongroom::{JsonAnswer, RequestId};

use crate::body::{self, Body};
use crate::fault::Fault;
use crate::head::JSON;

/// The answer of a service.
pub(super) fn of_service(response: Response<Body>) -> Result<HttpResponse, ConnectorError> {
    response.map(opaque).try_into().map_err(impossible)
}

/// The answer to a call.
pub(super) fn of_call(answer: JsonAnswer) -> Result<HttpResponse, ConnectorError> {
    match answer.result {
        Ok(json) => new(answer.request_id, 200, json.map_or_else(SdkBody::empty, |json| opaque(body::secret(json)))),
        Err(error) => of_fault(answer.request_id, &error.into()),
    }
}

pub(super) fn of_fault(id: Option<RequestId>, fault: &Fault) -> Result<HttpResponse, ConnectorError> {
    new(id, fault.status.as_u16(), fault.to_json().into())
}

fn new(id: Option<RequestId>, status: u16, body: SdkBody) -> Result<HttpResponse, ConnectorError> {
    let mut response = HttpResponse::new(StatusCode::try_from(status).map_err(impossible)?, body);
    response.headers_mut().insert("content-type", JSON);
    if let Some(id) = id {
        response.headers_mut().insert("x-amzn-requestid", id.to_string());
    }
    Ok(response)
}

/// As a stream, whose `Debug` shows nothing: the SDK traces a response as it comes in, and shows bytes in memory.
fn opaque(body: Body) -> SdkBody {
    SdkBody::from_body_1_x(body)
}

fn impossible(error: aws_smithy_runtime_api::http::HttpError) -> ConnectorError {
    ConnectorError::other(Box::new(error), None)
}

#[cfg(test)]
mod tests {
    use strongroom::{Caller, Kms, Operation};

    #[test]
    fn an_answers_debug_shows_none_of_it() {
        let client = Kms::in_memory().unwrap().client(Caller::root()).unwrap();
        let answer = client.call_json(Operation::GenerateRandom, br#"{"NumberOfBytes": 32}"#);
        let response = format!("{:?}", super::of_call(answer).unwrap());
        assert!(response.contains("x-amzn-requestid") && !response.contains("Plaintext"), "{response}");
    }
}
