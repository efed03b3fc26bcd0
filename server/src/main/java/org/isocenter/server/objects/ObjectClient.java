package org.isocenter.server.objects;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isocenter.server.telemetry.RemoteUnavailableException;

/// Asks an object store, and understands what its statuses mean. Follows no redirections.
final class ObjectClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /// For a part on a line of a megabit a second, there and back.
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private static final long ANSWER_MAX_BYTES = 8 << 20;
    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z]{1,64})</Code>");

    /// Codes of stores by which the same request may be taken later, whatever the status.
    private static final Set<String> PASSING = Set.of(
            "RequestTimeout", "SlowDown", "OperationAborted", "ServerBusy", "OperationTimedOut", "InternalError");

    private final String label;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /// @param label of the store, for messages
    ObjectClient(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /// Has a store do something.
    ///
    /// @return the answer, which is 2xx and has no code of an error, as some have that come with a good
    ///     status
    HttpResponse<byte[]> send(HttpRequest.Builder request) {
        HttpResponse<byte[]> answer = get(request);
        String code = code(answer);
        if (!code.isEmpty()) {
            throw failure(answer.statusCode(), code);
        }
        return answer;
    }

    /// Asks for content, whatever it is.
    ///
    /// @return the answer, which is 2xx
    HttpResponse<byte[]> get(HttpRequest.Builder request) {
        HttpResponse<byte[]> answer = exchange(request.build());
        if (answer.statusCode() / 100 != 2) {
            throw failure(answer.statusCode(), code(answer));
        }
        return answer;
    }

    private RuntimeException failure(int status, String code) {
        String told = label + " answers " + (status + " " + code).strip();
        return status == 408 || status == 429 || status >= 500 || PASSING.contains(code)
                ? new RemoteUnavailableException(told, null)
                : new RefusedException(told);
    }

    private static String code(HttpResponse<byte[]> answer) {
        Matcher code = CODE.matcher(new String(answer.body(), StandardCharsets.UTF_8));
        return code.find() ? code.group(1) : "";
    }

    /// The timeout is for the answer with all of its body, which that of a request is not.
    private HttpResponse<byte[]> exchange(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_MAX_BYTES));
        try {
            return answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            answer.cancel(true);
            throw new RemoteUnavailableException(label + " does not answer", failed);
        } catch (InterruptedException interrupted) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new RemoteUnavailableException(label + " was not waited for", interrupted);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
