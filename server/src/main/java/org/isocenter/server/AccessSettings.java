package org.isocenter.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.isocenter.server.access.AccessTokens;
import org.isocenter.server.access.Roles;
import org.jspecify.annotations.Nullable;

/// Who may do what.
///
/// @param issuer of the tokens, or null where the server does not ask who is calling
/// @param audiences by which tokens name this server
/// @param keysUrl where the keys of the issuer are, or null where it tells
/// @param rolesClaim where tokens name roles
/// @param roles what they permit
/// @param trustStore file with the certificates by which the issuer is believed; empty for those of Java
public record AccessSettings(
        @Nullable URI issuer,
        List<String> audiences,
        @Nullable URI keysUrl,
        String rolesClaim,
        Roles roles,
        Path trustStore) {
    static AccessSettings of(SettingValues values) {
        URI issuer = values.get(SettingCatalogue.ACCESS_ISSUER);
        URI keysUrl = values.get(SettingCatalogue.ACCESS_KEYS_URL);
        return new AccessSettings(
                issuer.toString().isEmpty() ? null : issuer,
                values.get(SettingCatalogue.ACCESS_AUDIENCES),
                keysUrl.toString().isEmpty() ? null : keysUrl,
                values.get(SettingCatalogue.ACCESS_ROLES_CLAIM),
                Objects.requireNonNull(Roles.find(values.get(SettingCatalogue.ACCESS_ROLES))),
                values.get(SettingCatalogue.ACCESS_TRUST_STORE));
    }

    /// What reads tokens, or null where none are asked for.
    ///
    /// @throws IOException if the file of certificates cannot be read
    @Nullable
    AccessTokens findTokens() throws IOException {
        return issuer == null
                ? null
                : new AccessTokens(
                        issuer,
                        audiences,
                        keysUrl,
                        rolesClaim,
                        roles,
                        TrustFile.findTls(SettingCatalogue.ACCESS_TRUST_STORE.key(), trustStore));
    }
}
