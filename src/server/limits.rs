//! Every bound of the service in one table: what the code checks is what `/api/v1/limits` tells.

use std::time::Duration;

use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::assets;
use crate::batch;
use crate::design::limits::{DOCUMENT_BYTES, FIELD_CHARS, FIELDS, LAYERS, TEXT_CHARS};
use crate::mockup::WIDTHS_PX;
use crate::order;
use crate::quote::{MOST_ITEMS, MOST_PIECES};
use crate::server::costs::{Costs, MEGAPIXELS_A_PLACE};
use crate::server::error::ApiError;
use crate::store::{Full, Quota, REVISIONS};

/// What the service accepts and how long it works.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Limits {
    /// Bytes of a JSON body.
    #[schema(example = 1_000_000)]
    pub json_bytes: usize,
    /// Bytes of an uploaded PNG, JPEG, WebP or GIF.
    #[schema(example = 32_000_000)]
    pub raster_bytes: usize,
    /// Bytes of an uploaded SVG.
    #[schema(example = 5_000_000)]
    pub svg_bytes: usize,
    /// Pixels of an uploaded picture.
    #[schema(example = 100_000_000)]
    pub pixels: u64,
    /// Least width of a preview, pixels.
    #[schema(example = 64)]
    pub preview_min_width_px: u32,
    /// Greatest width of a preview, pixels.
    #[schema(example = 2000)]
    pub preview_max_width_px: u32,
    /// Time for a preview, from its admission, milliseconds.
    #[schema(example = 2000)]
    pub preview_ms: u64,
    /// Time for a print file, from its admission, milliseconds.
    #[schema(example = 60_000)]
    pub print_ms: u64,
    /// Bytes of all files of one answer with separations.
    #[schema(example = 256_000_000)]
    pub separation_bytes: u64,
    /// Time for which whoever asked may read nothing of an answer, milliseconds: then the connection ends.
    #[schema(example = 60_000)]
    pub unread_ms: u64,
    /// Time for an upload to be normalised, milliseconds.
    #[schema(example = 10_000)]
    pub upload_ms: u64,
    /// Memory for an upload to be normalised, MiB.
    #[schema(example = 2048)]
    pub upload_memory_mib: u64,
    /// Processor time for an SVG to be normalised, milliseconds; whole seconds count.
    #[schema(example = 2000)]
    pub svg_cpu_ms: u64,
    /// Memory for an SVG to be normalised, MiB.
    #[schema(example = 512)]
    pub svg_memory_mib: u64,
    /// Renders that run at once.
    #[schema(example = 2)]
    pub workers: usize,
    /// Places of renders that wait, each for about the work of a live preview; what finds none is refused at once.
    #[schema(example = 64)]
    pub queue: usize,
    /// A print file takes one more place of those that run and wait for each so many megapixels, an exact preview for
    /// each twice as many of the prints that it shows.
    #[schema(example = 3)]
    pub megapixels_a_place: u32,
    /// Points that one visitor may spend in a minute.
    #[schema(example = 3000)]
    pub points_per_minute: u32,
    /// Points that the calls with one shop key may cost in a minute.
    #[schema(example = 30_000)]
    pub key_points_per_minute: u32,
    /// Points that calls cost.
    pub costs: Costs,
    /// Path elements that all letters and shapes of one design may be drawn with, each as often as it is drawn.
    #[schema(example = 3_000_000)]
    pub design_outlines: u64,
    /// Bytes of memory that all pictures of one design may take, as decoded.
    #[schema(example = 1_000_000_000)]
    pub design_picture_bytes: u64,
    /// Characters of one text layer.
    #[schema(example = 2000)]
    pub text_chars: usize,
    /// Characters of what a field is given, such as a name.
    #[schema(example = 200)]
    pub field_chars: usize,
    /// Fields of one design.
    #[schema(example = 32)]
    pub fields: usize,
    /// Entries of a quote's list of sizes.
    #[schema(example = 100)]
    pub quote_items: usize,
    /// Pieces of one entry of a quote.
    #[schema(example = 100_000)]
    pub quote_item_pieces: u32,
    /// Pieces of one line of an order.
    #[schema(example = 100_000)]
    pub order_line_pieces: u32,
    /// Saved designs of one customer.
    #[schema(example = 1000)]
    pub designs: u32,
    /// Revisions of a design that are kept; older ones go.
    #[schema(example = 500)]
    pub revisions: u32,
    /// Pictures of one customer.
    #[schema(example = 1000)]
    pub uploads: u32,
    /// Bytes of one customer's pictures together, as they were uploaded.
    #[schema(example = 2_000_000_000_u64)]
    pub uploads_bytes: u64,
    /// Orders that one customer may place within 24 hours; a key of the shop any number.
    #[schema(example = 100)]
    pub orders_per_day: u32,
    /// Events of one customer that are kept within 24 hours; of a shop's own customers any number.
    #[schema(example = 2000)]
    pub events_per_day: u32,
    /// Bytes of a file of orders.
    #[schema(example = 67_108_864)]
    pub orders_bytes: usize,
    /// Batches of orders that are kept.
    #[schema(example = 200)]
    pub batches: u32,
    /// Bytes of all files together of a campaign that is looked at.
    #[schema(example = 32_000_000)]
    pub campaign_bytes: usize,
    /// Bytes of each of its two lists.
    #[schema(example = 8_000_000)]
    pub campaign_list_bytes: usize,
    /// Files of designs and their pictures that come with it.
    #[schema(example = 100)]
    pub campaign_designs: usize,
    /// Most mails that are compiled of it.
    #[schema(example = 24)]
    pub campaign_mails: usize,
    /// Rows of its plan that are told.
    #[schema(example = 1000)]
    pub campaign_rows: usize,
    /// Layers of a design, those in groups too.
    pub layers: usize,
    /// Lines of an order.
    pub order_lines: usize,
}

