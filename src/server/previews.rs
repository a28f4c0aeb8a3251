//! Previews: from a document to a coded picture, kept by the hash of everything that went in.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use metrics::{counter, histogram};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use utoipa::{IntoParams, ToSchema};

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::color::Color;
use crate::design::{Design, json};
use crate::export::jpeg::{self, Chroma, JpegOptions, Printed};
use crate::export::{ExportError, png, webp};
use crate::mockup::{self, Background, Blank, CARD_WIDTH_PX, Channels, Preview};
use crate::scene::RENDERER_VERSION;
use crate::server::costs::{preview_places, shown_pixels};
use crate::server::error::ApiError;
use crate::server::pictures::read_design;
use crate::server::rates::Account;
use crate::server::shelf::Shelf;
use crate::server::state::App;
use crate::server::workers::Refusal;
use crate::shop::{Choice, Fidelity, Fitting, PreviewOptions, Stage};
use crate::store::CustomerId;

/// What a preview shows, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PreviewParams {
    /// View of the garment; left out, the first that shows a print.
    #[param(example = "front")]
    pub(super) view: Option<String>,
    /// Width in pixels, 64 to 2000; left out, 1000.
    #[param(example = 600, minimum = 64, maximum = 2000)]
    pub(super) width: Option<u32>,
    /// Format of the picture; left out, jpg.
    #[serde(default)]
    #[param(inline)]
    pub(super) format: PictureFormat,
    /// Id of a colour other than the document's.
    #[param(example = "navy")]
    pub(super) color: Option<String>,
    /// Id of a size; left out, the size that the mockup was made of.
    #[param(example = "XL")]
    pub(super) size: Option<String>,
    /// `exact` averages the print raster; `live` draws at the preview's size, for frames while something is dragged. Left
    /// out, exact.
    #[serde(default)]
    #[param(inline)]
    pub(super) fidelity: FidelityParam,
    /// Leave the background out; png and webp only. Left out, false.
    #[serde(default)]
    pub(super) transparent: bool,
    /// A card for links instead of the whole garment: 1200 by 630 pixels about the print. Leave `width` out then. Left out,
    /// false.
    #[serde(default)]
    pub(super) card: bool,
    /// Colour of the wall behind the garment, `#rrggbb`; left out, a light grey.
    #[param(example = "#d8d8d6", pattern = "^#[0-9a-fA-F]{6}$")]
    pub(super) wall: Option<String>,
    /// Values of the document's fields, a JSON object of strings. One for a field that the document does not have is refused
    /// (`unknown-field`).
    #[param(example = "{\"name\":\"OKAFOR\"}")]
    pub(super) fields: Option<String>,
}

/// Format of a picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum PictureFormat {
    #[default]
    #[serde(alias = "jpeg")]
    Jpg,
    Png,
    Webp,
}

impl PictureFormat {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// How exact a preview is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum FidelityParam {
    #[default]
    Exact,
    Live,
}

/// A coded picture.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) bytes: Bytes,
    pub(super) media_type: &'static str,
    /// The artworks that it shows: see [`crate::export::HASH_KEYWORD`].
    pub(super) artworks: String,
    /// Strong entity tag, quoted.
    pub(super) etag: String,
}

/// A picture for whoever asked.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) picture: Arc<Picture>,
    /// Whether it was in memory: such answers are many, and tell nobody anything.
    pub(super) was_kept: bool,
}

/// Whose picture it is. What is kept for one is found by nobody else: how soon it comes, and for how many points, would tell
/// them what somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    /// What the shop made is for everybody.
    Shop,
    Customer(CustomerId),
    /// Somebody without a cookie, by the name of their account. Nobody could ask for the files to be deleted, so there are none.
    Visitor(String),
}

impl Owner {
    /// Whoever asks.
    pub(super) fn caller(customer: Option<CustomerId>, account: &Account) -> Self {
        customer.map_or_else(|| Self::Visitor(account.name()), Self::Customer)
    }

    /// The customer whose uploads may be drawn.
    pub(super) const fn customer(&self) -> Option<&CustomerId> {
        match self {
            Self::Customer(customer) => Some(customer),
            Self::Shop | Self::Visitor(_) => None,
        }
    }
}

/// What names a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// [`CustomerId::tag`]; `None` if nothing is written to the disk.
    tag: Option<u128>,
    /// BLAKE3 over everything that decides what it looks like, and whose it is.
    hash: [u8; 32],
}

/// Stands where a customer's tag would.
const SHOP_TAG: u128 = 0;

