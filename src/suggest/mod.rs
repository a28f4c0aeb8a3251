//! What sells together, and what one customer is likely to like.
//!
//! A [`Recipe`] is the style of a design in seven attributes of closed vocabularies, never its words or pictures. A
//! [`History`] holds who did what with which recipe; it is a set, so that events in any order, events that come twice,
//! returns and erasures leave exactly what is left in the log. A [`Model`] is computed from it for a moment: popular
//! recipes with several half-lives, and a linear model of what goes with what (EASE: Steck, 2019,
//! <https://arxiv.org/abs/1905.03375>). [`Model::suggest`] ranks.

mod deeds;
mod ease;
mod editorial;
mod evaluate;
mod event;
mod history;
mod lift;
mod model;
mod rank;
mod recipe;
mod simulate;
mod vocabulary;

pub use ease::Ease;
pub use editorial::{Editorial, EditorialError};
pub use evaluate::{Method, Score, evaluate};
pub use event::{Event, EventError, Kind, LogReader, Named, Uses, event_schema, read_events};
pub use history::{DAY_MS, History, Known, RecipeId};
pub use model::{Model, Prepared, Settings};
pub use rank::{Ask, Reason, Suggestion};
pub use recipe::{Attribute, Recipe, main_words};
pub use simulate::simulate;
pub use vocabulary::{LOGOS, Vocabulary};

#[cfg(test)]
mod tests;
