package org.isocenter.server;

/// How many results a search returns and how far it may be paged.
public record SearchSettings(int limitDefault, int limitMax, int offsetMax, int queryTagsMax) {}
