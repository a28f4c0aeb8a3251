//! Nested gang sheets through the command: ink of different pieces never meets, keeps its gap, and is parted by the paths.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use image::{Rgba, RgbaImage};
use kurbo::{BezPath, ParamCurve as _, Point, Shape as _};

use crate::cli::{Scratch, path, platen, root, stderr};

const DPI: f64 = 100.0;
/// Badges, arcs and lettering of several lines.
const ORDERS: &str = "order_id,line,design,size,quantity,technique\n\
    A,1,brewery.json,M,3,dtf\n\
    A,2,crest.json,M,4,dtf\n\
    B,1,camp.json,M,2,dtf\n\
    B,2,desert.json,M,2,dtf\n\
    C,1,fishing.json,M,2,dtf\n\
    D,1,vintage.json,M,1,dtf\n";

fn prepare(name: &str) -> Scratch {
    let scratch = Scratch::new(name);
    let examples = root().join("examples");
    copy(&examples.join("art"), &scratch.file("art"));
    for design in ["brewery", "crest", "camp", "desert", "fishing", "vintage"] {
        let name = format!("{design}.json");
        std::fs::copy(examples.join(&name), scratch.file(&name)).unwrap();
    }
    scratch.write("orders.csv", ORDERS);
    scratch
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn gang(scratch: &Scratch, out: &str, more: &[&str]) -> Output {
    let (orders, out) = (scratch.file("orders.csv"), scratch.file(out));
    let mut all = vec!["gang", path(&orders), "-o", path(&out), "--dpi", "100", "--effort", "quick"];
    all.extend(more);
    platen(&all)
}

fn report(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(folder.join("gang.json")).unwrap()).unwrap()
}

fn is_inked(pixel: Rgba<u8>) -> bool {
    pixel[3] > 0
}

/// The print file of a piece, and the corner of what is inked on it.
fn print(scratch: &Scratch, id: &str) -> (RgbaImage, (u32, u32)) {
    let id: Vec<&str> = id.split('/').collect();
    let file = scratch.file(&format!("prints/{}/{}-{}.png", id[0], id[1], id[2]));
    let print = image::open(file).unwrap().to_rgba8();
    let inked = print.enumerate_pixels().filter(|(.., pixel)| is_inked(**pixel));
    let corner = inked.fold((u32::MAX, u32::MAX), |corner, (x, y, _)| (corner.0.min(x), corner.1.min(y)));
    (print, corner)
}

/// A print as it lies on the film.
fn turned(print: &RgbaImage, degrees: u64) -> RgbaImage {
    match degrees {
        90 => image::imageops::rotate90(print),
        180 => image::imageops::rotate180(print),
        270 => image::imageops::rotate270(print),
        _ => print.clone(),
    }
}

