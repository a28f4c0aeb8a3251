//! How the program ends when something is not as it should be: the code, one sentence, and no file half written.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::cli::{Scratch, path, platen, root, stderr};

const CAMP: &str = "examples/camp.json";

fn assert_cannot_run(output: &Output, wanted: &[&str]) {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(output.stdout.is_empty(), "{text}");
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted} is missing in\n{text}");
    }
    assert!(!text.contains("panicked") && !text.contains("fault of its own"), "{text}");
}

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn words_that_are_not_known_are_answered_with_those_that_are() {
    assert_cannot_run(&platen(&["preveiw", CAMP]), &["preveiw", "preview"]);
    assert_cannot_run(&platen(&[]), &["preview", "artwork", "check"]);
    assert_cannot_run(&platen(&["preview", CAMP]), &["--output"]);
    assert_cannot_run(&platen(&["check", CAMP, "--format", "xml"]), &["text", "json"]);
    assert_cannot_run(&platen(&["schema", "desing"]), &["design"]);
    assert_cannot_run(&platen(&["catalog", "shoes"]), &["garments"]);
    for asked in ["--help", "--version"] {
        let output = platen(&[asked]);
        assert!(output.status.success() && !output.stdout.is_empty() && output.stderr.is_empty(), "{asked}");
    }
}

#[test]
fn values_out_of_range_name_the_range() {
    let scratch = Scratch::new("range");
    let out = scratch.file("shirt.png");
    let preview = |option: &str, value: &str| platen(&["preview", CAMP, "-o", path(&out), option, value]);
    assert_cannot_run(&preview("--width", "63"), &["64", "2000", "63"]);
    assert_cannot_run(&preview("--width", "2001"), &["64", "2000", "2001"]);
    assert_cannot_run(&preview("--width", "wide"), &["wide", "--width"]);
    assert_cannot_run(&preview("--size", "XXS"), &["XXS"]);
    assert_cannot_run(&preview("--view", "side"), &["side", "front", "back"]);
    assert_cannot_run(&preview("--garment-color", "mud"), &["mud", "platen catalog colors"]);
    assert_cannot_run(&preview("--garment-color", "gray"), &["gray", "did you mean", "heather-grey"]);
    assert_cannot_run(&preview("--field", "name"), &["ID=VALUE"]);
    let artwork = |arguments: &[&str]| platen(&[&["artwork", CAMP, "-o", path(&out)], arguments].concat());
    assert_cannot_run(&artwork(&["--area", "nape"]), &["nape", "front"]);
    assert_cannot_run(&artwork(&["--area", "front", "--dpi", "9"]), &["10", "2400", "9"]);
    assert_cannot_run(&artwork(&["--area", "front", "--size", "XXS"]), &["XXS"]);
    assert_cannot_run(&platen(&["serve", "--preview-ms", "99"]), &["100", "60000", "99"]);
    assert_cannot_run(&platen(&["serve", "--points", "0"]), &["--points", "at least 1"]);
    assert_cannot_run(&platen(&["serve", "--key-points", "0"]), &["--key-points", "at least 1"]);
    assert_eq!(entries(&scratch.0), 0, "nothing is written");
}

#[test]
fn inputs_that_cannot_be_read_are_named() {
    let scratch = Scratch::new("unreadable");
    let out = scratch.file("shirt.png");
    assert_cannot_run(&platen(&["check", "examples"]), &["examples"]);
    assert_cannot_run(&platen(&["check", path(&scratch.file("none.json"))]), &["none.json"]);
    let empty = scratch.write("empty.json", "");
    let output = platen(&["check", path(&empty)]);
    assert_eq!(output.status.code(), Some(1), "what is there but no design is refused: {}", stderr(&output));
    assert_cannot_run(&platen(&["preview", CAMP, "-o", path(&out), "--assets", "/no/such"]), &["/no/such"]);
    let elsewhere =
        Command::new(env!("CARGO_BIN_EXE_platen")).args(["catalog", "inks"]).current_dir(&scratch.0).output().unwrap();
    assert_cannot_run(&elsewhere, &["--assets DIR"]);
    assert!(!out.exists());
}

#[test]
fn a_history_of_more_than_a_gibibyte_is_told_and_not_read() {
    let scratch = Scratch::new("history");
    let huge = scratch.file("events.jsonl");
    // A hole: it takes no place on the disk.
    fs::File::create(&huge).unwrap().set_len((1 << 30) + 1).unwrap();
    for arguments in [vec!["suggest", "evaluate", path(&huge)], vec!["suggest", "--events", path(&huge)]] {
        assert_cannot_run(&platen(&arguments), &["events.jsonl", "1073741824", "split it"]);
    }
    // One byte less is read: it has no events, but holes.
    fs::File::create(&huge).unwrap().set_len(4).unwrap();
    assert!(!stderr(&platen(&["suggest", "evaluate", path(&huge)])).contains("split it"));
}

