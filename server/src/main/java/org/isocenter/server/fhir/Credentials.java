package org.isocenter.server.fhir;

import org.jspecify.annotations.Nullable;

/// Who a client says it is. Safe for use by many threads.
public interface Credentials {
    /// Of a server that asks nobody.
    Credentials NONE = () -> null;

    /// The value of the Authorization header, or null for none. It is never logged.
    ///
    /// @throws FhirUnavailableException where a token cannot be had
    @Nullable
    String authorization();

    /// A request was answered with 401: the next value has to be another one.
    ///
    /// @return whether there can be another
    default boolean renew() {
        return false;
    }

    /// A token that was given once and for all.
    static Credentials bearer(String token) {
        return () -> "Bearer " + token;
    }
}
