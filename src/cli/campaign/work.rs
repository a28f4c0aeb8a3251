//! Making the mails, several at once.

use platen::campaign::manifest::Made;
use platen::campaign::token::Key;
use platen::campaign::{self, Documents, Draft, Drawn, Entry, Plan, Status, Stylist, Template};
use platen::cancel::Cancel;
use platen::shop::Shop;
use rayon::prelude::*;

use crate::cli::campaign::designs::Designs;
use crate::cli::campaign::folder::Folder;
use crate::cli::campaign::progress::Progress;
use crate::cli::terminal::Terminal;

/// What every mail is made with.
pub(crate) struct Desk<'a> {
    pub(crate) shop: &'a Shop,
    pub(crate) template: &'a Template,
    pub(crate) designs: &'a Designs<'a>,
    pub(crate) key: &'a Key,
    pub(crate) folder: &'a Folder,
    pub(crate) stylist: Option<Stylist<'a>>,
}

/// The mails to make.
pub(crate) struct Work<'a> {
    pub(crate) plan: &'a Plan<'a>,
    pub(crate) jobs: Option<u16>,
}

impl Work<'_> {
    /// Makes them; one entry for each of the plan's. A mail that cannot be made stops no other, a file that cannot be
    /// written stops all.
    pub(crate) fn run(&self, desk: &Desk<'_>, terminal: &Terminal) -> anyhow::Result<Vec<Made>> {
        let ready = |entry: &Entry<'_>| entry.status == Status::Ready;
        let names = self.plan.entries.iter().filter(|entry| ready(entry)).map(Entry::file_name);
        desk.folder.clear_all_but(&names.collect())?;
        let progress = Progress::new(self.plan.count(Status::Ready), terminal);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.jobs.map_or(0, usize::from)).build()?;
        pool.install(|| {
            let entries = self.plan.entries.par_iter().map(|entry| {
                if !ready(entry) {
                    return Ok(Made::default());
                }
                let made = desk.make(entry, self.plan);
                progress.step();
                made
            });
            entries.collect()
        })
    }
}

impl Desk<'_> {
    fn make(&self, entry: &Entry<'_>, plan: &Plan<'_>) -> anyhow::Result<Made> {
        let own = |name: &str| self.designs.own(name);
        let documents =
            Documents { common: self.designs.opened(), own: &own, shop: self.shop, stylist: self.stylist.as_ref() };
        let failed = |why: String| Made { notes: vec![why], failed: true, ..Made::default() };
        let desk = campaign::Desk { template: self.template, key: Some(self.key), now: plan.now };
        let draft = match Draft::new(desk, entry, &documents) {
            Ok(draft) => draft,
            Err(why) => return self.none(entry, failed(why)),
        };
        let sketch = match draft.sketch(self.shop, &Cancel::NEVER) {
            Ok(sketch) => sketch,
            Err(error) => return self.none(entry, failed(error.to_string())),
        };
        let picture: Drawn = match self.folder.picture(&sketch.name).and_then(|bytes| sketch.from_file(bytes)) {
            Some(picture) => picture,
            None => match sketch.draw() {
                Ok(picture) => {
                    self.folder.keep_picture(&picture)?;
                    picture
                }
                Err(error) => return self.none(entry, failed(error.to_string())),
            },
        };
        let message = draft.message(&picture)?;
        let name = entry.file_name();
        let (mail, image) = (format!("eml/{name}.eml"), format!("pictures/{}.jpg", picture.name));
        self.folder.put(&mail, &message)?;
        let page = draft.letter.html(&format!("../{image}"), picture.size);
        self.folder.put(&format!("html/{name}.html"), page.as_bytes())?;
        Ok(Made { subject: draft.letter.subject.clone(), image, mail, notes: draft.notes.clone(), failed: false })
    }

    /// No mail: not even one from a run before.
    fn none(&self, entry: &Entry<'_>, made: Made) -> anyhow::Result<Made> {
        self.folder.forget(&entry.file_name())?;
        Ok(made)
    }
}