#[test]
fn ink_of_nested_pieces_is_all_there_keeps_its_gap_and_is_parted_by_the_paths() {
    let scratch = prepare("gang-nest");
    let gap = 0.2;
    let output = gang(&scratch, "out", &["--nest", "--no-labels", "--gap", "0.2in", "--format", "png,tiff"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let orders = scratch.file("orders.csv");
    let prints = scratch.file("prints");
    let made = platen(&["batch", path(&orders), "-o", path(&prints), "--make", "artwork", "--dpi", "100"]);
    assert!(made.status.success(), "{}", stderr(&made));
    let out = scratch.file("out");
    let report = report(&out);
    let inches = |key: &str| report["nesting"][key].as_f64().unwrap();
    assert!(report["nesting"]["taken"] == true && inches("nested_in") < 0.97 * inches("rectangles_in"), "{report}");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("in as rectangles; cut along the paths in sheet-*-cut.svg"), "{said}");

    let sheet = image::open(out.join("sheet-1.png")).unwrap().to_rgba8();
    let file = std::fs::read(out.join("sheet-1.tif")).unwrap();
    assert!(crate::sheet_pixels::of(&file, sheet.dimensions()) == *sheet.as_raw());
    let pieces = report["sheets"][0]["pieces"].as_array().unwrap();
    // Whose ink each pixel is.
    let (width, height) = sheet.dimensions();
    let mut owners = vec![usize::MAX; (width * height) as usize];
    let mut degrees = BTreeMap::new();
    let mut overlap = 0;
    for (number, piece) in pieces.iter().enumerate() {
        let id = piece["id"].as_str().unwrap();
        let px = |key: &str| (piece[key].as_f64().unwrap() / 25.4 * DPI).round() as u32;
        let turn = piece["degrees"].as_u64().unwrap();
        assert_eq!(piece["turned"].as_bool().unwrap(), turn != 0);
        *degrees.entry(turn).or_insert(0) += 1;
        let (print, corner) = print(&scratch, id);
        let (wide, high) = (px("width_mm"), px("height_mm"));
        let upright = if turn % 180 == 0 { (wide, high) } else { (high, wide) };
        // The piece begins a few pixels before its ink: the place where all of it is found again.
        let all = print.pixels().filter(|pixel| is_inked(**pixel)).count();
        let lies_at = |before: (u32, u32)| {
            let left = corner.0.checked_sub(before.0)?;
            let top = corner.1.checked_sub(before.1)?;
            let part = image::imageops::crop_imm(&print, left, top, upright.0, upright.1).to_image();
            let part = turned(&part, turn);
            let inked = || part.enumerate_pixels().filter(|(.., pixel)| is_inked(**pixel));
            let is_there =
                |(x, y, pixel): (u32, u32, &Rgba<u8>)| sheet.get_pixel(px("x_mm") + x, px("y_mm") + y) == pixel;
            (inked().count() == all && inked().all(is_there)).then_some(part)
        };
        let befores = (0..8).flat_map(|x| (0..8).map(move |y| (x, y)));
        let part = befores.into_iter().find_map(lies_at);
        let part = part.unwrap_or_else(|| panic!("{id}: all its pixels are those of the print file"));
        for (x, y, _) in part.enumerate_pixels().filter(|(.., pixel)| is_inked(**pixel)) {
            let owner = &mut owners[((px("y_mm") + y) * width + px("x_mm") + x) as usize];
            overlap += usize::from(*owner != usize::MAX);
            *owner = number;
        }
    }
    assert_eq!(overlap, 0, "no pixel is inked by two pieces");
    assert!(degrees.len() >= 3, "pieces are turned in several ways, or this proves little: {degrees:?}");
    let inked = sheet.pixels().filter(|pixel| is_inked(**pixel)).count();
    assert_eq!(inked, owners.iter().filter(|owner| **owner != usize::MAX).count(), "nothing else is on the sheet");
    check_gap(&owners, width, gap * DPI);
    let rectangles: Vec<[u32; 4]> = pieces.iter().map(rectangle).collect();
    let crossing = |a: &[u32; 4], b: &[u32; 4]| a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    let mut pairs = rectangles.iter().enumerate().flat_map(|(at, a)| rectangles[at + 1..].iter().map(move |b| (a, b)));
    assert!(pairs.any(|(a, b)| crossing(a, b)), "some rectangles overlap, or nothing was nested");
    check_paths(&out, &owners, (width, pieces.len()));
}

fn rectangle(piece: &serde_json::Value) -> [u32; 4] {
    let px = |key: &str| (piece[key].as_f64().unwrap() / 25.4 * DPI).round() as u32;
    let (x, y) = (px("x_mm"), px("y_mm"));
    [x, y, x + px("width_mm"), y + px("height_mm")]
}

/// No ink of another piece nearer than the gap to any ink, from edge to edge of pixels.
fn check_gap(owners: &[usize], width: u32, gap: f64) {
    let reach = gap.ceil() as i64;
    let (width, height) = (i64::from(width), i64::try_from(owners.len()).unwrap() / i64::from(width));
    let near: Vec<(i64, i64)> = (0..=reach)
        .flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)))
        .filter(|(dx, dy)| {
            let (x, y) = ((dx.abs() - 1).max(0) as f64, (dy - 1).max(0) as f64);
            x * x + y * y < gap * gap - 1e-9
        })
        .collect();
    let owner = |x: i64, y: i64| {
        let is_in = (0..width).contains(&x) && (0..height).contains(&y);
        if is_in { owners[(y * width + x) as usize] } else { usize::MAX }
    };
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        let own = owner(x, y);
        // Within ink nothing is nearer than at its edges.
        let around = [owner(x - 1, y), owner(x + 1, y), owner(x, y - 1), owner(x, y + 1)];
        if own == usize::MAX || around.iter().all(|other| *other == own) {
            continue;
        }
        for (dx, dy) in &near {
            let other = owner(x + dx, y + dy);
            assert!(
                other == own || other == usize::MAX,
                "pieces {own} and {other} at {x},{y} and {dx},{dy} from there"
            );
        }
    }
}

