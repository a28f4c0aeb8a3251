//! How an orders file is read: what its columns and its dates mean.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use platen::batch::columns;
use platen::batch::day::DayOrder;
use platen::batch::limits;
use platen::batch::sheet::{self, Sheet, SheetKind};

#[derive(Debug, Args)]
pub(crate) struct ReadingArguments {
    /// What columns mean that are called otherwise, such as `order_id=Bestellnummer,size=Größe`
    #[arg(long, value_name = "NAME=COLUMN", value_delimiter = ',', value_parser = column)]
    columns: Vec<(String, String)>,
    /// What comes first in dates that end with the year: the day or the month. Without it, 24.12.2026 and 12/24/2026 are read,
    /// and 05.06.2026 is not
    #[arg(long, value_name = "ORDER", value_enum)]
    dates: Option<Dates>,
    /// The row that names the columns, where a title stands above it [default: the first one with something in it]
    #[arg(long, value_name = "ROW", value_parser = clap::value_parser!(u64).range(1..))]
    header_row: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Dates {
    /// The day: 05.06.2026 is in June
    Dmy,
    /// The month: 05/06/2026 is in May
    Mdy,
}

fn column(text: &str) -> Result<(String, String), String> {
    match text.split_once('=').map(|(means, column)| (means.trim(), column.trim())) {
        Some((means, column)) if !means.is_empty() && !column.is_empty() => Ok((means.to_owned(), column.to_owned())),
        _ => Err("write what is meant, = and the column's name in the file, such as size=Größe".to_owned()),
    }
}

impl ReadingArguments {
    /// The table of an orders file.
    pub(crate) fn read(&self, path: &Path) -> anyhow::Result<Sheet> {
        let mut sheet = read_sheet(path, self.header_row)?;
        columns::rename(&mut sheet, &self.columns).map_err(anyhow::Error::msg)?;
        sheet.dates = self.dates.map(|dates| match dates {
            Dates::Dmy => DayOrder::Dmy,
            Dates::Mdy => DayOrder::Mdy,
        });
        Ok(sheet)
    }
}

fn read_sheet(path: &Path, names_row: Option<u64>) -> anyhow::Result<Sheet> {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let Some(kind) = SheetKind::from_ending(&ending) else {
        anyhow::bail!("cannot tell what {} is; orders come as .xlsx, .csv, .json or .jsonl", path.display());
    };
    let mut bytes = Vec::new();
    let cannot = || format!("cannot read {}", path.display());
    let file = std::fs::File::open(path).with_context(cannot)?;
    let length = file.metadata().with_context(cannot)?.len();
    if length > limits::ORDERS_BYTES as u64 {
        anyhow::bail!("{}: {}", path.display(), sheet::too_long(length));
    }
    file.take(limits::ORDERS_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(cannot)?;
    sheet::read_below(&bytes, kind, names_row).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
}
