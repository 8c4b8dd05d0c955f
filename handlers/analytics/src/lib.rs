//! Counts events per type and hour, exactly under duplicates and replays.
