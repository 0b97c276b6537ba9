//! The HTTP side of the server: connections, and the routing of requests to its parts.

use super::server::Server;
use super::stream::ResponseBody;
use super::{call, gateway, invoke_api};
use hyper::body::Incoming;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Serves every connection until it is dropped.
pub async fn accept(listener: TcpListener, server: Server) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, peer)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let server = server.clone();
            let service = hyper::service::service_fn(move |request| {
                let server = server.clone();
                async move { Ok::<_, Infallible>(answer(request, peer, &server).await) }
            });
            let mut http = hyper::server::conn::http1::Builder::new();
            http.title_case_headers(true).header_read_timeout(None);
            // A caller that hangs up is the caller's business.
            connections.spawn(async move { http.serve_connection(TokioIo::new(stream), service).await.unwrap_or_default() });
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(request: Request<Incoming>, peer: SocketAddr, server: &Server) -> Response<ResponseBody> {
    match call::target(request.method(), request.uri().path()) {
        Some(target) => invoke_api::answer(request, target, server).await,
        None => gateway::answer(request, peer, server).await,
    }
}
