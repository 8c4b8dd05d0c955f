//! How staging labels move between versions: pure.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html>

use crate::secret::{CURRENT, PREVIOUS, Version};

/// How many versions without a label are kept.
const MOST_DEPRECATED: usize = 100;

/// Gives `stage` to the version `id` and takes it from the others. The version that `AWSCURRENT` leaves becomes
/// `AWSPREVIOUS`.
pub(crate) fn give(versions: &mut [Version], id: &str, stage: &str) {
    let mut left = None;
    for version in versions.iter_mut() {
        if version.id != id && take(version, stage) {
            left = Some(version.id.clone());
        }
    }
    let Some(version) = versions.iter_mut().find(|version| version.id == id) else { return };
    if !version.has(stage) {
        version.stages.push(stage.to_owned());
    }
    if stage != CURRENT {
        return;
    }
    take(version, PREVIOUS);
    if let Some(left) = left {
        give(versions, &left, PREVIOUS);
    }
}

/// Takes a label from a version; whether it had it.
pub(crate) fn take(version: &mut Version, stage: &str) -> bool {
    let had = version.has(stage);
    version.stages.retain(|own| own != stage);
    had
}

/// Drops the oldest versions without a label when there are too many. Versions come oldest first.
pub(crate) fn prune(versions: &mut Vec<Version>) {
    let deprecated = versions.iter().filter(|version| version.stages.is_empty()).count();
    let mut superfluous = deprecated.saturating_sub(MOST_DEPRECATED);
    versions.retain(|version| {
        let goes = superfluous > 0 && version.stages.is_empty();
        superfluous -= usize::from(goes);
        !goes
    });
}

#[cfg(test)]
mod tests {
    use clock::Timestamp;

    use super::*;
    use crate::secret::SecretValue;

    fn versions(all: &[(&str, &[&str])]) -> Vec<Version> {
        let version = |(id, stages): &(&str, &[&str])| Version {
            id: (*id).to_owned(),
            value: SecretValue::String(String::new()),
            stages: stages.iter().map(|stage| (*stage).to_owned()).collect(),
            created_at: Timestamp::from_millis(0),
            accessed_at: None,
        };
        all.iter().map(version).collect()
    }

    fn stages(versions: &[Version]) -> Vec<String> {
        versions.iter().map(|version| format!("{}:{}", version.id, version.stages.join(","))).collect()
    }

    #[test]
    fn the_version_that_was_current_becomes_the_previous_one() {
        let mut all = versions(&[("a", &[PREVIOUS]), ("b", &[CURRENT, "mine"]), ("c", &[])]);
        give(&mut all, "c", CURRENT);
        assert_eq!(stages(&all), ["a:", "b:mine,AWSPREVIOUS", "c:AWSCURRENT"]);
        give(&mut all, "b", CURRENT);
        assert_eq!(stages(&all), ["a:", "b:mine,AWSCURRENT", "c:AWSPREVIOUS"]);
        give(&mut all, "a", "mine");
        assert_eq!(stages(&all), ["a:mine", "b:AWSCURRENT", "c:AWSPREVIOUS"]);
    }

    #[test]
    fn the_oldest_versions_without_a_label_go_when_there_are_too_many() {
        let mut all = versions(&[("first", &[CURRENT])]);
        for number in 0..101 {
            all.extend(versions(&[(&number.to_string(), &[])]));
        }
        prune(&mut all);
        assert_eq!((all.len(), all[0].id.as_str(), all[1].id.as_str()), (101, "first", "1"));
    }
}
