//! Orders files that are JSON: a list of objects, or an object a line. They are read entry by entry, so that a limit ends
//! the reading where it is met, and nothing is kept but the cells of the table.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::batch::columns::count_known;
use crate::batch::issue::RowIssue;
use crate::batch::sheet::{
    SheetError, SheetRow, Table, check_columns, check_count, check_faults, check_name, check_total, header, normalized,
    refuse,
};

/// Reads a list of objects, alone or under `orders`.
pub(super) fn read_list(text: &str) -> Result<Table, SheetError> {
    let wrong = "expected a list of orders, [{\"order_id\": \"A-1\", …}, …], alone or under `orders`";
    let mut rows = Rows::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Reading { rows: &mut rows, level: Level::File }.deserialize(&mut reader);
    let read = read.and_then(|found| reader.end().map(|()| found));
    match (rows.refused.take(), read) {
        (Some(refused), _) => Err(refused),
        (None, Err(error)) => Err(refuse(format!("the file is not JSON: {error}"), wrong)),
        (None, Ok(Found::Kept)) => rows.table(),
        (None, Ok(_)) => Err(refuse("the file is no list of orders", wrong)),
    }
}

/// Reads an object a line.
pub(super) fn read_lines(text: &str) -> Result<Table, SheetError> {
    let mut rows = Rows::default();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        rows.begin(index as u64 + 1)?;
        let n_names = rows.names.len();
        let mut reader = serde_json::Deserializer::from_str(line);
        let read = Reading { rows: &mut rows, level: Level::Entry }.deserialize(&mut reader);
        let read = read.and_then(|found| reader.end().map(|()| found));
        match (rows.refused.take(), read) {
            (Some(refused), _) => return Err(refused),
            (None, Ok(found)) => rows.end(&found)?,
            (None, Err(error)) => {
                rows.forget(n_names);
                let message = format!("not JSON: {error}");
                rows.row.issues.push(RowIssue::error(rows.row.row, "", message, "one object a line"));
                rows.end(&Found::Kept)?;
            }
        }
    }
    rows.table()
}

/// What was read of the table.
#[derive(Debug, Default)]
struct Rows {
    /// The columns as the file writes them first.
    names: Vec<String>,
    /// Where they stand, by what they are compared by.
    places: BTreeMap<String, usize>,
    rows: Vec<SheetRow>,
    /// The row that is being read.
    row: SheetRow,
    /// Names of nobody's with a list or an object in them: each is told once.
    nested: BTreeSet<String>,
    /// Cells that hold nothing that can be used.
    n_faults: usize,
    /// Why no more is read. The reader's own errors are texts.
    refused: Option<SheetError>,
}

impl Rows {
    fn begin(&mut self, row: u64) -> Result<(), SheetError> {
        check_count(self.rows.len())?;
        self.row = SheetRow { row, ..SheetRow::default() };
        Ok(())
    }

    /// Keeps what was found under a name.
    fn keep(&mut self, name: &str, found: Found) -> Result<(), SheetError> {
        let (row, mut fault) = (self.row.row, None);
        let text = match found {
            Found::Nothing | Found::Kept => return Ok(()),
            Found::Text(text) => Some(text),
            Found::Nested => {
                check_name(self.names.len() + 1, name)?;
                let is_ours = name == "fields" || count_known(&[name.to_owned()]) > 0;
                if is_ours || self.nested.insert(name.to_owned()) {
                    let hint = "give a text or a number";
                    let error = RowIssue::error(row, name, "a list or an object", hint);
                    // A field of the design that is one is missed where the design is looked at.
                    fault = Some(if is_ours {
                        error
                    } else {
                        RowIssue::note(row, name, "a list or an object is not read", hint)
                    });
                }
                None
            }
        };
        if let Some(text) = text {
            let place = self.place(name)?;
            if self.row.cells.len() <= place {
                self.row.cells.resize(place + 1, None);
            }
            if self.row.cells[place].replace(text).is_some() {
                fault = Some(RowIssue::error(row, name, "given twice", "keep one of them"));
            }
        }
        if let Some(fault) = fault {
            self.n_faults += 1;
            check_faults(self.n_faults)?;
            self.row.issues.push(fault);
        }
        Ok(())
    }

    fn place(&mut self, name: &str) -> Result<usize, SheetError> {
        let key = normalized(name);
        if let Some(place) = self.places.get(&key) {
            return Ok(*place);
        }
        let place = self.names.len();
        check_name(place + 1, name)?;
        // Before the next row: one new name in each would make a square of them.
        check_columns(place + 1)?;
        self.names.push(name.to_owned());
        self.places.insert(key, place);
        Ok(place)
    }

    /// Ends a row with what was found in its place.
    fn end(&mut self, found: &Found) -> Result<(), SheetError> {
        if !matches!(found, Found::Kept) {
            let hint = "write {\"order_id\": \"A-1\", …}";
            self.row.issues.push(RowIssue::error(self.row.row, "", "not an object", hint));
        }
        self.rows.push(std::mem::take(&mut self.row));
        check_total(self.rows.len() * self.names.len())
    }

