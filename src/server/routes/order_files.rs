//! What an order is made from: pictures of its lines, what changed since an approval, print files.

#![expect(unused_qualifications, reason = "the macro that describes a call writes whole paths")]

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};

use crate::cancel::Cancel;
use crate::export::png;
use crate::mockup::{self, WIDTHS_PX};
use crate::order::{Content, PinnedArtwork, PinnedLine, PrintFile, Status};
use crate::proof::Heading;
use crate::server::clock::rfc3339;
use crate::server::costs::{PROOF_DESIGN_PLACES, shown_pixels};
use crate::server::error::{ApiError, ProblemDetails};
use crate::server::extract::{Id, IdAnd, Params};
use crate::server::identity::MaybeCustomer;
use crate::server::keys::MaybeShopKey;
use crate::server::pictures::read_design;
use crate::server::previews::{Key, Owner, PictureFormat, PreviewParams, go_on, picture};
use crate::server::rates::Account;
use crate::server::routes::order_bodies::number;
use crate::server::routes::orders::{content_of, status_in, visible};
use crate::server::routes::previews::{ARTWORK_HASH, REVALIDATED, has_tag, matches, unchanged};
use crate::server::routes::prints::{PrintFormat, pay, print_file};
use crate::server::routes::proofs::{Line, Shown, drawn, tag_of};
use crate::server::routes::shop::profile_in_force;
use crate::server::state::App;
use crate::shop::{Choice, Fitting, PreviewOptions};
use crate::store::{OrderRow, Scope};
use crate::units::Dpi;

/// A picture of a line of an order.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::server) struct LineParams {
    /// Which line, from 1; left out, the first.
    #[param(minimum = 1)]
    line: Option<usize>,
    /// View of the garment; left out, the first that shows a print.
    #[param(example = "front")]
    view: Option<String>,
    /// Width in pixels, 64 to 2000; left out, 1000. Of a comparison, that of each of its two halves.
    #[param(minimum = 64, maximum = 2000)]
    width: Option<u32>,
    /// Colour of the wall behind the garment, `#rrggbb`; left out, a light grey, which a comparison keeps.
    #[param(example = "#d8d8d6", pattern = "^#[0-9a-fA-F]{6}$")]
    wall: Option<String>,
}

/// The print files of an order.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct FileList {
    /// Names what they make.
    hash: String,
    /// Whether the customer's approval holds; only then they are given out.
    approved: bool,
    /// Each artwork once, in the order of the lines.
    files: Vec<FileDetail>,
}

/// A print file.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct FileDetail {
    /// Its name: the first line that it is for, and the print area.
    #[schema(example = "1-front.png")]
    name: String,
    /// Id of the print area.
    area: String,
    /// The artwork's hash; the file carries it inside.
    hash: String,
    /// How often it is printed.
    copies: u64,
    /// Dots per inch.
    dpi: f64,
    /// Its address.
    url: String,
}

