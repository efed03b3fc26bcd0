package org.isocenter.server.objects;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A container of Azure Blob Storage: `https://ACCOUNT.blob.core.windows.net/CONTAINER`, or with the
/// account as the first step of the path, as the emulator has it.
///
/// @param endpoint in lower case, without a slash at the end
public record AzureContainer(String endpoint, String account, String name) {
    private static final Pattern NAME = Pattern.compile("\\$root|[a-z0-9](?:-?[a-z0-9]){2,62}");
    private static final Pattern STEP = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");
    private static final String EMULATOR = "http://127.0.0.1:10000/devstoreaccount1";

    /// The container that an address is in; null where it is none. What gives access to it, in its query, is
    /// looked at by nobody.
    public static @Nullable AzureContainer find(String address) {
        try {
            URI uri = new URI(address);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            String path = uri.getRawPath();
            if (!scheme.matches("https?") || uri.getHost() == null || uri.getRawUserInfo() != null || path == null) {
                return null;
            }
            String host = uri.getHost().toLowerCase(Locale.ROOT);
            boolean named = host.contains(".blob.");
            String[] steps = path.replaceAll("^/|/$", "").split("/", -1);
            int first = named ? 0 : 1;
            for (String step : steps) {
                if (!STEP.matcher(step).matches() && !step.equals("$root")) {
                    return null;
                }
            }
            if (steps.length <= first || !NAME.matcher(steps[first]).matches()) {
                return null;
            }
            String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
            String endpoint = scheme + "://" + host + port + (named ? "" : "/" + steps[0]);
            String account = named ? host.substring(0, host.indexOf('.')) : steps[0];
            return new AzureContainer(endpoint, account, steps[first]);
        } catch (URISyntaxException none) {
            return null;
        }
    }

    /// The container of this name in the account that a connection string is for; null where it is none.
    /// Keys in it are looked at by nobody.
    public static @Nullable AzureContainer find(String connection, String name) {
        Map<String, String> parts = new HashMap<>();
        for (String part : connection.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(
                        part.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                        part.substring(equals + 1).strip());
            }
        }
        String endpoint = parts.get("blobendpoint");
        if (endpoint == null && parts.getOrDefault("usedevelopmentstorage", "").equalsIgnoreCase("true")) {
            endpoint = EMULATOR;
        }
        if (endpoint == null && parts.containsKey("accountname")) {
            endpoint = parts.getOrDefault("defaultendpointsprotocol", "https") + "://" + parts.get("accountname")
                    + ".blob." + parts.getOrDefault("endpointsuffix", "core.windows.net");
        }
        return endpoint == null ? null : find(endpoint.replaceAll("/+$", "") + "/" + name);
    }
}
