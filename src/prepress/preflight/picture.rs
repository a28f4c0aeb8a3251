//! The rule `low-dpi`.

use crate::prepress::preflight::finding::hundredths;
use crate::prepress::preflight::words::length;
use crate::prepress::preflight::{Action, Finding, Fix, RuleId, Severity, Subject};

/// A picture with fewer pixels than its size on the cloth needs: a little soft below the technique's first limit, blurred
/// below the second. It is never an error: who likes squares may have them, and the studio has that confirmed.
pub(super) fn resolution(subject: &Subject<'_>) -> Option<Finding> {
    let dpi = subject.layer.facts.effective_dpi?;
    let technique = subject.technique;
    if dpi >= technique.warn_dpi {
        return None;
    }
    let frame = subject.layer.frame;
    let sharp_width = (frame[1] - frame[0]).hypot() * dpi / technique.warn_dpi;
    let sharp_height = (frame[3] - frame[0]).hypot() * dpi / technique.warn_dpi;
    let (severity, verdict) = if dpi < technique.min_dpi {
        (
            Severity::Warning,
            format!("fewer than the {:.0} that it needs at least, and prints blurred", technique.min_dpi),
        )
    } else {
        (Severity::Note, format!("fewer than the {:.0} at which it prints sharp", technique.warn_dpi))
    };
    // Never rounded up to a limit that it does not reach.
    let message = format!("At this size the picture has {:.0} dots per inch, {verdict}.", dpi.floor());
    let fix = Fix {
        text: format!(
            "Use a larger picture, or make this one at most {} wide and {} high.",
            length(sharp_width),
            length(sharp_height)
        ),
        action: Some(Action::Scale {
            factor: (dpi / technique.warn_dpi * 10_000.0).floor() / 10_000.0,
            width: hundredths(sharp_width),
            dx: 0.0,
            dy: 0.0,
        }),
    };
    Some(subject.finding(RuleId::LowDpi, severity, message, Some(fix)))
}