/// A picture of one line of an order, with its own names and numbers, as it was ordered.
#[utoipa::path(
    get, path = "/api/v1/orders/{id}/preview", tag = "orders", params(("id" = String, Path), LineParams), security((), ("shopKey" = ["orders:read"])),
    responses(
        (status = 200, description = "The picture", content_type = "image/jpeg", body = Vec<u8>, headers(("ETag" = String, description = "Hash of everything that went in"), ("X-Artwork-Hash" = String, description = "Names the artworks that it shows"))),
        (status = 304, description = "The caller has it"),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such order or line, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "There is no such view or width", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn preview(
    MaybeShopKey(key): MaybeShopKey,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
    Id(id): Id,
    Params(params): Params<LineParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let app = account.app();
    let row = visible(app, (key.as_ref(), Scope::OrdersRead), customer.as_ref(), &id).await?;
    let content = content_of(app, &row, row.revision).await?;
    let index = index_of(params.line, &content)?;
    let line = &content.lines[index];
    let wanted = PreviewParams {
        view: params.view,
        width: params.width,
        wall: params.wall,
        format: PictureFormat::Jpg,
        color: Some(line.color.clone()),
        size: Some(line.size.clone()),
        fields: Some(serde_json::to_string(&line.fields).map_err(|error| ApiError::internal(&error))?),
        ..PreviewParams::default()
    };
    let document = Bytes::from(document(&content, index)?);
    let owner = Owner::Customer(row.customer);
    let key = Key::new(app, &document, &wanted, &owner);
    if matches(&headers, &key) {
        return Ok(unchanged(&key.etag(), REVALIDATED));
    }
    let turn = CancellationToken::new();
    let shown = picture(app, key, (document, wanted), owner.customer(), (&account, &turn)).await?;
    crate::server::routes::previews::answer(&shown)
}

/// What changed in a line since the customer approved it: the approved garment beside the present one, all that is the
/// same paled. A line that looks as it was approved has no such picture: 409 names the lines that look different.
#[utoipa::path(
    get, path = "/api/v1/orders/{id}/changes", tag = "orders", params(("id" = String, Path), LineParams), security((), ("shopKey" = ["orders:read"])),
    responses(
        (status = 200, description = "The picture", content_type = "image/png", body = Vec<u8>),
        (status = 400, description = "A parameter that makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such order or line, or it is not the caller's, or nothing was approved", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "The line looks as it was approved", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "There is no such view or width", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn changes(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
    Id(id): Id,
    Params(params): Params<LineParams>,
) -> Result<Response, ApiError> {
    let row = visible(&app, (key.as_ref(), Scope::OrdersRead), customer.as_ref(), &id).await?;
    let approval = app.store.approval(&row.id).await?.ok_or_else(|| ApiError::not_found("approval"))?;
    let width_px = params.width.unwrap_or(PreviewOptions::default().width_px);
    if !WIDTHS_PX.contains(&width_px) {
        let detail = format!("a width is {} to {} pixels, not {width_px}", WIDTHS_PX.start(), WIDTHS_PX.end());
        return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "width", detail));
    }
    let approved = content_of(&app, &row, approval.revision).await?;
    let present = content_of(&app, &row, row.revision).await?;
    let different = different_lines(&approved, &present);
    let lines = [&approved, &present].map(|content| index_of(params.line, content));
    let index = match lines {
        [Ok(_), Ok(index)] => index,
        [Err(error), Err(_)] => return Err(error),
        [Err(_), Ok(index)] => return Err(not_in_both(index + 1, "was added after the approval", &different)),
        [Ok(index), Err(_)] => return Err(not_in_both(index + 1, "was approved and is gone now", &different)),
    };
    if !different.contains(&(index + 1)) {
        return Err(no_change(index + 1, &different, (approved.lines.len(), present.lines.len())));
    }
    let area = first_changed_area(&approved.lines[index], &present.lines[index]);
    let mut shown = Vec::new();
    let mut view = params.view;
    let mut points = 0;
    for content in [approved, present] {
        let choice = choice_of(&content, index);
        let (design, library) = read_design(&app, &document(&content, index)?, Some(&row.customer), &choice).await?;
        if view.is_none() {
            // Both halves show one view: that of the first print that changed.
            view = area
                .as_ref()
                .and_then(|area| Some(app.shop.catalog.garment(&design.garment).ok()?.area(area).ok()?.view.clone()));
        }
        let exact = shown_pixels(&app.shop.fit(&design, &choice)?, view.as_deref());
        points += app.config.limits.costs.preview(width_px, Some(exact));
        shown.push((design, library, choice));
    }
    account.spend_rest(points)?;
    let owner = Arc::clone(&app);
    let job = move |cancel: &Cancel| -> Result<Vec<u8>, ApiError> {
        let mut previews = Vec::new();
        for (design, library, choice) in shown {
            let options = PreviewOptions { choice, view: view.clone(), width_px, ..PreviewOptions::default() };
            let fitting = Fitting { cancel: cancel.clone(), ..owner.shop.fit(&design, &options.choice)? };
            previews.push(owner.shop.preview_of(&fitting, &library, &options)?);
            go_on(cancel)?;
        }
        let [before, after] = &previews[..] else { return Err(ApiError::not_found("revision")) };
        let both = mockup::compare(before, after);
        let mut file = Vec::new();
        png::write_rgb(both.width, both.height, &both.pixels, "", &mut file)?;
        Ok(file)
    };
    let places = 2 * PROOF_DESIGN_PLACES;
    let time = app.config.limits.print_time();
    let file = app.workers.run_long(places, time, &CancellationToken::new(), job).await??;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("image/png"))], file).into_response())
}