impl Key {
    /// The key of the picture of `document` for its owner.
    pub(super) fn new(app: &App, document: &[u8], params: &PreviewParams, owner: &Owner) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("platen preview");
        let mut part = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        part(&RENDERER_VERSION.to_le_bytes());
        part(&app.shop.digest);
        part(&serde_json::to_vec(params).unwrap_or_default());
        let (tag, kind, name) = match owner {
            Owner::Shop => (Some(SHOP_TAG), "shop", ""),
            Owner::Customer(customer) => (Some(customer.tag()), "customer", customer.as_str()),
            Owner::Visitor(name) => (None, "visitor", name.as_str()),
        };
        part(kind.as_bytes());
        part(name.as_bytes());
        part(document);
        Self { tag, hash: *hasher.finalize().as_bytes() }
    }

    /// The entity tag, quoted.
    pub(super) fn etag(&self) -> String {
        format!("\"{}\"", blake3::Hash::from_bytes(self.hash).to_hex())
    }

    /// Name of its file, if it has one.
    fn name(&self) -> Option<String> {
        Some(format!("{}{}", start_of_names(self.tag?), blake3::Hash::from_bytes(self.hash).to_hex()))
    }
}

/// What the names of all files begin with that are kept for somebody.
fn start_of_names(tag: u128) -> String {
    format!("{tag:032x}-")
}

/// Coded pictures in memory and behind it on disk, the least used leaving first.
#[derive(Debug)]
pub(super) struct Cache {
    memory: moka::future::Cache<Key, Arc<Picture>>,
    disk: Arc<Shelf>,
    /// How often somebody's pictures were forgotten: one that was begun before may be theirs, and is not kept.
    forgotten: Arc<AtomicU64>,
}

/// What a file on disk says of itself before the picture's bytes.
#[derive(Serialize, Deserialize)]
struct Label {
    format: PictureFormat,
    artworks: String,
}

impl Cache {
    pub(super) fn new(memory_bytes: u64, disk: Shelf) -> Self {
        let weight = |_: &Key, picture: &Arc<Picture>| u32::try_from(picture.bytes.len() + 512).unwrap_or(u32::MAX);
        let memory = moka::future::Cache::builder().max_capacity(memory_bytes).weigher(weight).build();
        // Earlier versions wrote files that do not say whose they are.
        disk.remove(|name| name.len() != 32 + 1 + 64);
        Self { memory, disk: Arc::new(disk), forgotten: Arc::default() }
    }

    /// Forgets all pictures of the customer with that tag, on the disk as well.
    pub(super) async fn forget(&self, tag: u128) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        let keys: Vec<Key> = self.memory.iter().map(|(key, _)| *key).filter(|key| key.tag == Some(tag)).collect();
        for key in keys {
            self.memory.invalidate(&key).await;
        }
        let (disk, start) = (Arc::clone(&self.disk), start_of_names(tag));
        // A panic there leaves files that make room sooner or later, and was told.
        let _ = tokio::task::spawn_blocking(move || disk.remove(|name| name.starts_with(&start))).await;
    }

    fn forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::SeqCst)
    }

    async fn get(&self, key: &Key) -> Option<Arc<Picture>> {
        self.memory.get(key).await
    }

    /// The picture from the disk, if it is there.
    async fn read(&self, key: Key) -> Option<Picture> {
        let (disk, name) = (Arc::clone(&self.disk), key.name()?);
        let file = tokio::task::spawn_blocking(move || disk.get(&name)).await.ok()??;
        let end = file.iter().position(|byte| *byte == b'\n')?;
        let label: Label = serde_json::from_slice(&file[..end]).ok()?;
        Some(Picture {
            bytes: Bytes::from(file).slice(end + 1..),
            media_type: label.format.media_type(),
            artworks: label.artworks,
            etag: key.etag(),
        })
    }

    /// Keeps a picture on disk, beside the answer, unless somebody's were forgotten since it was begun.
    fn write(&self, key: Key, format: PictureFormat, (picture, since): (&Picture, u64)) {
        let Some(name) = key.name() else { return };
        let (disk, forgotten) = (Arc::clone(&self.disk), Arc::clone(&self.forgotten));
        let label = Label { format, artworks: picture.artworks.clone() };
        let bytes = picture.bytes.clone();
        tokio::task::spawn_blocking(move || {
            let mut file = serde_json::to_vec(&label).unwrap_or_default();
            file.push(b'\n');
            file.extend_from_slice(&bytes);
            disk.put(&name, &file);
            // Whoever forgets counts first and looks for files then: one of both sees the other.
            if forgotten.load(Ordering::SeqCst) != since {
                disk.remove(|other| other == name);
            }
        });
    }
}

/// The previews that editing sessions wait for: a newer one of a session calls the older off.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<BTreeMap<String, CancellationToken>>);

/// A session's turn; ends when dropped.
pub(super) struct Turn<'a> {
    sessions: &'a Sessions,
    id: Option<String>,
    pub(super) token: CancellationToken,
}

