package org.isocenter.server.fhirweb;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.Uids;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A value of a token parameter (hl7.org/fhir/search.html#token).
///
/// @param system null where any is meant, empty where none is
record Token(@Nullable String system, String value) {
    private static final String OID = "urn:oid:";

    /// What a parameter allows, separated by commas; `\` takes the meaning from the sign behind it.
    static List<Token> list(String text) {
        List<Token> tokens = new ArrayList<>();
        for (String one : split(text, ',')) {
            List<String> halves = split(one, '|');
            if (halves.size() > 2) {
                throw SearchReader.invalid("a token is VALUE, SYSTEM|VALUE or |VALUE");
            }
            tokens.add(
                    halves.size() == 1
                            ? new Token(null, plain(halves.getFirst()))
                            : new Token(plain(halves.getFirst()), plain(halves.getLast())));
        }
        return tokens;
    }

    /// Parts between unescaped separators, still escaped.
    static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == separator) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static String plain(String escaped) {
        return escaped.replaceAll("\\\\(.)", "$1");
    }

    /// The UID that is meant, with or without the prefix of an OID, or null where the value is none.
    @Nullable
    String findUid() {
        String uid = value.startsWith(OID) ? value.substring(OID.length()) : value;
        return Uids.valid(uid) && uid.indexOf('.') > 0 ? uid : null;
    }

    /// Whether an identifier is meant; UIDs count with and without the prefix.
    boolean isMeant(JsonNode identifier) {
        String itsValue = identifier.path("value").asString("");
        String itsSystem = identifier.path("system").asString("");
        return (itsValue.equals(value) || itsValue.equals(OID + value)) && (system == null || system.equals(itsSystem));
    }

    /// Whether one of a resource's identifiers is meant by one of these.
    static boolean anyMeant(List<Token> tokens, JsonNode resource) {
        for (JsonNode identifier : resource.path("identifier")) {
            if (tokens.stream().anyMatch(token -> token.isMeant(identifier))) {
                return true;
            }
        }
        return false;
    }
}
