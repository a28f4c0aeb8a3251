//! The list of a batch's files in its table of items, so that whoever looks at what was made finds a part of it, or one
//! file, without reading all.

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use crate::batch::folder::table_of;
use crate::batch::lists::Beside;
use crate::batch::names::GANG;
use crate::batch::orders::Orders;
use crate::batch::plan::Kind;
use crate::batch::run::Outcome;

/// What those are that are no order's: the report and the like. Gang sheets are called as their folder is.
pub const LIST: &str = "list";
/// Every kind of file.
pub const KINDS: [&str; 5] = ["preview", "artwork", "ticket", GANG, LIST];

/// A file of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its place in the list: orders in the order of their first lines, the ticket of each behind its lines, and last what
    /// is no order's.
    pub number: u64,
    /// Its path below the folder, with `/` between its parts.
    pub path: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// Id of the view or of the print area; else empty.
    pub of: String,
    /// Whose it is; empty if it is nobody's alone.
    pub order_id: String,
    /// The line of the order and its row; none of a ticket, which is about all of them.
    pub line: Option<(String, u64)>,
    /// Its bytes.
    pub bytes: u64,
    /// Their BLAKE3, 64 hexadecimal digits.
    pub checksum: String,
}

/// The files of the plan that are there.
#[must_use]
pub fn planned(orders: &Orders, outcome: &Outcome) -> Vec<Listed> {
    let files = &outcome.plan.files;
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, line) in orders.lines.iter().enumerate() {
        first.entry(&line.order_id).or_insert(index);
    }
    let mut places: Vec<usize> = (0..files.len()).collect();
    places.sort_by_key(|place| {
        let file = &files[*place];
        let order = first.get(orders.lines[file.line].order_id.as_ref());
        (order, matches!(file.kind, Kind::Ticket(_)), file.line)
    });
    let listed = |(number, place): (usize, usize)| {
        let (file, (bytes, checksum)) = (&files[place], outcome.files[place].as_ref()?);
        let line = &orders.lines[file.line];
        Some(Listed {
            number: number as u64,
            path: file.path.to_string(),
            kind: file.kind.name().to_owned(),
            of: file.kind.of().to_owned(),
            order_id: line.order_id.to_string(),
            line: (!matches!(file.kind, Kind::Ticket(_))).then(|| (line.line.to_string(), line.row)),
            bytes: *bytes,
            checksum: checksum.to_hex().to_string(),
        })
    };
    places.into_iter().enumerate().filter_map(listed).collect()
}

/// Files that are no order's, from the number `first` on.
#[must_use]
pub fn unplanned(first: u64, kind: &str, files: &[Beside]) -> Vec<Listed> {
    let listed = |(number, (path, bytes, checksum)): (u64, &Beside)| Listed {
        number,
        path: path.clone(),
        kind: kind.to_owned(),
        of: String::new(),
        order_id: String::new(),
        line: None,
        bytes: *bytes,
        checksum: checksum.clone(),
    };
    (first..).zip(files).map(listed).collect()
}

pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS files (number INTEGER PRIMARY KEY, path TEXT NOT NULL, \
     kind TEXT NOT NULL, of TEXT NOT NULL, order_id TEXT NOT NULL, line TEXT, line_row BIGINT, bytes BIGINT NOT NULL, \
     checksum TEXT NOT NULL)";

/// Lists files in place of all that were listed from the number `first` on.
pub(super) async fn write(connection: &mut SqliteConnection, first: u64, files: &[Listed]) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    sqlx::query("DELETE FROM files WHERE number >= ?").bind(signed(first)).execute(&mut *transaction).await?;
    for file in files {
        sqlx::query(
            "INSERT INTO files (number, path, kind, of, order_id, line, line_row, bytes, checksum) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(signed(file.number))
        .bind(&file.path)
        .bind(&file.kind)
        .bind(&file.of)
        .bind(&file.order_id)
        .bind(file.line.as_ref().map(|(line, _)| line))
        .bind(file.line.as_ref().map(|(_, row)| signed(*row)))
        .bind(signed(file.bytes))
        .bind(&file.checksum)
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await
}

/// The list of a folder that nobody writes, opened to be read.
#[derive(Debug)]
pub struct Listing(SqliteConnection);

impl Listing {
    /// Opens the list of a folder; `None` if it has none: it is gone, or no program wrote it that lists files.
    ///
    /// # Errors
    /// If its table cannot be read.
    pub async fn open(folder: &Path) -> Result<Option<Self>, sqlx::Error> {
        let table = table_of(folder);
        if !table.is_file() {
            return Ok(None);
        }
        let options = SqliteConnectOptions::new().filename(&table).read_only(true);
        let mut connection = options.connect().await?;
        let found = sqlx::query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'files'");
        Ok(found.fetch_optional(&mut connection).await?.map(|_| Self(connection)))
    }

    /// At most `limit` files of these kinds behind the number `after`.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub async fn files(
        &mut self,
        kinds: &[String],
        after: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Listed>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT * FROM files WHERE number > ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY number LIMIT ?",
        );
        let kinds = serde_json::Value::from(kinds).to_string();
        let rows = rows.bind(after.map_or(-1, signed)).bind(kinds).bind(limit).fetch_all(&mut self.0).await?;
        rows.iter().map(read).collect()
    }

    /// The file of a number.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub async fn file(&mut self, number: u64) -> Result<Option<Listed>, sqlx::Error> {
        let row = sqlx::query("SELECT * FROM files WHERE number = ?").bind(signed(number));
        row.fetch_optional(&mut self.0).await?.as_ref().map(read).transpose()
    }
}

fn read(row: &SqliteRow) -> Result<Listed, sqlx::Error> {
    let count = |name: &str| Ok::<_, sqlx::Error>(u64::try_from(row.try_get::<i64, _>(name)?).unwrap_or_default());
    let line: Option<String> = row.try_get("line")?;
    Ok(Listed {
        number: count("number")?,
        path: row.try_get("path")?,
        kind: row.try_get("kind")?,
        of: row.try_get("of")?,
        order_id: row.try_get("order_id")?,
        line: line.map(|line| Ok::<_, sqlx::Error>((line, count("line_row")?))).transpose()?,
        bytes: count("bytes")?,
        checksum: row.try_get("checksum")?,
    })
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