impl Limits {
    /// The defaults for a machine of `cores` processors.
    #[must_use]
    pub fn for_cores(cores: usize) -> Self {
        let pictures = assets::Limits::default();
        let workers = cores.max(1);
        Self {
            json_bytes: DOCUMENT_BYTES,
            raster_bytes: pictures.raster_bytes,
            svg_bytes: pictures.svg.bytes,
            pixels: pictures.pixels,
            preview_min_width_px: *WIDTHS_PX.start(),
            preview_max_width_px: *WIDTHS_PX.end(),
            preview_ms: 2_000,
            print_ms: 60_000,
            separation_bytes: 256_000_000,
            unread_ms: 60_000,
            upload_ms: 10_000,
            upload_memory_mib: 2048,
            svg_cpu_ms: 2_000,
            svg_memory_mib: 512,
            workers,
            queue: workers * 32,
            megapixels_a_place: MEGAPIXELS_A_PLACE,
            points_per_minute: 3_000,
            key_points_per_minute: 30_000,
            costs: Costs::default(),
            design_outlines: pictures.request_outlines,
            design_picture_bytes: pictures.request_bytes,
            text_chars: TEXT_CHARS,
            field_chars: FIELD_CHARS,
            fields: FIELDS,
            quote_items: MOST_ITEMS,
            quote_item_pieces: MOST_PIECES,
            order_line_pieces: order::limits::PIECES,
            designs: 1_000,
            revisions: REVISIONS as u32,
            uploads: 1_000,
            uploads_bytes: 2_000_000_000,
            orders_per_day: 100,
            events_per_day: 2_000,
            orders_bytes: batch::limits::ORDERS_BYTES,
            batches: 200,
            campaign_bytes: 32_000_000,
            campaign_list_bytes: 8_000_000,
            campaign_designs: 100,
            campaign_mails: 24,
            campaign_rows: 1_000,
            layers: LAYERS,
            order_lines: order::limits::LINES,
        }
    }

    /// What is kept for one customer.
    pub(super) fn quota(&self) -> Quota {
        Quota {
            designs: self.designs.into(),
            uploads: self.uploads.into(),
            upload_bytes: i64::try_from(self.uploads_bytes).unwrap_or(i64::MAX),
        }
    }

    /// Says that there is no more room.
    pub(super) fn refuse(&self, full: Full) -> ApiError {
        let (code, what) = match full {
            Full::Designs => ("too-many-designs", format!("{} designs are", self.designs)),
            Full::Uploads => ("too-many-uploads", format!("{} pictures are", self.uploads)),
            Full::UploadBytes => {
                ("too-many-uploads", format!("{} MB of pictures are", self.uploads_bytes.div_ceil(1_000_000)))
            }
        };
        ApiError::new(StatusCode::CONFLICT, code, format!("{what} kept for one customer; delete some first"))
    }

    /// Time for a preview.
    #[must_use]
    pub const fn preview_time(&self) -> Duration {
        Duration::from_millis(self.preview_ms)
    }

    /// Time for which an answer may stand still.
    #[must_use]
    pub const fn unread_time(&self) -> Duration {
        Duration::from_millis(self.unread_ms)
    }

    /// Time for an upload to be normalised.
    #[must_use]
    pub const fn upload_time(&self) -> Duration {
        Duration::from_millis(self.upload_ms)
    }

    /// Time for a print file.
    #[must_use]
    pub const fn print_time(&self) -> Duration {
        Duration::from_millis(self.print_ms)
    }
}
