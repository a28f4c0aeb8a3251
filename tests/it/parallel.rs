//! Many previews at once on one pool of threads.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use platen::assets::Library;
use platen::design::Design;
use platen::shop::{Choice, PreviewOptions, Shop};
use rayon::prelude::*;

/// Far longer than it takes; whoever waits this long waits for ever.
const ENOUGH: Duration = Duration::from_secs(120);

#[test]
fn threads_that_wait_may_take_up_another_preview_of_the_same_view() {
    let (done, finished) = mpsc::channel();
    std::thread::spawn(move || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let design = Design::from_json(&std::fs::read(root.join("examples/camp.json")).unwrap()).unwrap();
        let library = Library::with_base(root.join("examples"));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        // What is opened once is opened anew in each round, and heather is made at a plate's first use.
        for _ in 0..4 {
            let shop = Shop::open(root).unwrap();
            let choice = Choice { color: Some("heather-grey".to_owned()), ..Choice::default() };
            let options = PreviewOptions { choice, width_px: 96, ..PreviewOptions::default() };
            let pictures: Vec<Vec<u8>> = pool.install(|| {
                let previews = (0..24).into_par_iter().map(|_| shop.preview(&design, &library, &options).unwrap());
                previews.map(|preview| preview.pixels).collect()
            });
            assert!(pictures.iter().all(|picture| *picture == pictures[0]));
        }
        done.send(()).unwrap();
    });
    finished.recv_timeout(ENOUGH).expect("the previews wait for one another, or one failed");
}
