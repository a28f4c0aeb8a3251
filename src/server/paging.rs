//! Lists in pages.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::server::error::ApiError;

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListParams {
    /// `next` of the page before.
    pub(super) after: Option<String>,
    /// How many, 1 to 100; left out, 50.
    #[param(minimum = 1, maximum = 100)]
    pub(super) limit: Option<u32>,
}

impl ListParams {
    /// How many are wanted.
    ///
    /// # Errors
    /// If it is out of range.
    pub(super) fn limit(&self) -> Result<u32, ApiError> {
        let limit = self.limit.unwrap_or(50);
        if (1..=100).contains(&limit) {
            return Ok(limit);
        }
        Err(ApiError::bad_request("parameter", format!("limit is 1 to 100, not {limit}")))
    }

    /// What the page before ended with, as `read` understands it.
    ///
    /// # Errors
    /// If it does not.
    pub(super) fn after<'a, T>(&'a self, read: impl Fn(&'a str) -> Option<T>) -> Result<Option<T>, ApiError> {
        let wrong = || ApiError::bad_request("parameter", "after must be `next` of the page before");
        self.after.as_deref().map(|text| read(text).ok_or_else(wrong)).transpose()
    }
}

/// A time and an id, as [`cursor`] writes them.
pub(super) fn time_and_id(text: &str, is_id: impl Fn(&str) -> bool) -> Option<(i64, &str)> {
    let (time, id) = text.split_once('-')?;
    Some((time.parse().ok()?, id)).filter(|_| is_id(id))
}

/// What the next page begins behind.
pub(super) fn cursor(time: i64, id: &str) -> String {
    format!("{time}-{id}")
}

/// Cuts rows to a page, of which one more than `limit` were asked for; what the next page begins behind, if there is one.
pub(super) fn cut<T>(rows: &mut Vec<T>, limit: u32, cursor: impl Fn(&T) -> String) -> Option<String> {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    rows.last().filter(|_| more).map(cursor)
}
