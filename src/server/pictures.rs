//! Uploaded pictures on their way into a render: who may use them, and their bytes.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assets::{Library, PictureFile};
use crate::design::{Design, Mention, Mentioned, Reading, limits};
use crate::server::error::ApiError;
use crate::server::starters::starters;
use crate::server::state::App;
use crate::shop::Choice;
use crate::store::{CustomerId, UploadRow};

/// Decoded pictures, shared by all requests.
#[derive(Debug)]
pub(super) struct Pictures {
    /// What was decoded.
    shared: Library,
    /// The files of those that were used last.
    files: moka::future::Cache<String, PictureFile>,
}

/// Bytes of files that are kept in memory.
const KEPT_BYTES: u64 = 128 << 20;

impl Pictures {
    /// `shared` has the fonts and the limits. Files that this program wrote may be larger than the uploads they came from.
    pub(super) fn new(mut shared: Library) -> Self {
        shared.limits.raster_bytes = shared.limits.decoded_bytes;
        shared.limits.svg.bytes *= 4;
        let weight = |_: &String, file: &PictureFile| u32::try_from(file.bytes().len()).unwrap_or(u32::MAX);
        Self { shared, files: moka::future::Cache::builder().max_capacity(KEPT_BYTES).weigher(weight).build() }
    }

    /// An empty library that shares what was decoded.
    pub(super) fn library(&self) -> Library {
        self.shared.sharing()
    }
}

/// A design that is put on what `choice` says, and a library that holds those of its pictures that `customer` may use.
///
/// # Errors
/// Everything that is wrong with its form or its names; a picture that the customer does not have is unknown.
pub(super) async fn read_design(
    app: &Arc<App>,
    document: &[u8],
    customer: Option<&CustomerId>,
    choice: &Choice,
) -> Result<(Design, Library), ApiError> {
    let reading = Reading::new(document)?;
    let library = library_for(app, &reading.mentions(), customer).await?;
    let design = app.shop.settle(reading, &library, choice)?;
    Ok((design, library))
}

async fn library_for(app: &Arc<App>, mentions: &[Mention], customer: Option<&CustomerId>) -> Result<Library, ApiError> {
    let library = app.pictures.library();
    let assets = mentions.iter().filter(|mention| mention.kind == Mentioned::Asset);
    // A document with more layers is refused; its pictures need not be looked for.
    for id in assets.map(|mention| mention.name.as_str()).collect::<BTreeSet<_>>().into_iter().take(limits::LAYERS) {
        if let Some(file) = file_of(app, id, customer).await? {
            library.insert(id, file);
        }
    }
    Ok(library)
}

/// A picture by its id, normalised, if it is one of the shop's or `customer` may use it.
pub(super) async fn file_of(
    app: &Arc<App>,
    id: &str,
    customer: Option<&CustomerId>,
) -> Result<Option<PictureFile>, ApiError> {
    if !is_hash(id) {
        return Ok(None);
    }
    if starters(app).await.graphic(id).is_some() {
        return picture_file(app, id).await;
    }
    let Some(customer) = customer else { return Ok(None) };
    if app.store.may_draw(customer, id).await? { picture_file(app, id).await } else { Ok(None) }
}

/// A picture, normalised; the caller has made sure that it may be used.
pub(super) async fn picture_file(app: &Arc<App>, id: &str) -> Result<Option<PictureFile>, ApiError> {
    if let Some(graphic) = starters(app).await.graphic(id) {
        return Ok(Some(graphic.file.clone()));
    }
    if let Some(known) = app.pictures.files.get(id).await {
        return Ok(Some(known));
    }
    // Many who need one picture at once read it once.
    let read = async {
        let bytes = app.store.files.get(&UploadRow::file(id)).await.map_err(ApiError::from)?;
        bytes.map(|bytes| PictureFile::from(&*bytes)).ok_or_else(|| ApiError::not_found("picture"))
    };
    match app.pictures.files.try_get_with(id.to_owned(), read).await {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.code() == "not-found" => Ok(None),
        Err(error) => Err(ApiError::clone(&error)),
    }
}

/// Whether an asset's id can be one of ours: anything else is never looked up.
pub(super) fn is_hash(id: &str) -> bool {
    id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
