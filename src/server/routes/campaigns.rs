//! Campaigns: who would get which mail, and the first mails as they would look. Nothing is sent and nothing is kept.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::http::StatusCode;
use bytes::{Bytes, BytesMut};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::campaign::{Entry, Moment, Plan, Status, limits, moment};
use crate::cancel::Cancel;
use crate::design::Problem;
use crate::server::campaigns::{Compiled, Designs, Files, Mail, Read, TEMPLATE_BYTES, compile, file_name};
use crate::server::clock::now_ms;
use crate::server::error::{ApiError, FieldProblem, ProblemDetails};
use crate::server::keys::ShopKey;
use crate::server::limits::Limits;
use crate::server::rates::Account;
use crate::server::state::App;
use crate::store::Scope;

/// Points for reading the lists; each mail costs what a preview of its width does.
const LOOK_POINTS: u32 = 20;
/// Mails that are compiled unless more are asked for.
const MAILS: usize = 8;
/// Time for the files to arrive.
const BODY_TIME: Duration = Duration::from_secs(180);

/// The files of a campaign, as `platen campaign` takes them.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it only describes the form")]
pub(in crate::server) struct CampaignForm {
    /// What the mails say and to whom, a .toml (docs/CAMPAIGNS.md).
    #[schema(value_type = String, format = Binary)]
    template: Vec<u8>,
    /// The list of recipients, a .csv.
    #[schema(value_type = String, format = Binary)]
    recipients: Vec<u8>,
    /// The list of who agreed to mail and who wants none any more, a .csv.
    #[schema(value_type = String, format = Binary)]
    consent: Vec<u8>,
    /// Designs that the template and the list name, and their pictures, each known by the last part of its file's name. What
    /// is not sent is looked for among the ready designs of the service.
    #[schema(value_type = Option<Vec<String>>)]
    design: Vec<Vec<u8>>,
    /// The moment to compile for, such as `2027-05-12T09:00:00Z`; left out, now.
    now: Option<String>,
    /// How many mails are compiled, 1 to 24; left out, 8.
    #[schema(minimum = 1, maximum = 24)]
    n: Option<usize>,
}

/// What a campaign would come to.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::server) struct CampaignPreview {
    /// What the template calls it.
    #[schema(example = "reunion-2027")]
    name: String,
    /// The moment that it was compiled for (RFC 3339).
    #[schema(example = "2027-05-12T09:00:00Z")]
    now: String,
    /// Whether links to unsubscribe are signed with the service's key; without one they lead nowhere, and the mails are to be
    /// looked at only.
    is_signed: bool,
    /// How many rows have which status.
    counts: CampaignCounts,
    /// What is wrong with rows and what is worth knowing, with its place in the form: `/recipients/LINE/COLUMN`,
    /// `/consent/LINE/COLUMN`, `/design/FILE`. The first 200.
    issues: Vec<FieldProblem>,
    /// How many there are in all.
    issues_total: usize,
    /// Who gets what, or why not: the first 1,000 rows of the list, in its order.
    rows: Vec<CampaignRow>,
    /// How many rows the list has.
    rows_total: usize,
    /// The first mails that can be made.
    mails: Vec<CampaignMail>,
}

/// How many rows have which status.
#[derive(Debug, Serialize, ToSchema)]
struct CampaignCounts {
    /// Get a mail.
    ready: usize,
    /// Their mail cannot be made: those of all whose own design cannot be shown, and others of those that were compiled.
    failed: usize,
    /// Said no.
    suppressed: usize,
    /// Nobody knows that they said yes.
    no_consent: usize,
    /// Had a mail lately, or asked for fewer.
    capped: usize,
    /// Want no personal mail, and there is no other.
    withheld: usize,
    /// No rule is for them.
    no_rule: usize,
    /// Cannot be used.
    bad_row: usize,
}

/// What happens to a row.
#[derive(Debug, Serialize, ToSchema)]
struct CampaignRow {
    /// Line of the list on which it starts.
    #[schema(example = 2)]
    row: u64,
    /// The address, as the list has it.
    #[schema(example = "ada@example.com")]
    recipient: String,
    /// `ready`, `failed`, `bad-row`, `suppressed`, `no-consent`, `capped`, `withheld` or `no-rule`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Why they get nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    why: String,
    /// The rule that is theirs, or `generic`.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    rule: String,
    /// `a` or `b` where the rule has two.
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'static str>,
    /// The code of the offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<String>,
    /// The moment before which the mail should not go out, or no other may come (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<String>,
}

/// A line of a message's head.
#[derive(Debug, Serialize, ToSchema)]
struct CampaignHeader {
    /// Its name.
    #[schema(example = "List-Unsubscribe-Post")]
    name: String,
    /// As the message has it, on one line.
    #[schema(example = "List-Unsubscribe=One-Click")]
    value: String,
}

