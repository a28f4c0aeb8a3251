//! Who asks for much and reads nothing keeps neither a connection nor memory for ever.

use std::time::Duration;

use platen::server::{Config, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::served::Data;

const CALL: &[u8] = b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";

#[tokio::test]
async fn an_answer_that_nobody_reads_is_ended() {
    let data = Data::new();
    let mut config = Config::new(env!("CARGO_MANIFEST_DIR").into(), data.0.clone());
    config.listen = "127.0.0.1:0".parse().unwrap();
    config.limits.unread_ms = 200;
    let ((stop, stopped), (ready, address)) = (oneshot::channel::<()>(), oneshot::channel());
    let service = tokio::spawn(serve(config, async move { drop(stopped.await) }, |at| ready.send(at).unwrap()));
    let address = address.await.unwrap();

    // More answers than the buffers of both ends of a connection hold, and nobody reads one.
    let mut stalled = TcpStream::connect(address).await.unwrap();
    for _ in 0..400 {
        stalled.write_all(CALL).await.unwrap();
    }
    // Whoever writes learns that the other end has gone; an end that only waits takes what is written, and then nothing.
    let gone = async { while stalled.write_all(CALL).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(60), gone).await.expect("the connection ends");

    // Whoever reads has all of it.
    let mut reading = TcpStream::connect(address).await.unwrap();
    let closing = "GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    reading.write_all(closing.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    reading.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200") && answer.ends_with(b"}"));

    stop.send(()).unwrap();
    service.await.unwrap().unwrap();
}
