package org.isocenter.server.archive;

import java.time.Duration;

/// How long bytes are kept that no instance refers to.
///
/// @param deleted after their instance was deleted
/// @param replaced after others took their place, in which they are former versions
/// @param orphan after they were written and never got an instance
public record Retention(Duration deleted, Duration replaced, Duration orphan) {}