/// A mail as it would look.
#[derive(Debug, Serialize, ToSchema)]
struct CampaignMail {
    /// Line of the list on which its row starts.
    row: u64,
    /// The address.
    recipient: String,
    /// The subject.
    subject: String,
    /// What mail programs show beside it.
    preheader: String,
    /// The mail as HTML, with its picture in it.
    html: String,
    /// The mail as text.
    text: String,
    /// The message's head.
    headers: Vec<CampaignHeader>,
    /// What could not be shown or said as the list or the template has it.
    notes: Vec<String>,
}

/// What was sent.
struct Sent {
    template: Bytes,
    recipients: Bytes,
    consent: Bytes,
    designs: Files,
    now: Moment,
    n: usize,
}

/// Compiles a campaign to look at: who gets what and why others get nothing, and the first mails with their pictures, by the
/// code of `platen campaign`. It sends nothing and keeps nothing. Whoever unsubscribed from the service by the link of a mail
/// gets none, whatever the lists say. A campaign that cannot be compiled is refused with everything that is wrong, each with
/// its place: `/template/LINE/COLUMN`, `/recipients/LINE/COLUMN NAME`, `/design/FILE/POINTER`.
#[utoipa::path(
    post, path = "/api/v1/campaigns/preview", tag = "shop", security(("shopKey" = ["shop:read"])),
    request_body(content_type = "multipart/form-data", content = CampaignForm),
    responses(
        (status = 200, description = "What it would come to", body = CampaignPreview),
        (status = 400, description = "A part is missing or makes no sense", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, description = "No key, or one that opens nothing", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 408, description = "The files did not arrive in time", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 413, description = "A file is too large", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 415, description = "Not a form, or a picture that is not read", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The campaign cannot be compiled", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is asked at the moment", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(in crate::server) async fn preview(
    State(app): State<Arc<App>>,
    key: ShopKey,
    account: Account,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<CampaignPreview>, ApiError> {
    key.require(Scope::ShopRead)?;
    let arrival = app.incoming.begin(account.name()).ok_or_else(|| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "many files are arriving at the moment").retry_after(2)
    })?;
    let form = form.map_err(|_| {
        let detail = "send a form (multipart/form-data) with the files template, recipients and consent";
        ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "form", detail)
    })?;
    let sent = tokio::time::timeout(BODY_TIME, sent(form, &app.config.limits)).await.map_err(|_| {
        let detail = format!("the files did not arrive within {} seconds", BODY_TIME.as_secs());
        ApiError::new(StatusCode::REQUEST_TIMEOUT, "too-slow", detail)
    })??;
    account.spend(LOOK_POINTS)?;
    let unsubscribed = app.store.suppressions().await?;
    let Sent { template, recipients, consent, designs: files, now, n } = sent;
    let read = tokio::task::spawn_blocking(move || Read::new([&template, &recipients, &consent], &unsubscribed));
    let read = read.await.map_err(|error| ApiError::internal(&error))??;
    let mail_points = app.config.limits.costs.preview(read.template.picture.width_px, None);
    account.spend(mail_points.saturating_mul(u32::try_from(n).unwrap_or(u32::MAX)))?;
    let designs = Designs::open(&app, &read, &files, now).await?;
    let notes = read.check(&app, &designs)?;
    let owner = Arc::clone(&app);
    let job = move |cancel: &Cancel| {
        let made = compile(&owner, &read, &designs, (now, n), cancel);
        answer(&owner, &read, made, now, notes)
    };
    let places = u32::try_from(n).unwrap_or(1);
    let limits = &app.config.limits;
    let answer = app.workers.run_long(places, limits.print_time(), &CancellationToken::new(), job).await?;
    // Until here the files are held in memory.
    drop(arrival);
    Ok(Json(answer))
}

fn answer(app: &App, read: &Read, made: Vec<Compiled>, now: Moment, notes: Vec<Problem>) -> CampaignPreview {
    let plan = read.plan(now);
    let failures: Vec<(usize, &String)> =
        made.iter().filter_map(|one| Some((one.index, one.made.as_ref().err()?))).collect();
    let mut rows: Vec<CampaignRow> = plan.entries.iter().take(app.config.limits.campaign_rows).map(row).collect();
    for (index, why) in &failures {
        if let Some(row) = rows.get_mut(*index) {
            row.status = Status::Failed.name();
            row.why.clone_from(why);
        }
    }
    let problems: Vec<_> = notes.into_iter().chain(read.bad_rows()).collect();
    CampaignPreview {
        name: read.template.name.clone(),
        now: now.to_string(),
        is_signed: !app.config.campaign_keys.is_empty(),
        counts: counts(&plan, failures.len()),
        issues_total: problems.len(),
        issues: problems.into_iter().take(limits::ISSUES).map(FieldProblem::from).collect(),
        rows,
        rows_total: plan.entries.len(),
        mails: made.into_iter().filter_map(|one| Some(mail(&plan.entries[one.index], one.made.ok()?))).collect(),
    }
}