/// The proof of an order: every view, sizes and places in millimetres, inks, fonts, findings, names and numbers, and the
/// hash that the customer approves.
#[utoipa::path(
    get, path = "/api/v1/orders/{id}/proof.pdf", tag = "orders", params(("id" = String, Path)), security((), ("shopKey" = ["orders:read"])),
    responses(
        (status = 200, description = "The proof", content_type = "application/pdf", body = Vec<u8>, headers(("ETag" = String, description = "Names what it shows"))),
        (status = 304, description = "The caller has it"),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such order, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "Inks, garments or the program have changed since: something else would be printed", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "It has more designs and colours than a proof holds", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn proof(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let row = visible(&app, (key.as_ref(), Scope::OrdersRead), customer.as_ref(), &id).await?;
    let content = content_of(&app, &row, row.revision).await?;
    let (revision, profile) = profile_in_force(&app).await?;
    // The date on the proof is that of the last change.
    let tag = tag_of(&app, &row.id, [row.revision, revision], &row.updated_at.to_le_bytes());
    if has_tag(&headers, &tag) {
        return Ok(unchanged(&tag, REVALIDATED));
    }
    let (mut designs, mut lines) = (BTreeMap::new(), Vec::new());
    for (index, line) in content.order.lines.iter().enumerate() {
        let (choice, made) = (choice_of(&content, index), &content.lines[index]);
        if !designs.contains_key(&line.design) {
            let read = read_design(&app, &document(&content, index)?, Some(&row.customer), &choice).await?;
            designs.insert(line.design.clone(), read);
        }
        let ordered = made.artworks.iter().map(|artwork| (artwork.area.clone(), artwork.hash.clone())).collect();
        lines.push(Line { design: line.design.clone(), choice, quantity: made.quantity, ordered });
    }
    let heading = Heading {
        shop: profile.brand.name,
        number: number(&row.id),
        date: rfc3339(row.updated_at).get(..10).map(str::to_owned),
        note: content.order.note.clone(),
        approval: Some(row.hash.clone()),
        ..Heading::default()
    };
    drawn(&account, Shown { heading, designs, lines }, (&tag, &number(&row.id))).await
}

/// The print files of an order, each artwork once with the number of its copies.
#[utoipa::path(
    get, path = "/api/v1/orders/{id}/files", tag = "orders", params(("id" = String, Path)), security((), ("shopKey" = ["orders:read"])),
    responses(
        (status = 200, description = "The list", body = FileList),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such order, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn files(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
    MaybeCustomer(customer): MaybeCustomer,
    Id(id): Id,
) -> Result<Json<FileList>, ApiError> {
    let row = visible(&app, (key.as_ref(), Scope::OrdersRead), customer.as_ref(), &id).await?;
    let content = content_of(&app, &row, row.revision).await?;
    let detail = |file: PrintFile| {
        let name = format!("{}-{}.png", file.line + 1, file.area);
        FileDetail {
            url: format!("/api/v1/orders/{}/files/{name}", row.id),
            name,
            area: file.area,
            hash: file.hash,
            copies: file.copies,
            dpi: Dpi::PRINT.get(),
        }
    };
    let approved = is_approved(&app, &row).await?;
    Ok(Json(FileList { hash: row.hash.clone(), approved, files: content.files().into_iter().map(detail).collect() }))
}

/// A print file of an order whose approval holds: `1-front.png`, or with the ending `.tif`, `.pdf` or, for outlines, `.svg`. If what would be printed
/// now is not what was approved, it is refused.
#[utoipa::path(
    get, path = "/api/v1/orders/{id}/files/{name}", tag = "orders",
    params(("id" = String, Path), ("name" = String, Path, example = "1-front.png")), security((), ("shopKey" = ["orders:read"])),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "image/png"), (String = "image/svg+xml"), (Vec<u8> = "image/tiff"), (Vec<u8> = "application/pdf")),
            headers(("X-Artwork-Hash" = String, description = "Names the artwork; its previews carry the same"))),
        (status = 401, description = "A key that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "There is no such order or file, or it is not the caller's", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 409, description = "Nobody has approved what would be printed", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too much was asked for in a minute", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn file(
    State(app): State<Arc<App>>,
    MaybeShopKey(key): MaybeShopKey,
    MaybeCustomer(customer): MaybeCustomer,
    account: Account,
    IdAnd(id, name): IdAnd,
) -> Result<Response, ApiError> {
    let row = visible(&app, (key.as_ref(), Scope::OrdersRead), customer.as_ref(), &id).await?;
    let content = content_of(&app, &row, row.revision).await?;
    let (index, area, format) = named(&name).ok_or_else(|| ApiError::not_found("file"))?;
    let artworks = content.lines.get(index).map(|line| &line.artworks[..]).unwrap_or_default();
    let artwork = artworks.iter().find(|artwork| artwork.area == area).ok_or_else(|| ApiError::not_found("file"))?;
    if !is_approved(&app, &row).await? {
        let detail = match status_in(&row)? {
            Status::Cancelled => "the order is cancelled; nothing is printed",
            _ => "the customer has not approved what would be printed; print files come after that",
        };
        return Err(ApiError::new(StatusCode::CONFLICT, "not-approved", detail));
    }
    let choice = choice_of(&content, index);
    let (design, library) = read_design(&app, &document(&content, index)?, Some(&row.customer), &choice).await?;
    let places = pay(&app, &account, (&design, &choice), (area, Dpi::PRINT))?;
    let (owner, printed) = (Arc::clone(&app), area.to_owned());
    let job =
        move |cancel: &Cancel| print_file(&owner, (&design, &library), &choice, (&printed, Dpi::PRINT, format), cancel);
    let (bytes, hash) =
        app.workers.run_long(places, app.config.limits.print_time(), &CancellationToken::new(), job).await??;
    if hash != artwork.hash {
        let detail = "inks, garments or the program have changed since the approval: this would print something else; \
                      change the order (PUT) to get a new proof";
        return Err(ApiError::new(StatusCode::CONFLICT, "proof-changed", detail));
    }
    let header = |text: &str| HeaderValue::from_str(text).map_err(|error| ApiError::internal(&error));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(format.format().media_type())),
        (CONTENT_DISPOSITION, header(&format!("attachment; filename=\"{name}\""))?),
        (ARTWORK_HASH, header(&hash)?),
    ];
    Ok((headers, bytes).into_response())
}

