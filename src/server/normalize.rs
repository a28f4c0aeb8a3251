//! Uploads are taken apart in a child process: only a process can be stopped whatever it does, and only a process that
//! runs out of memory takes nobody with it.

use std::process::Stdio;

use axum::http::StatusCode;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use crate::assets::{AssetError, Facts, is_svg};
use crate::server::Config;
use crate::server::error::ApiError;
use crate::server::limits::Limits;

/// Most bytes that the child may answer with: 100 million pixels, not compressed at all.
const MOST_BYTES: u64 = 420_000_000;

/// The line before the normalised bytes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NormalizeReply {
    /// What is known of the picture.
    Done(Facts),
    /// Why it is not taken.
    Refused {
        /// The HTTP status that says so.
        status: u16,
        /// What is wrong and what to do about it.
        detail: String,
    },
}

impl NormalizeReply {
    /// The reply to a picture that is not taken.
    #[must_use]
    pub fn refused(error: &AssetError) -> Self {
        let status = match error {
            AssetError::TooLarge { .. } | AssetError::OverBudget { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            AssetError::Format { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::Refused { status: status.as_u16(), detail: format!("{error}; {}", error.hint()) }
    }
}

/// Normalises an upload: what is known of it, and the bytes to keep.
///
/// # Errors
/// Why the picture is not taken; that it took too much memory or time.
pub(super) async fn normalize(config: &Config, upload: &Bytes) -> Result<(Facts, Bytes), ApiError> {
    let answer = tokio::time::timeout(config.limits.upload_time(), converse(config, upload)).await;
    let answer = match answer {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return Err(ApiError::internal(&error)),
        Err(_) => return Err(too_much()),
    };
    let Some(answer) = answer else { return Err(too_much()) };
    let line = answer.iter().position(|byte| *byte == b'\n').unwrap_or(answer.len());
    match serde_json::from_slice(&answer[..line]) {
        Ok(NormalizeReply::Done(facts)) => Ok((facts, answer.slice(line + 1..))),
        Ok(NormalizeReply::Refused { status, detail }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            Err(ApiError::new(status, "picture", detail))
        }
        Err(error) => Err(ApiError::internal(&error)),
    }
}

/// What the child may take; the system stops it at that.
#[derive(Debug, PartialEq, Eq)]
struct Bounds {
    memory_mib: u64,
    cpu_s: u64,
}

impl Bounds {
    /// A photograph of 100 million pixels takes its time and memory. A drawing has no reason to: whatever the checks
    /// before it is drawn let through by mistake ends here.
    fn of(upload: &[u8], limits: &Limits) -> Self {
        let upload_s = limits.upload_time().as_secs().max(1);
        if is_svg(upload) {
            let memory_mib = limits.svg_memory_mib.min(limits.upload_memory_mib);
            return Self { memory_mib, cpu_s: limits.svg_cpu_ms.div_ceil(1000).clamp(1, upload_s) };
        }
        Self { memory_mib: limits.upload_memory_mib, cpu_s: upload_s }
    }
}

/// What the child answers; `None` if it came to grief. It is killed when this future is dropped.
async fn converse(config: &Config, upload: &Bytes) -> std::io::Result<Option<Bytes>> {
    let bounds = Bounds::of(upload, &config.limits);
    let mut child = Command::new(&config.program)
        .arg("normalize")
        .arg("--assets")
        .arg(&config.assets)
        .args(["--memory", &bounds.memory_mib.to_string(), "--cpu", &bounds.cpu_s.to_string()])
        // The database's password may be in our environment. It runs as the same user, though, and could read that.
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let (mut stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let write = async {
        if let Some(stdin) = &mut stdin {
            // A child that has read enough closes its end; its answer says why.
            let _ = stdin.write_all(upload).await;
        }
        drop(stdin.take());
    };
    let read = async {
        let mut answer = Vec::new();
        match stdout {
            Some(stdout) => stdout.take(MOST_BYTES).read_to_end(&mut answer).await.map(|_| answer),
            None => Ok(answer),
        }
    };
    let ((), answer) = tokio::join!(write, read);
    let answer = answer?;
    let status = child.wait().await?;
    Ok(status.success().then(|| answer.into()))
}

fn too_much() -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "picture",
        "reading the picture takes too much memory or time; make it smaller or simpler and upload it again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_bound_more_tightly_than_photographs() {
        let limits = Limits::for_cores(2);
        let photo = Bounds::of(b"\xff\xd8\xff\xe0", &limits);
        assert_eq!(photo, Bounds { memory_mib: 2048, cpu_s: 10 });
        for drawing in
            [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"\xef\xbb\xbf <?xml version='1.0'?><!-- x -->"]
        {
            assert_eq!(Bounds::of(drawing, &limits), Bounds { memory_mib: 512, cpu_s: 2 });
        }
        let tight = Limits { upload_memory_mib: 60, upload_ms: 0, ..limits };
        assert_eq!(Bounds::of(b"<svg/>", &tight), Bounds { memory_mib: 60, cpu_s: 1 });
    }
}