fn counts(plan: &Plan<'_>, failed: usize) -> CampaignCounts {
    CampaignCounts {
        ready: plan.count(Status::Ready).saturating_sub(failed),
        failed,
        suppressed: plan.count(Status::Suppressed),
        no_consent: plan.count(Status::NoConsent),
        capped: plan.count(Status::Capped),
        withheld: plan.count(Status::Withheld),
        no_rule: plan.count(Status::NoRule),
        bad_row: plan.count(Status::BadRow),
    }
}

fn row(entry: &Entry<'_>) -> CampaignRow {
    let edition = entry.edition;
    CampaignRow {
        row: entry.recipient.line,
        recipient: entry.recipient.email.clone(),
        status: entry.status.name(),
        why: entry.why.clone(),
        rule: entry.rule.to_owned(),
        variant: edition.and_then(|edition| edition.variant),
        offer: edition.and_then(|edition| Some(edition.offer.as_ref()?.code.clone())),
        not_before: entry.not_before.map(|moment| moment.to_string()),
    }
}

fn mail(entry: &Entry<'_>, mail: Mail) -> CampaignMail {
    let Mail { letter, html, headers, notes } = mail;
    CampaignMail {
        row: entry.recipient.line,
        recipient: entry.recipient.email.clone(),
        text: letter.text(),
        subject: letter.subject,
        preheader: letter.preheader,
        html,
        headers: headers.into_iter().map(|(name, value)| CampaignHeader { name, value }).collect(),
        notes,
    }
}

/// The parts of a form.
async fn sent(mut form: Multipart, limits: &Limits) -> Result<Sent, ApiError> {
    let mut files: [Option<Bytes>; 3] = Default::default();
    let parts = [
        ("template", TEMPLATE_BYTES),
        ("recipients", limits.campaign_list_bytes),
        ("consent", limits.campaign_list_bytes),
    ];
    let (mut designs, mut now, mut n) = (Files::new(), None, MAILS);
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error, limits))? {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(index) = parts.iter().position(|(part, _)| *part == name) {
            let bytes = bytes_of(field, parts[index], limits).await?;
            if files[index].replace(bytes).is_some() {
                return Err(ApiError::bad_request("form", format!("the form has two files \"{name}\"")));
            }
        } else if name == "design" {
            if designs.len() == limits.campaign_designs {
                let detail = format!("{} designs and pictures are read; send those that are needed", designs.len());
                return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-many-designs", detail));
            }
            let file = file_name(field.file_name().unwrap_or_default()).to_owned();
            let bytes = bytes_of(field, ("design", limits.raster_bytes), limits).await?;
            if file.is_empty() || designs.insert(file.clone(), bytes).is_some() {
                let detail = format!("two designs are called \"{file}\"; each is known by the name of its file");
                return Err(ApiError::bad_request("form", detail));
            }
        } else {
            let text = bytes_of(field, (&name, 100), limits).await?;
            let text = String::from_utf8_lossy(&text);
            match name.as_str() {
                "now" => now = Some(moment_of(&text)?),
                "n" => n = number_of(&text, limits.campaign_mails)?,
                _ => {
                    return Err(ApiError::bad_request(
                        "form",
                        format!("the form has a part \"{name}\" that is not known"),
                    ));
                }
            }
        }
    }
    let missing = || files.iter().zip(parts).find(|(file, _)| file.is_none()).map_or("", |(_, (part, _))| part);
    let [Some(template), Some(recipients), Some(consent)] = files else {
        return Err(ApiError::bad_request("form", format!("the form has no file \"{}\"", missing())));
    };
    // Whole seconds, as a mail's date has them.
    let now = now.or_else(|| Moment::from_ms(now_ms().div_euclid(1000) * 1000));
    let now = now.ok_or_else(|| ApiError::bad_request("parameter", "the clock of the service is not right"))?;
    Ok(Sent { template, recipients, consent, designs, now, n })
}

fn moment_of(text: &str) -> Result<Moment, ApiError> {
    let wrong = || format!("now is a day or a time with its offset, such as 2026-06-01T09:00:00Z, not \"{text}\"");
    moment(text).ok_or_else(|| ApiError::bad_request("parameter", wrong()))
}

fn number_of(text: &str, most: usize) -> Result<usize, ApiError> {
    let number = text.trim().parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| ApiError::bad_request("parameter", format!("n is 1 to {most}, not \"{text}\"")))
}

async fn bytes_of(mut field: Field<'_>, (part, most): (&str, usize), limits: &Limits) -> Result<Bytes, ApiError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error, limits))? {
        if bytes.len() + chunk.len() > most {
            let detail = format!("the part \"{part}\" has more than {most} bytes; split it or send less");
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn broken(error: &MultipartError, limits: &Limits) -> ApiError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let detail = format!("all files together may have {} bytes", limits.campaign_bytes);
        return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail);
    }
    ApiError::bad_request("form", error.body_text())
}
