package org.isocenter.server.research;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a cohort is.
///
/// @param json the definition as it was given
/// @param hash of what decides, so not of name and description: SHA-256 in hexadecimal digits
/// @param criteria by name
/// @param identities by which patients of the FHIR server and of the archive are known to be the same
record Definition(
        String name,
        String json,
        String hash,
        Map<String, Criterion> criteria,
        Expression members,
        Returned returned,
        List<Identity> identities) {

    /// What to give beside the patients.
    ///
    /// @param medications null for none; otherwise all, or those of a criterion
    record Returned(@Nullable Choice medications, @Nullable Choice studies, boolean reports) {}

    /// All, or those of a criterion.
    record Choice(@Nullable String criterion) {}

    /// A system of patient identifiers whose values are Patient IDs in the archive.
    ///
    /// @param issuer that the archive has beside them (0010,0021), or null where any or none will do
    record Identity(String system, @Nullable String issuer) {}
}