impl Sessions {
    /// Begins a session's newest preview and calls the one before off.
    pub(super) fn turn(&self, id: Option<&str>) -> Turn<'_> {
        let token = CancellationToken::new();
        if let Some(id) = id {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(older) = waiting.insert(id.to_owned(), token.clone()) {
                older.cancel();
            }
        }
        Turn { sessions: self, id: id.map(str::to_owned), token }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Some(id) = &self.id else { return };
        let mut waiting = self.sessions.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A newer turn of the session has put its own token there and called this one off.
        if !self.token.is_cancelled() {
            waiting.remove(id);
        }
    }
}

/// The picture of a document: from the cache, or drawn now. Many who ask for one picture at once wait for one render,
/// which is charged to the account of the one who draws it.
///
/// # Errors
/// What is wrong with the document or the parameters; that the service is busy; that the account does not hold what it
/// costs; that a newer preview was asked for.
pub(super) async fn picture(
    app: &Arc<App>,
    key: Key,
    (document, params): (Bytes, PreviewParams),
    customer: Option<&CustomerId>,
    (account, turn): (&Account, &CancellationToken),
) -> Result<Shown, ApiError> {
    let since = app.previews.forgotten();
    if let Some(picture) = app.previews.get(&key).await {
        counter!("platen_preview_cache_hits_total").increment(1);
        return Ok(Shown { picture, was_kept: true });
    }
    counter!("platen_preview_cache_misses_total").increment(1);
    loop {
        let render = render(app, key, (document.clone(), params.clone()), customer, (account, turn));
        match app.previews.memory.try_get_with(key, render).await {
            // Whoever drew it was called off, but we still want it.
            Err(error) if error.code() == "superseded" && !turn.is_cancelled() => {}
            // It was to be charged to somebody else, who has no points left.
            Err(error) if error.code() == "too-many-requests" && !account.is_refused() => {}
            Ok(picture) => {
                if app.previews.forgotten() != since {
                    app.previews.memory.invalidate(&key).await;
                }
                return Ok(Shown { picture, was_kept: false });
            }
            Err(error) => return Err(ApiError::clone(&error)),
        }
    }
}

async fn render(
    app: &Arc<App>,
    key: Key,
    (document, params): (Bytes, PreviewParams),
    customer: Option<&CustomerId>,
    (account, turn): (&Account, &CancellationToken),
) -> Result<Arc<Picture>, ApiError> {
    // Frames of a drag are seen once.
    let is_kept = params.fidelity == FidelityParam::Exact;
    let since = app.previews.forgotten();
    if is_kept && let Some(known) = app.previews.read(key).await {
        counter!("platen_preview_disk_hits_total").increment(1);
        return Ok(Arc::new(known));
    }
    let options = options(&params)?;
    let (design, library) = read_design(app, &document, customer, &options.choice).await?;
    // What is done for the press is done near the print's resolution, whatever the preview's.
    let is_exact =
        options.fidelity == Fidelity::Exact || design.placements.iter().any(|placement| placement.production.is_some());
    let exact = match app.shop.fit(&design, &options.choice) {
        Ok(fitting) => is_exact.then(|| shown_pixels(&fitting, options.view.as_deref())),
        Err(error) => return Err(error.into()),
    };
    account.spend_rest(
        app.config.limits.costs.preview(options.width_px.min(app.config.limits.preview_max_width_px), exact),
    )?;
    let owner = Arc::clone(app);
    let time = app.config.limits.preview_time();
    let (format, is_card) = (params.format, params.card);
    let job = move |cancel: &Cancel| -> Result<Picture, ApiError> {
        let (stage, preview) = draw(&owner, (&design, &library), &options, cancel)?;
        let mut clock = StageClock::new();
        let bytes = if is_card {
            encode_plain(&mockup::card(&preview), format)?
        } else {
            encode(&owner, &stage, &preview, format)?
        };
        clock.stage("encode");
        let media_type = format.media_type();
        Ok(Picture { bytes: bytes.into(), media_type, artworks: preview.artwork_hash, etag: key.etag() })
    };
    let picture = app.workers.run_weighing(preview_places(exact), time, turn, job).await??;
    if is_kept {
        app.previews.write(key, format, (&picture, since));
    }
    Ok(Arc::new(picture))
}

