package org.isocenter.server.push;

/// An event as it is told.
///
/// @param json the event in the JSON format of CloudEvents, in one line
public record Notice(Event event, String json) {}