/// One closed path around each piece, on the film, around all of its ink and none of another's; none crosses another.
fn check_paths(out: &Path, owners: &[usize], (width, count): (u32, usize)) {
    let svg = std::fs::read_to_string(out.join("sheet-1-cut.svg")).unwrap();
    let paths: Vec<BezPath> = svg
        .split("<path d=\"")
        .skip(1)
        .map(|rest| BezPath::from_svg(rest.split('"').next().unwrap()).unwrap())
        .collect();
    assert_eq!(paths.len(), count, "a path a piece");
    let mm = |px: u32| (f64::from(px) + 0.5) * 25.4 / DPI;
    let boxes: Vec<_> = paths.iter().map(BezPath::bounding_box).collect();
    let inside = |point: Point| {
        let around = paths.iter().zip(&boxes).enumerate();
        around
            .filter(|(_, (path, around))| around.contains(point) && path.contains(point))
            .map(|(index, _)| index)
            .collect()
    };
    let mut of: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, owner) in owners.iter().enumerate().filter(|(at, owner)| **owner != usize::MAX && at % 7 == 0) {
        let found: Vec<usize> = inside(Point::new(mm(at as u32 % width), mm(at as u32 / width)));
        assert_eq!(found.len(), 1, "ink lies in the path of its piece");
        assert_eq!(*of.entry(*owner).or_insert(found[0]), found[0], "and a piece in one path");
    }
    assert_eq!(of.len(), count);
    for (index, path) in paths.iter().enumerate() {
        for point in path.segments().flat_map(|segment| [0.0, 0.25, 0.5, 0.75].map(|at| segment.eval(at))) {
            assert_eq!(inside(point).into_iter().filter(|other| *other != index).count(), 0, "paths do not cross");
        }
    }
    let dxf = std::fs::read_to_string(out.join("sheet-1-cut.dxf")).unwrap();
    assert_eq!(dxf.matches("POLYLINE").count(), count);
    let mut cuts = csv::Reader::from_path(out.join("cut-list.csv")).unwrap();
    let column = cuts.headers().unwrap().iter().position(|name| name == "paths").unwrap();
    assert!(cuts.records().all(|row| &row.unwrap()[column] == "sheet-1-cut.svg"));
}

#[test]
fn nesting_is_the_same_each_time_and_rectangles_stay_where_it_gains_nothing() {
    let scratch = prepare("gang-nest-same");
    assert!(gang(&scratch, "one", &["--nest"]).status.success());
    let mut rows: Vec<&str> = ORDERS.lines().collect();
    rows[1..].reverse();
    scratch.write("orders.csv", &format!("{}\n", rows.join("\n")));
    assert!(gang(&scratch, "two", &["--nest"]).status.success());
    for name in ["sheet-1.png", "sheet-1-cut.svg", "sheet-1-cut.dxf", "cut-list.csv", "press-order.csv"] {
        let read = |folder: &str| std::fs::read(scratch.file(folder).join(name)).unwrap();
        assert!(read("one") == read("two"), "{name}");
    }
    // One piece that is not turned: its shape is as long as its rectangle.
    scratch.write("orders.csv", "order_id,line,design,size,quantity,technique\nA,1,crest.json,M,1,dtf\n");
    let output = gang(&scratch, "one", &["--nest", "--no-turn"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("they are packed as rectangles"), "{said}");
    let report = report(&scratch.file("one"));
    assert_eq!((&report["nesting"]["taken"], &report["sheets"][0]["nested"]), (&false.into(), &false.into()));
    assert!(!scratch.file("one/sheet-1-cut.svg").exists(), "and what an earlier run cut is gone");
    let plain = gang(&scratch, "two", &["--no-turn"]);
    assert!(plain.status.success() && !String::from_utf8_lossy(&plain.stdout).contains("nest"));
    let read = |folder: &str| std::fs::read(scratch.file(folder).join("sheet-1.png")).unwrap();
    assert!(read("one") == read("two"), "the sheet is that of rectangles");
}