fn options(params: &PreviewParams) -> Result<PreviewOptions, ApiError> {
    let defaults = PreviewOptions::default();
    if params.transparent && params.format == PictureFormat::Jpg {
        return Err(ApiError::bad_request("parameter", "a jpg cannot be transparent; ask for png or webp"));
    }
    if params.card && params.width.is_some() {
        let detail = format!("a card is {CARD_WIDTH_PX} pixels wide; leave the width out");
        return Err(ApiError::bad_request("parameter", detail));
    }
    let width = if params.card { Some(CARD_WIDTH_PX) } else { params.width };
    let wall = match &params.wall {
        None => defaults.background,
        Some(text) => Background::Wall(Color::from_hex(text).ok_or_else(|| {
            ApiError::bad_request("parameter", format!("wall is a colour such as #d8d8d6, not \"{text}\""))
        })?),
    };
    Ok(PreviewOptions {
        choice: choice(params.size.clone(), params.color.clone(), params.fields.as_deref())?,
        view: params.view.clone(),
        width_px: width.unwrap_or(defaults.width_px),
        fidelity: match params.fidelity {
            FidelityParam::Exact => Fidelity::Exact,
            FidelityParam::Live => Fidelity::Live,
        },
        background: if params.transparent { Background::Transparent } else { wall },
    })
}

/// The garment that parameters choose.
pub(super) fn choice(size: Option<String>, color: Option<String>, fields: Option<&str>) -> Result<Choice, ApiError> {
    let fields = match fields {
        None => BTreeMap::new(),
        Some(text) => serde_json::from_str(text).map_err(|error| {
            let words = json::plain_words(&error);
            ApiError::bad_request("parameter", format!("fields must be a JSON object of strings: {words}"))
        })?,
    };
    Ok(Choice { size, color, fields, ..Choice::default() })
}

/// Draws a preview; looks at `cancel` between its steps.
fn draw(
    app: &App,
    (design, library): (&Design, &Library),
    options: &PreviewOptions,
    cancel: &Cancel,
) -> Result<(Stage, Preview), ApiError> {
    let mut clock = StageClock::new();
    let fitting = Fitting { cancel: cancel.clone(), ..app.shop.fit(design, &options.choice)? };
    let stage = app.shop.stage(&fitting, options)?;
    clock.stage("garment");
    let scenes = app.shop.scenes(&fitting, library, |area| area.view == stage.view)?;
    clock.stage("scene");
    let artworks = stage.rasterize(&scenes)?;
    clock.stage("raster");
    let preview = stage.composite(&scenes, &artworks);
    clock.stage("composite");
    go_on(cancel)?;
    Ok((stage, preview))
}

/// An error that nobody reads, once the work was called off.
pub(super) fn go_on(cancel: &Cancel) -> Result<(), ApiError> {
    if cancel.is_set() { Err(Refusal::Superseded.into()) } else { Ok(()) }
}

fn encode(app: &App, stage: &Stage, preview: &Preview, format: PictureFormat) -> Result<Vec<u8>, ExportError> {
    if format != PictureFormat::Jpg {
        return encode_plain(preview, format);
    }
    let mut file = Vec::new();
    let printed = Printed {
        width: preview.width,
        height: preview.height,
        rgb: &preview.pixels,
        artwork_hash: &preview.artwork_hash,
        columns: preview.printed_columns.clone(),
        rows: preview.printed_rows.clone(),
    };
    // Frames of a drag are seen for a moment.
    let chroma = if stage.fidelity() == Fidelity::Live { Chroma::Halved } else { Chroma::Full };
    let options = JpegOptions { chroma, ..JpegOptions::default() };
    app.codes.write(stage.blank(), Blank::pixels, &printed, options, &mut file)?;
    Ok(file)
}

/// Codes a picture all by itself.
fn encode_plain(preview: &Preview, format: PictureFormat) -> Result<Vec<u8>, ExportError> {
    let Preview { width, height, channels, pixels, artwork_hash, .. } = preview;
    let mut file = Vec::new();
    match (format, channels) {
        (PictureFormat::Jpg, _) => {
            jpeg::write_rgb(*width, *height, pixels, artwork_hash, JpegOptions::default(), &mut file)?;
        }
        (PictureFormat::Png, Channels::Rgb) => png::write_rgb(*width, *height, pixels, artwork_hash, &mut file)?,
        (PictureFormat::Png, Channels::Rgba) => png::write_rgba(*width, *height, pixels, artwork_hash, &mut file)?,
        (PictureFormat::Webp, Channels::Rgb) => webp::write_rgb(*width, *height, pixels, artwork_hash, &mut file)?,
        (PictureFormat::Webp, Channels::Rgba) => webp::write_rgba(*width, *height, pixels, artwork_hash, &mut file)?,
    }
    Ok(file)
}

/// Tells the metrics how long each stage took.
struct StageClock(Instant);

impl StageClock {
    fn new() -> Self {
        Self(Instant::now())
    }

    fn stage(&mut self, name: &'static str) {
        let end = Instant::now();
        histogram!("platen_stage_seconds", "stage" => name).record((end - self.0).as_secs_f64());
        self.0 = end;
    }
}
