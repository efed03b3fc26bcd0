package org.isocenter.server;

import java.time.Duration;

/// How long the bytes of deleted and orphaned instances are kept, and how often they are swept.
public record RetentionSettings(Duration deleted, Duration orphanGrace, Duration sweepInterval) {}
