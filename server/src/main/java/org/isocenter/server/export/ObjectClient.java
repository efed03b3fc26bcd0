package org.isocenter.server.export;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.server.telemetry.RemoteUnavailableException;

/// Asks an object store, and understands what its statuses mean to an export. Follows no redirections.
final class ObjectClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /// For a part on a line of a megabit a second.
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private static final long ANSWER_MAX_BYTES = 1 << 20;
    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z]{1,64})</Code>");

    /// Codes of stores by which the same request may be taken later, whatever the status.
    private static final Set<String> PASSING = Set.of(
            "RequestTimeout", "SlowDown", "OperationAborted", "ServerBusy", "OperationTimedOut", "InternalError");

    private final String name;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /// @param name of the destination
    ObjectClient(String name) {
        this.name = name;
    }

    /// @return the answer, which is 2xx
    HttpResponse<byte[]> send(HttpRequest.Builder request) {
        HttpResponse<byte[]> answer = exchange(request.timeout(TIMEOUT).build());
        String code = code(answer);
        int status = answer.statusCode();
        if (status / 100 == 2 && code.isEmpty()) {
            return answer;
        }
        String told = "destination " + name + " answers " + (status + " " + code).strip();
        if (status == 408 || status == 429 || status >= 500 || PASSING.contains(code)) {
            throw new RemoteUnavailableException(told, null);
        }
        throw new RefusedException(told);
    }

    /// The code of an error; stores have some that come with a good status.
    private static String code(HttpResponse<byte[]> answer) {
        Matcher code = CODE.matcher(new String(answer.body(), StandardCharsets.UTF_8));
        return code.find() ? code.group(1) : "";
    }

    private HttpResponse<byte[]> exchange(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_MAX_BYTES));
        } catch (IOException failed) {
            throw new RemoteUnavailableException("destination " + name + " does not answer", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RemoteUnavailableException("destination " + name + " was not waited for", interrupted);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
