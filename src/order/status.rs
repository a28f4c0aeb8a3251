//! Where an order stands, and where it may go from there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It waits for the customer to approve the proof.
    Received,
    /// The customer has approved what will be made.
    Approved,
    /// It is being made; nothing can be changed any more.
    InProduction,
    /// It is on its way.
    Shipped,
    /// It will not be made.
    Cancelled,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Received, Self::Approved, Self::InProduction, Self::Shipped, Self::Cancelled];

    /// Its name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Approved => "approved",
            Self::InProduction => "in-production",
            Self::Shipped => "shipped",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether what is made can still be changed.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Approved)
    }

    /// Whether the customer has approved what it makes now: any change brings it back to [`Status::Received`], even one
    /// that leads to something that was approved before.
    #[must_use]
    pub const fn is_approved(self) -> bool {
        matches!(self, Self::Approved | Self::InProduction | Self::Shipped)
    }

    /// Whether the shop may move an order from here to `next`. Approving is the customer's alone.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Approved, Self::InProduction)
                | (Self::InProduction, Self::Shipped)
                | (Self::Received | Self::Approved | Self::InProduction, Self::Cancelled)
        )
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
