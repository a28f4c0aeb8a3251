//! Campaigns that are looked at: what was sent is read, planned and compiled by the same code as `platen campaign` does it,
//! and forgotten once it is answered.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use crate::assets::PictureFile;
use crate::campaign::{
    self, ColumnIssues, Consents, Desk, Documents, Draft, Drawn, Entry, Issue, Lists, Moment, Opened, Place,
    Recipients, Status, Stylist, Template, check_columns, limits, plan, read_consent, read_recipients,
};
use crate::cancel::Cancel;
use crate::design::{Mentioned, Problem, Reading};
use crate::server::batches::told;
use crate::server::error::ApiError;
use crate::server::normalize::normalize;
use crate::server::pictures::{file_of, is_hash};
use crate::server::starters::starters;
use crate::server::state::App;
use crate::shop::Choice;
use crate::store::SuppressionRow;

/// Files of designs and of their pictures that came with a campaign, by the last part of their names.
pub(super) type Files = BTreeMap<String, Bytes>;

/// A campaign's template and lists.
pub(super) struct Read {
    pub(super) text: String,
    pub(super) template: Template,
    pub(super) recipients: Recipients,
    pub(super) consents: Consents,
}

/// The designs that its mails show.
pub(super) struct Designs {
    common: Opened,
    /// Recipients' own, by the last part of what the list calls them.
    own: BTreeMap<String, Result<Opened, String>>,
    /// What was not sent and stands here for it.
    notes: Vec<Problem>,
}

/// What became of a mail.
pub(super) struct Compiled {
    /// The row's place in the list, from 0.
    pub(super) index: usize,
    pub(super) made: Result<Mail, String>,
}

/// A mail.
pub(super) struct Mail {
    pub(super) letter: campaign::Letter,
    pub(super) html: String,
    /// Lines of its head, each as one line.
    pub(super) headers: Vec<(String, String)>,
    pub(super) notes: Vec<String>,
}

/// What is wrong, at its place in the form: `/template/LINE/COLUMN`, `/recipients/LINE/NAME`.
pub(super) fn problem(part: &str, code: &'static str, issue: &Issue) -> Problem {
    let pointer = match &issue.place {
        Place::File => format!("/{part}"),
        Place::Text { line, column, .. } => format!("/{part}/{line}/{column}"),
        Place::Row { line, column: None } => format!("/{part}/{line}"),
        Place::Row { line, column: Some(column) } => format!("/{part}/{line}/{}", escaped(column)),
    };
    Problem { pointer, code, message: issue.message.clone(), hint: issue.hint.clone() }
}

/// A name as a part of a JSON pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

pub(super) fn refused(problems: Vec<Problem>) -> ApiError {
    ApiError::invalid("invalid-campaign", "campaign", problems)
}

/// What is wrong with a design's document is wrong with the campaign.
fn in_design(error: ApiError, pointer: &str) -> ApiError {
    if error.field_problems().is_empty() { error } else { refused(error.inside(pointer).field_problems().to_vec()) }
}

impl Read {
    /// Reads the three files. Whoever unsubscribed from the service is on no list, and gets nothing.
    ///
    /// # Errors
    /// Everything that is wrong with any of them as a whole.
    pub(super) fn new(
        [template, recipients, consent]: [&[u8]; 3],
        unsubscribed: &[SuppressionRow],
    ) -> Result<Self, ApiError> {
        let mut problems = Vec::new();
        let mut note = |part: &str, issues: &[Issue]| {
            problems.extend(issues.iter().map(|issue| problem(part, part_code(part), issue)));
        };
        let template = Template::text(template)
            .map_err(|issue| vec![issue])
            .and_then(|text| Ok((text.to_owned(), Template::read(text)?)))
            .map_err(|issues| note("template", &issues));
        let recipients = read_recipients(recipients).map_err(|issue| note("recipients", &[issue]));
        let consents = read_consent(consent).map_err(|issue| note("consent", &[issue]));
        let (Ok((text, template)), Ok(recipients), Ok(mut consents)) = (template, recipients, consents) else {
            return Err(refused(problems));
        };
        for row in unsubscribed {
            consents.unsubscribe(&row.email, row.at);
        }
        Ok(Self { text, template, recipients, consents })
    }

