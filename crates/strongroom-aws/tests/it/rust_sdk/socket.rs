//! An HTTP client without TLS for the SDK: it keeps connections, as the SDK's own does.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::{HeaderValue, Uri, header};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

type Connection = SendRequest<SdkBody>;

#[derive(Debug, Clone, Default)]
pub(super) struct Plain(Arc<Mutex<Vec<Connection>>>);

impl HttpClient for Plain {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Plain {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move { this.send(request).await.map_err(ConnectorError::io) })
    }
}

impl Plain {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Box<dyn std::error::Error + Send + Sync>> {
        let mut request = request.try_into_http1x()?;
        let authority = request.uri().authority().ok_or("a URL without a host")?.to_string();
        *request.uri_mut() = Uri::from_static("/");
        request.headers_mut().insert(header::HOST, HeaderValue::try_from(&authority)?);
        let mut connection = self.connection(&authority).await?;
        let answer = connection.send_request(request).await?;
        self.0.lock().unwrap().push(connection);
        Ok(answer.map(SdkBody::from_body_1_x).try_into()?)
    }

    async fn connection(&self, authority: &str) -> Result<Connection, Box<dyn std::error::Error + Send + Sync>> {
        while let Some(mut idle) = { self.0.lock().unwrap().pop() } {
            if idle.ready().await.is_ok() {
                return Ok(idle);
            }
        }
        let (sender, connection) = handshake(TokioIo::new(TcpStream::connect(authority).await?)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }
}
