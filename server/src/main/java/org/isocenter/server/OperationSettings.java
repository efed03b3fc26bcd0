package org.isocenter.server;

import java.time.Duration;

/// How many operations this server works on, how much it rests in between, and how long they are kept when
/// they have ended.
public record OperationSettings(int parallel, int restPercent, Duration kept) {}
