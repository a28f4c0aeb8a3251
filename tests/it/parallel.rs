//! Many previews at once on one pool of threads.

use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use platen::assets::Library;
use platen::design::Design;
use platen::shop::{Choice, PreviewOptions, Shop};

/// Far longer than it takes; whoever waits this long waits for ever.
const ENOUGH: Duration = Duration::from_secs(60);

#[test]
fn threads_that_wait_may_take_up_another_preview_of_the_same_view() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(root.join("examples/camp.json")).unwrap();
    let design = Arc::new(Design::from_json(&text).unwrap());
    let library = Arc::new(Library::with_base(root.join("examples")));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    // What is opened once is opened anew in each round, and heather is made at a plate's first use.
    for round in 0..12 {
        let shop = Arc::new(Shop::open(root).unwrap());
        let (done, finished) = mpsc::channel();
        for _ in 0..8 {
            let (shop, design, library, done) = (shop.clone(), design.clone(), library.clone(), done.clone());
            pool.spawn(move || {
                let choice = Choice { color: Some("heather-grey".to_owned()), ..Choice::default() };
                let options = PreviewOptions { choice, width_px: 96, ..PreviewOptions::default() };
                done.send(shop.preview(&design, &library, &options).unwrap().pixels).unwrap();
            });
            // Time for the threads to be in the middle of the first when the next one comes.
            for _ in 0..round * 20 {
                std::hint::black_box(Design::from_json(&text).unwrap());
            }
        }
        drop(done);
        let next = || finished.recv_timeout(ENOUGH).expect("the previews wait for one another, or one failed");
        let first = next();
        assert!((1..8).all(|_| next() == first));
    }
}
