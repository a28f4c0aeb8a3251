//! Bodies that a route reads by itself: strictly, and every problem at once with its place.

use crate::design::Problem;
use crate::design::reader::Node;
use crate::order::form::Form;
use crate::server::error::ApiError;

/// What a body is: the code of an answer that refuses it, and what people call it.
pub(super) type Named = (&'static str, &'static str);

/// Reads a body.
///
/// # Errors
/// If it is too large, not JSON, or has problems, all of which are told.
pub(super) fn read_body<T>(
    (code, what): Named,
    bytes: &[u8],
    read: impl FnOnce(&Node<'_>) -> Option<T>,
) -> Result<T, ApiError> {
    let refuse = |problems: Vec<Problem>| ApiError::invalid(code, what, problems);
    let read = Form::new(bytes, read)?.finish().map_err(refuse)?;
    // Whatever is not read was told as a problem.
    read.ok_or_else(|| refuse(Vec::new()))
}

/// One line that holds more than spaces, without those around it.
pub(super) fn words(node: &Node<'_>, max_chars: usize) -> Option<String> {
    let text = node.line(max_chars)?;
    let words = text.trim();
    if words.is_empty() {
        node.report("empty", "expected more than spaces".to_owned());
        return None;
    }
    Some(words.to_owned())
}
