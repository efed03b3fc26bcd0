package org.isocenter.server.cohort;

import java.time.Instant;
import java.util.UUID;

/// A cohort as it is stored.
///
/// @param definition in JSON
public record Cohort(UUID id, String name, String definition, Instant created, Instant changed) {}
