package org.isocenter.server;

import java.time.Duration;

/// How many operations this server works on, and how long they are kept when they have ended.
public record OperationSettings(int parallel, Duration kept) {}