#[test]
fn outputs_that_cannot_be_written_leave_nothing_behind() {
    let scratch = Scratch::new("unwritable");
    let folder = scratch.file("folder.png");
    fs::create_dir(&folder).unwrap();
    for arguments in
        [["preview", CAMP, "-o", path(&folder)].as_slice(), &["artwork", CAMP, "--area", "front", "-o", path(&folder)]]
    {
        assert_cannot_run(&platen(arguments), &["folder.png"]);
    }
    assert_eq!((entries(&scratch.0), entries(&folder)), (1, 0), "the folder is as it was");
    let missing = scratch.file("none/shirt.png");
    assert_cannot_run(
        &platen(&["preview", CAMP, "-o", path(&missing), "--width", "64"]),
        &["none/shirt.png", "there is no folder"],
    );
    assert_cannot_run(&platen(&["preview", CAMP, "-o", "."]), &[".png"]);
}

#[test]
fn a_design_and_its_pictures_are_not_written_over() {
    let scratch = Scratch::new("spared");
    let (design, picture) = (scratch.file("design.png"), scratch.file("logo.png"));
    fs::copy(root().join("tests/fixtures/pictures/rgb.png"), &picture).unwrap();
    let document = r#"{"version":1,"garment":"tee","color":"white","technique":"dtf","placements":[{"area":"front",
        "layers":[{"id":"a","type":"image","asset":"logo.png","x":150,"y":100,"width":20}]}]}"#;
    fs::write(&design, document).unwrap();
    let before = fs::read(&picture).unwrap();
    for (output, what) in [(&design, "the design itself"), (&picture, "a picture of the design")] {
        assert_cannot_run(&platen(&["preview", path(&design), "-o", path(output)]), &[what, "another file"]);
        assert_cannot_run(&platen(&["artwork", path(&design), "--area", "front", "-o", path(output)]), &[what]);
    }
    assert_eq!(fs::read(&design).unwrap(), document.as_bytes());
    assert_eq!(fs::read(&picture).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let scratch = Scratch::new("link");
    let (file, link) = (scratch.file("real.png"), scratch.file("link.png"));
    fs::write(&file, "old").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    assert!(platen(&["preview", CAMP, "-o", path(&link), "--width", "64"]).status.success());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read(&file).unwrap().starts_with(b"\x89PNG"));
}

/// What permissions forbid, unless the tests run as somebody whom nothing is forbidden.
#[cfg(unix)]
#[test]
fn permissions_are_respected() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new("permissions");
    let secret = scratch.write("secret.json", &fs::read_to_string(root().join(CAMP)).unwrap());
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&secret).is_err() {
        assert_cannot_run(&platen(&["check", path(&secret)]), &["secret.json"]);
    }
    let closed = scratch.file("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(closed.join("probe"), "").is_err() {
        let out = closed.join("shirt.png");
        assert_cannot_run(&platen(&["preview", CAMP, "-o", path(&out), "--width", "64"]), &["closed/shirt.png"]);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn names_need_not_be_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    let scratch = Scratch::new("names-of-bytes");
    let run = |design: &Path, out: &Path| {
        Command::new(env!("CARGO_BIN_EXE_platen"))
            .arg("preview")
            .arg(design)
            .args(["--width", "64", "-o"])
            .arg(out)
            .current_dir(root())
            .output()
            .unwrap()
    };
    let out = scratch.0.join(OsStr::from_bytes(b"sh\xffirt.png"));
    let output = run(Path::new("examples/jersey.json"), &out);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(fs::metadata(&out).unwrap().len() > 0);
    let design = scratch.0.join(OsStr::from_bytes(b"d\xfe.json"));
    let output = run(&design, &out);
    assert_cannot_run(&output, &[".json"]);
    fs::copy(root().join("examples/jersey.json"), &design).unwrap();
    assert!(run(&design, &out).status.success());
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    for arguments in [["catalog", "colors"], ["schema", "design"], ["completions", "bash"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_platen"))
            .args(arguments)
            .current_dir(root())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        assert!(output.stderr.is_empty(), "{arguments:?}: {}", stderr(&output));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_platen"))
            .args(arguments)
            .current_dir(root())
            .stdout(full())
            .stderr(Stdio::piped())
            .output()
            .unwrap()
    };
    for arguments in [["catalog", "colors"].as_slice(), &["schema", "design"], &["check", CAMP]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
    }
    assert_cannot_run(&platen(&["preview", CAMP, "--width", "64", "-o", "/dev/full"]), &[".png"]);
}