    fn lists(&self) -> Lists<'_> {
        Lists { recipients: &self.recipients, consents: &self.consents }
    }

    /// Who gets what.
    pub(super) fn plan(&self, now: Moment) -> campaign::Plan<'_> {
        plan(&self.template, self.lists(), now)
    }

    /// The files of recipients' own designs, each once.
    fn own_designs(&self, now: Moment) -> BTreeSet<String> {
        let plan = self.plan(now);
        let ready = plan.entries.iter().filter(|entry| entry.status == Status::Ready);
        ready.filter_map(Entry::own_design).map(|path| file_name(path).to_owned()).collect()
    }

    /// Holds the template against the lists, its design and the shop; what is only worth knowing is told.
    ///
    /// # Errors
    /// Everything that keeps it from being compiled.
    pub(super) fn check(&self, app: &App, designs: &Designs) -> Result<Vec<Problem>, ApiError> {
        let design = &designs.common.design;
        let mut issues = self.template.check(&self.text, &self.recipients.columns, design);
        issues.extend(self.template.check_garment(&self.text, design, &app.shop));
        let ColumnIssues { errors, notes } = check_columns(&self.template, &self.recipients, design);
        let mut problems: Vec<Problem> = issues.iter().map(|issue| problem("template", "template", issue)).collect();
        problems.extend(errors.iter().map(|issue| problem("recipients", "list", issue)));
        if !problems.is_empty() {
            return Err(refused(problems));
        }
        let notes = notes.iter().map(|issue| problem("recipients", "note", issue));
        Ok(designs.notes.iter().cloned().chain(notes).collect())
    }

    /// What is wrong with rows of both lists.
    pub(super) fn bad_rows(&self) -> Vec<Problem> {
        let rows = self.recipients.list.iter().filter_map(|recipient| recipient.fault.as_ref());
        let rows = rows.map(|issue| problem("recipients", "row", issue));
        rows.chain(self.consents.issues.iter().map(|issue| problem("consent", "row", issue))).collect()
    }
}

fn part_code(part: &str) -> &'static str {
    if part == "template" { "template" } else { "list" }
}

/// Opens designs: files that were sent, else ready designs of the service.
struct Opener<'a> {
    app: &'a Arc<App>,
    files: &'a Files,
    /// Pictures among the files that were taken apart.
    pictures: BTreeMap<String, PictureFile>,
    notes: Vec<Problem>,
}

impl Opener<'_> {
    /// The design that a path of the template or a cell of the list names.
    async fn open(&mut self, path: &str, choice: &Choice) -> Result<Opened, ApiError> {
        let name = file_name(path);
        let name = if Path::new(name).extension().is_none() { format!("{name}.json") } else { name.to_owned() };
        if let Some(document) = self.files.get(&name) {
            let document = document.clone();
            let pointer = format!("/design/{}", escaped(&name));
            return self.read(&document, choice).await.map_err(|error| in_design(error, &pointer));
        }
        let ready = starters(self.app).await.template(name.strip_suffix(".json").unwrap_or(&name));
        let Some(ready) = ready else {
            return Err(ApiError::not_found(&format!("design `{name}` among the files that were sent")));
        };
        let document = ready.document.clone();
        let message = format!("the file {name} was not sent: the service's own ready design of that name is shown");
        let hint = Some("send it with the designs and pictures (part `design`), so that yours is shown".to_owned());
        let pointer = format!("/design/{}", escaped(&name));
        if !self.notes.iter().any(|note| note.pointer == pointer) {
            self.notes.push(Problem { pointer, code: "note", message, hint });
        }
        self.read(&document, choice).await
    }

    /// A document with its pictures: those that were sent, and the shop's graphics by their ids or paths.
    async fn read(&mut self, document: &[u8], choice: &Choice) -> Result<Opened, ApiError> {
        let reading = Reading::new(document)?;
        let library = self.app.pictures.library();
        for mention in reading.mentions().iter().filter(|mention| mention.kind == Mentioned::Asset) {
            let file = if is_hash(&mention.name) {
                file_of(self.app, &mention.name, None).await?
            } else {
                self.picture(&mention.name).await?
            };
            if let Some(file) = file {
                library.insert(mention.name.as_str(), file);
            }
        }
        let design = self.app.shop.settle(reading, &library, choice)?;
        Ok(Opened { design: Arc::new(design), library: Arc::new(library) })
    }

    async fn picture(&mut self, path: &str) -> Result<Option<PictureFile>, ApiError> {
        let name = file_name(path);
        if let Some(known) = self.pictures.get(name) {
            return Ok(Some(known.clone()));
        }
        let Some(bytes) = self.files.get(name) else {
            return Ok(starters(self.app).await.graphic_at(path).map(|graphic| graphic.file.clone()));
        };
        // What somebody sends is taken apart where it can do no harm, as every upload is.
        let _place = self.app.uploads.acquire().await.map_err(|error| ApiError::internal(&error))?;
        let (_, normalized) = normalize(&self.app.config, bytes).await?;
        let file = PictureFile::from(&*normalized);
        self.pictures.insert(name.to_owned(), file.clone());
        Ok(Some(file))
    }
}

/// The last part of a path, however it is written.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

impl Designs {
    /// Opens the template's design, and those of recipients: there are no more than files that were sent and ready designs.
    ///
    /// # Errors
    /// What is wrong with the template's: a recipient's own keeps only that mail from being made.
    pub(super) async fn open(app: &Arc<App>, read: &Read, files: &Files, now: Moment) -> Result<Self, ApiError> {
        let mut opener = Opener { app, files, pictures: BTreeMap::new(), notes: Vec::new() };
        let options = &read.template.picture;
        let choice = Choice { any_color: options.garment_color.is_some(), ..Choice::default() };
        let common = match opener.open(&options.design, &choice).await {
            Err(error) if error.code() == "not-found" => {
                let issue = Issue {
                    place: Place::in_text(&read.text, options.written()),
                    message: format!("there is no design `{}`", file_name(&options.design)),
                    hint: Some("send the file with the designs and pictures (part `design`)".to_owned()),
                };
                return Err(refused(vec![problem("template", "design", &issue)]));
            }
            other => other?,
        };
        let mut own = BTreeMap::new();
        for name in read.own_designs(now) {
            let opened = if options.designs.is_some() {
                opener.open(&name, &Choice::default()).await.map_err(|error| told(&error))
            } else {
                Err("[picture] names no folder `designs` for designs of recipients".to_owned())
            };
            own.insert(name, opened);
        }
        Ok(Self { common, own, notes: opener.notes })
    }

