//! Letters as an editor draws them: the same outlines that are printed, with boxes and places for carets.

#![expect(unused_qualifications, reason = "the macro that describes a call writes whole paths")]

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use kurbo::{Point, Rect};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};

use crate::cancel::Cancel;
use crate::design::Design;
use crate::export::svg;
use crate::scene::SetLayer;
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Body, Params};
use crate::server::previews::choice;
use crate::server::state::App;
use crate::shop::Choice;

/// What fills the fields.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct OutlineParams {
    /// Values of the document's fields, a JSON object of strings. One for a field that the document does not have is refused
    /// (`unknown-field`).
    fields: Option<String>,
}

/// A text layer, set. Millimetres, y down, around the layer's own centre: before it is moved, turned or flipped.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct Outline {
    /// Id of the layer.
    #[schema(example = "words")]
    id: String,
    /// JSON pointer to it.
    #[schema(example = "/placements/0/layers/0")]
    pointer: String,
    /// Its words with the fields filled in.
    words: String,
    /// SVG elements to draw: shadow, body, rings, letters, colour emoji. The ids in it begin with the layer's.
    svg: String,
    /// The layout box.
    frame: Bounds,
    /// Bounds of what is inked.
    ink: Bounds,
    /// Em size after fitting.
    em_mm: f64,
    /// The lines from the top.
    lines: Vec<OutlineLine>,
    /// What carets step over, line by line.
    clusters: Vec<OutlineCluster>,
    /// Where carets may stand, line by line.
    carets: Vec<OutlineCaret>,
    /// Characters that no font has; they are not printed.
    missing: Vec<String>,
}

/// A rectangle, mm.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct Bounds {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// One line of a text.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct OutlineLine {
    /// First and last byte of its words, the last one not included (UTF-8).
    range: [usize; 2],
    /// Its part of `clusters`.
    clusters: [usize; 2],
    /// Its part of `carets`.
    carets: [usize; 2],
    /// Whether it runs from right to left.
    rtl: bool,
}

/// What a caret steps over.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct OutlineCluster {
    /// Bytes of the words (UTF-8).
    range: [usize; 2],
    /// Corners of its box from the top left, clockwise: x and y of each.
    quad: [[f64; 2]; 4],
    /// Whether it runs from right to left.
    rtl: bool,
}

/// A place where a caret may stand.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct OutlineCaret {
    /// Byte of the words before which it stands (UTF-8).
    position: usize,
    /// Its upper end.
    top: [f64; 2],
    /// Its lower end.
    bottom: [f64; 2],
}

/// The visible text layers of a design as outlines, boxes and carets.
#[utoipa::path(
    post, path = "/api/v1/outlines", tag = "previews", params(OutlineParams),
    request_body(content_type = "application/json", description = "The design document; one with the wanted text layers is enough", content = Object),
    responses(
        (status = 200, description = "One entry a text layer, in the document's order", body = Vec<Outline>),
        (status = 400, description = "Not JSON, or a parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "The document is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The texts cannot be set", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn create(
    State(app): State<Arc<App>>,
    Params(params): Params<OutlineParams>,
    Body(body): Body,
) -> Result<Json<Vec<Outline>>, ApiError> {
    let choice = choice(None, None, params.fields.as_deref())?;
    let owner = Arc::clone(&app);
    let job = move |cancel: &Cancel| outlines(&owner, &body, &choice, cancel);
    let time = app.config.limits.preview_time();
    Ok(Json(app.workers.run(time, &CancellationToken::new(), job).await??))
}

fn outlines(app: &App, body: &[u8], choice: &Choice, cancel: &Cancel) -> Result<Vec<Outline>, ApiError> {
    let design = Design::from_json(body)?;
    app.shop.set_texts(&design, choice, cancel)?.into_iter().map(Outline::new).collect()
}

impl Outline {
    fn new(layer: SetLayer) -> Result<Self, ApiError> {
        let lettering = &layer.lettering;
        let range = |range: &std::ops::Range<usize>| [range.start, range.end];
        Ok(Self {
            svg: svg::fragment(&lettering.items, lettering.ink, &format!("{}-", layer.id))?,
            frame: lettering.frame.into(),
            ink: lettering.ink.into(),
            em_mm: rounded(lettering.em),
            lines: lettering
                .lines
                .iter()
                .map(|line| OutlineLine {
                    range: range(&line.range),
                    clusters: range(&line.clusters),
                    carets: range(&line.carets),
                    rtl: line.rtl,
                })
                .collect(),
            clusters: lettering
                .clusters
                .iter()
                .map(|cluster| OutlineCluster {
                    range: range(&cluster.range),
                    quad: cluster.quad.map(place),
                    rtl: cluster.rtl,
                })
                .collect(),
            carets: lettering
                .carets
                .iter()
                .map(|caret| OutlineCaret {
                    position: caret.position,
                    top: place(caret.top),
                    bottom: place(caret.bottom),
                })
                .collect(),
            missing: lettering.missing.iter().map(ToString::to_string).collect(),
            id: layer.id,
            pointer: layer.pointer,
            words: layer.words,
        })
    }
}

impl From<Rect> for Bounds {
    fn from(rect: Rect) -> Self {
        let [x, y, width, height] = [rect.x0, rect.y0, rect.width(), rect.height()].map(rounded);
        Self { x, y, width, height }
    }
}

fn place(point: Point) -> [f64; 2] {
    [rounded(point.x), rounded(point.y)]
}

/// To a thousandth of a millimetre: a hair is fifty times as thick.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