    /// Forgets what was read of a row that broke off, and the columns that it brought.
    fn forget(&mut self, n_names: usize) {
        self.row.cells.clear();
        if self.names.len() > n_names {
            self.names.truncate(n_names);
            self.places.retain(|_, place| *place < n_names);
        }
    }

    fn table(mut self) -> Result<Table, SheetError> {
        let columns = header(self.names)?;
        self.rows.iter_mut().for_each(|row| row.cells.resize(columns.len(), None));
        Ok((columns, self.rows))
    }
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// The whole file: a list, or an object with one under `orders`.
    File,
    /// What must be the list.
    List,
    /// An entry of the list: a row.
    Entry,
    /// Under `fields` of an entry: what stands there counts as columns of its own.
    Fields,
    /// A cell.
    Cell,
}

/// What a value is.
#[derive(Debug)]
enum Found {
    /// `null`.
    Nothing,
    /// A text, a number, true or false: what a cell holds.
    Text(String),
    /// A list or an object where none belongs.
    Nested,
    /// A list or an object that went into the rows.
    Kept,
}

/// Reads a value into the rows.
struct Reading<'r> {
    rows: &'r mut Rows,
    level: Level,
}

impl Reading<'_> {
    fn at(&mut self, level: Level) -> Reading<'_> {
        Reading { rows: self.rows, level }
    }

    /// Ends the reading where a limit was met.
    fn check<T, E: Error>(&mut self, result: Result<T, SheetError>) -> Result<T, E> {
        result.map_err(|refused| {
            let error = E::custom(&refused);
            self.rows.refused = Some(refused);
            error
        })
    }
}