    /// A recipient's own, or why it cannot be shown.
    fn own(&self, path: &str) -> Result<&Opened, &str> {
        match self.own.get(file_name(path)) {
            Some(opened) => opened.as_ref().map_err(String::as_str),
            None => Err("it was not opened"),
        }
    }
}

/// Compiles the first `n` mails that can be made, as far as nobody calls it off, and tells of all whose own design cannot be
/// shown. Others that fail are work, too: no more of them are tried than mails are asked for.
pub(super) fn compile(
    app: &App,
    read: &Read,
    designs: &Designs,
    (now, n): (Moment, usize),
    cancel: &Cancel,
) -> Vec<Compiled> {
    let plan = read.plan(now);
    let model = app.tastes.model();
    let own = |name: &str| designs.own(name).cloned().map_err(str::to_owned);
    let desk = Desk { template: &read.template, key: app.config.campaign_keys.first(), now };
    let mut drawn: BTreeMap<String, Drawn> = BTreeMap::new();
    let ready = plan.entries.iter().enumerate().filter(|(_, entry)| entry.status == Status::Ready);
    let mut make = |entry: &Entry<'_>| -> Result<Mail, String> {
        let draft = {
            // Free again while it is drawn: others write to it.
            let history = app.tastes.history();
            let stylist = Stylist { shop: &app.shop, ideas: &app.ideas, model: &model, history: &history, cancel };
            let documents =
                Documents { common: designs.common.clone(), own: &own, shop: &app.shop, stylist: Some(&stylist) };
            Draft::new(desk, entry, &documents)?
        };
        let sketch = draft.sketch(&app.shop, cancel).map_err(|error| error.to_string())?;
        let picture = match drawn.get(&sketch.name) {
            Some(known) => known.clone(),
            None => sketch.draw().map_err(|error| error.to_string())?,
        };
        let message = draft.message(&picture).map_err(|error| error.to_string())?;
        let source = format!("data:image/jpeg;base64,{}", STANDARD.encode(&picture.bytes));
        let html = draft.letter.html(&source, picture.size);
        let mail = Mail { letter: draft.letter.clone(), html, headers: headers(&message), notes: draft.notes.clone() };
        drawn.insert(picture.name.clone(), picture);
        Ok(mail)
    };
    let (mut compiled, mut to_make, mut to_fail) = (Vec::new(), n, n);
    for (index, entry) in ready.take_while(|_| !cancel.is_set()) {
        let is_missing = entry.own_design().is_some_and(|name| designs.own(name).is_err());
        if !is_missing && (to_make == 0 || to_fail == 0) {
            continue;
        }
        let made = make(entry);
        match &made {
            Ok(_) => to_make -= 1,
            Err(_) if is_missing => {}
            Err(_) => to_fail -= 1,
        }
        compiled.push(Compiled { index, made });
    }
    compiled
}

/// The lines of a message's head, each unfolded.
fn headers(message: &[u8]) -> Vec<(String, String)> {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(message.len());
    let head = String::from_utf8_lossy(&message[..end]).replace("\r\n\t", " ").replace("\r\n ", " ");
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect()
}

/// Bytes of a template that are read.
pub(super) const TEMPLATE_BYTES: usize = limits::TEMPLATE_BYTES;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_pointers_into_the_form() {
        let issue = |place| Issue { place, message: "m".to_owned(), hint: None };
        let pointer = |part: &str, place| problem(part, "list", &issue(place)).pointer;
        assert_eq!(pointer("consent", Place::File), "/consent");
        assert_eq!(pointer("template", Place::in_text("a\nbc", 3..4)), "/template/2/2");
        assert_eq!(pointer("recipients", Place::Row { line: 7, column: None }), "/recipients/7");
        let column = Some("a/b~c".to_owned());
        assert_eq!(pointer("recipients", Place::Row { line: 1, column }), "/recipients/1/a~1b~0c");
    }

    #[test]
    fn a_head_is_told_line_by_line() {
        let told = headers(
            b"From: A <a@x.example>\r\nList-Unsubscribe: <https://x.example/u/1>,\r\n\t<mailto:x>\r\n\r\nbody: no\r\n",
        );
        let expected = [("From", "A <a@x.example>"), ("List-Unsubscribe", "<https://x.example/u/1>, <mailto:x>")];
        assert_eq!(told, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn designs_are_known_by_the_last_part_of_their_paths() {
        assert_eq!(["../reunion.json", "a\\b.json", "camp", ""].map(file_name), ["reunion.json", "b.json", "camp", ""]);
    }
}