async fn is_approved(app: &App, row: &OrderRow) -> Result<bool, ApiError> {
    let approval = app.store.approval(&row.id).await?;
    Ok(status_in(row)?.is_approved() && approval.is_some_and(|approval| approval.hash == row.hash))
}

/// The lines, from 1, that do not look as they were approved, of those that were there then.
pub(in crate::server) fn different_lines(approved: &Content, present: &Content) -> Vec<usize> {
    let looks = |line: &PinnedLine| {
        (line.garment.clone(), line.color.clone(), line.size.clone(), line.technique.clone(), line.artworks.clone())
    };
    let pairs = approved.lines.iter().zip(&present.lines);
    (1..).zip(pairs).filter(|(_, (before, after))| looks(before) != looks(after)).map(|(line, _)| line).collect()
}

/// The print area of the first artwork that changed; of the first one if none did, as where only the garment is another.
fn first_changed_area(before: &PinnedLine, after: &PinnedLine) -> Option<String> {
    let is_other = |artwork: &&PinnedArtwork| !(before.artworks.contains(artwork) && after.artworks.contains(artwork));
    let all = || after.artworks.iter().chain(&before.artworks);
    all().find(is_other).or_else(|| all().next()).map(|artwork| artwork.area.clone())
}

/// A line that cannot be shown beside what it was.
fn not_in_both(line: usize, what: &str, different: &[usize]) -> ApiError {
    let detail = format!("line {line} {what}: there is no picture to hold it against; {}", listed(different));
    ApiError::new(StatusCode::CONFLICT, "no-change", detail)
}

fn listed(different: &[usize]) -> String {
    let others: Vec<String> = different.iter().map(usize::to_string).collect();
    if others.is_empty() {
        "no line looks different, and what else changed, such as a quantity, no picture shows".to_owned()
    } else {
        format!("lines that look different: {}", others.join(", "))
    }
}

fn no_change(line: usize, different: &[usize], (before, now): (usize, usize)) -> ApiError {
    let mut hint = listed(different);
    if now > before {
        hint = format!("{hint}; lines after line {before} were added after the approval");
    } else if before > now {
        hint = format!("{hint}; lines after line {now} were approved and are gone now");
    }
    ApiError::new(StatusCode::CONFLICT, "no-change", format!("line {line} looks as it was approved; {hint}"))
}

/// The index of a line that is counted from 1.
fn index_of(line: Option<usize>, content: &Content) -> Result<usize, ApiError> {
    let index = line.unwrap_or(1).checked_sub(1).filter(|index| *index < content.lines.len());
    index.ok_or_else(|| ApiError::not_found("line"))
}

/// The document of a line as it was ordered.
fn document(content: &Content, index: usize) -> Result<Vec<u8>, ApiError> {
    let design = content.design_of(index).ok_or_else(|| ApiError::not_found("design"))?;
    serde_json::to_vec(&design.document).map_err(|error| ApiError::internal(&error))
}

fn choice_of(content: &Content, index: usize) -> Choice {
    let line = &content.lines[index];
    let (size, color) = (Some(line.size.clone()), Some(line.color.clone()));
    Choice { size, color, fields: line.fields.clone(), ..Choice::default() }
}

/// The line, the area and the format of a file's name.
fn named(name: &str) -> Option<(usize, &str, PrintFormat)> {
    let (stem, ending) = name.rsplit_once('.')?;
    let format = match ending {
        "png" => PrintFormat::Png,
        "svg" => PrintFormat::Svg,
        "tif" => PrintFormat::Tiff,
        "pdf" => PrintFormat::Pdf,
        _ => return None,
    };
    let (line, area) = stem.split_once('-')?;
    let is_plain = line.bytes().all(|byte| byte.is_ascii_digit()) && !line.starts_with('0');
    Some((line.parse::<usize>().ok().filter(|_| is_plain)?.checked_sub(1)?, area, format))
}