impl<'de> DeserializeSeed<'de> for Reading<'_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<Found, D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Found, E> {
        Ok(Found::Nothing)
    }

    fn visit_bool<E: Error>(self, is_true: bool) -> Result<Found, E> {
        Ok(Found::Text(is_true.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Found, E> {
        Ok(Found::Text(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Found, E> {
        Ok(Found::Text(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Found, E> {
        // Written as JSON writes it: 1e30 and not thirty zeros.
        let number = serde_json::Number::from_f64(number);
        Ok(number.map_or(Found::Nothing, |number| Found::Text(number.to_string())))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Found, E> {
        Ok(Found::Text(text.trim().to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Found, A::Error> {
        if !matches!(self.level, Level::File | Level::List) {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Found::Nested);
        }
        let mut row = 1;
        while list.next_element_seed(Entry { list: self.at(Level::List), row })?.is_some() {
            row += 1;
        }
        Ok(Found::Kept)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<Found, A::Error> {
        if matches!(self.level, Level::List | Level::Cell) {
            while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Found::Nested);
        }
        if self.level == Level::File {
            return self.orders(object);
        }
        while let Some(name) = object.next_key::<String>()? {
            let is_fields = self.level == Level::Entry && name == "fields";
            let found = object.next_value_seed(self.at(if is_fields { Level::Fields } else { Level::Cell }))?;
            let kept = self.rows.keep(&name, found);
            self.check::<_, A::Error>(kept)?;
        }
        Ok(Found::Kept)
    }
}

impl Reading<'_> {
    /// Looks for the list under `orders`.
    fn orders<'de, A: MapAccess<'de>>(&mut self, mut object: A) -> Result<Found, A::Error> {
        let mut orders = None;
        while let Some(name) = object.next_key::<String>()? {
            if name != "orders" {
                object.next_value::<IgnoredAny>()?;
                continue;
            }
            if orders.is_some() {
                self.check::<(), A::Error>(Err(refuse("`orders` is given twice", "keep one of them")))?;
            }
            orders = Some(object.next_value_seed(self.at(Level::List))?);
        }
        Ok(orders.unwrap_or(Found::Nested))
    }
}

/// Reads an entry of the list as a row.
struct Entry<'r> {
    list: Reading<'r>,
    row: u64,
}

impl<'de> DeserializeSeed<'de> for Entry<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, value: D) -> Result<(), D::Error> {
        // Before the entry is read.
        let begun = self.list.rows.begin(self.row);
        self.list.check::<_, D::Error>(begun)?;
        let found = self.list.at(Level::Entry).deserialize(value)?;
        let ended = self.list.rows.end(&found);
        self.list.check(ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::limits;

    fn told(table: &Table) -> Vec<String> {
        table.1.iter().flat_map(|row| &row.issues).map(ToString::to_string).collect()
    }

    #[test]
    fn values_are_texts_as_json_writes_them() {
        let text = r#"{"shop":{"orders":[1]},"orders":[{"a":" x ","b":7,"c":-7,"d":0.50,"e":1e30,"f":true,"g":null,
            "fields":{"h":"\u00fc","a b":18446744073709551615}}],"more":[[[{}]]]}"#;
        let (columns, rows) = read_list(text).unwrap();
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "d", "e", "f", "h", "a_b"], "a column of nulls is none");
        let cells: Vec<&str> = rows[0].cells.iter().map(|cell| cell.as_deref().unwrap()).collect();
        let large = serde_json::json!(1e30).to_string();
        assert_eq!(cells, ["x", "7", "-7", "0.5", &large, "true", "ü", "18446744073709551615"]);
    }

    #[test]
    fn what_stands_in_a_wrong_place_is_told() {
        let list = r#"[{"a":1,"A":2,"fields":{"b":{"c":[]}}},7,[],null,{"fields":[1],"d":[[{"x":{}}]]}]"#;
        let table = read_list(list).unwrap();
        assert_eq!(
            told(&table),
            [
                "row 1, column `A`: given twice; keep one of them",
                "row 1, column `b`: a list or an object is not read; give a text or a number",
                "row 2: not an object; write {\"order_id\": \"A-1\", …}",
                "row 3: not an object; write {\"order_id\": \"A-1\", …}",
                "row 4: not an object; write {\"order_id\": \"A-1\", …}",
                "row 5, column `fields`: a list or an object; give a text or a number",
                "row 5, column `d`: a list or an object is not read; give a text or a number",
            ]
        );
        for (text, part) in [
            ("{\"orders\":{\"orders\":[]}}", "no list"),
            ("{\"orders\":null}", "no list"),
            ("7", "no list"),
            ("{\"orders\":[],\"orders\":[]}", "given twice"),
            ("[] x", "not JSON: trailing"),
            ("[{\"a\":1}", "not JSON: EOF"),
        ] {
            let refused = read_list(text).unwrap_err().to_string();
            assert!(refused.contains(part), "{text}: {refused}");
        }
    }

    #[test]
    fn what_nothing_is_made_of_may_be_a_list_and_is_told_once() {
        let line = "{\"order_id\":\"A\",\"customer\":{\"name\":\"Li\"},\"tags\":[\"rush\"]}\n";
        let table = read_lines(&line.repeat(2)).unwrap();
        let hint = "a list or an object is not read; give a text or a number";
        assert_eq!(told(&table), ["customer", "tags"].map(|name| format!("row 1, column `{name}`: {hint}")));
        assert!(table.1[0].issues.iter().all(|issue| issue.is_note));
        let ours = read_lines("{\"Order\":[1],\"qty\":{}}").unwrap();
        assert!(ours.1[0].issues.len() == 2 && ours.1[0].issues.iter().all(|issue| !issue.is_note));
    }

    #[test]
    fn a_line_that_breaks_off_brings_no_columns() {
        let table = read_lines("{\"a\":1}\n{\"b\":1,\"a\":\n{\"c\":1} x\n{\"d\":1}").unwrap();
        let names: Vec<&str> = table.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "d"]);
        assert_eq!(table.1[1].cells, [None, None]);
        assert_eq!(told(&table).len(), 2);
    }

    #[test]
    fn reading_ends_where_a_limit_is_met() {
        // What comes after the limit is no JSON: it is not looked at any more.
        let cut = |first: &str, then: &str, count: usize| {
            let mut entries = vec![then; count];
            entries[0] = first;
            (format!("[{} x", entries.join(",")), format!("{} x", entries.join("\n")))
        };
        let wide = |names: usize| {
            let cells: Vec<String> = (0..names).map(|name| format!("\"{name}\":1")).collect();
            format!("{{{}}}", cells.join(","))
        };
        let (widest, wider) = (wide(limits::COLUMNS), wide(limits::COLUMNS + 1));
        let long = format!("{{\"{}\":1}}", "n".repeat(limits::COLUMN_CHARS + 1));
        let faulty = format!("{{{}}}", vec!["\"size\":[]"; 1000].join(","));
        let full = limits::CELLS / limits::COLUMNS;
        let one = "{\"\":0}";
        for (first, then, count, expected) in [
            (one, one, limits::ROWS + 1, "the file has more than 200000 rows"),
            (widest.as_str(), one, full + 1, "the file has 201 columns"),
            (widest.as_str(), "{}", full + 1, "the file has more than 8000000 cells"),
            (wider.as_str(), "", 1, "the file has 201 columns"),
            (faulty.as_str(), faulty.as_str(), limits::FAULTS / 1000 + 1, "the file has more than 100000 faulty cells"),
            (long.as_str(), "", 1, "the name of column 1, `nnnnnnnnnnnnnnnnnnnn…`, has 201 characters"),
        ] {
            let (list, lines) = cut(first, then, count);
            assert_eq!(read_list(&list).unwrap_err().message, expected);
            assert_eq!(read_lines(&lines).unwrap_err().message, expected);
        }
    }
}
