package org.isocenter.bench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class FhirRecordTest {

    private static final String TRANSACTION = """
            {"resourceType": "Bundle", "type": "transaction", "entry": [
              {"request": {"method": "POST", "url": "Patient"},
               "resource": {"resourceType": "Patient", "identifier": [{"system": "s", "value": "P1"}]}},
              {"request": {"method": "PUT", "url": "ImagingStudy/1"},
               "resource": {"resourceType": "ImagingStudy", "numberOfInstances": %d,
                "identifier": [{"value": "urn:oid:1.2.3"}, {"value": "A1"}],
                "series": [{"uid": "1.2.3.4", "numberOfInstances": 7}]}}]}""";

    @Test
    void itNotesWhenItWasFirstToldOfSoManyInstances() throws Exception {
        try (FhirRecord record = FhirRecord.empty();
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(send(http, record.uri(), TRANSACTION.formatted(1)))
                    .contains("transaction-response")
                    .containsSubsequence("200 OK", "200 OK")
                    .doesNotContain("},]");
            send(http, record.uri(), TRANSACTION.formatted(2));
            FhirRecord.Told told = requireNonNull(record.studies().get("1.2.3"));
            assertThat(told.instances()).isEqualTo(2);
            send(http, record.uri(), TRANSACTION.formatted(2));
            assertThat(record.studies()).hasSize(1).containsEntry("1.2.3", told);
            assertThat(record.transactions()).isEqualTo(3);
        }
    }

    @Test
    void oneInFrontOfAnotherPassesEverythingOn() throws Exception {
        try (FhirRecord behind = FhirRecord.empty();
                FhirRecord record = FhirRecord.before(behind.uri());
                HttpClient http = HttpClient.newHttpClient()) {
            send(http, record.uri(), TRANSACTION.formatted(3));
            assertThat(behind.studies().keySet()).isEqualTo(record.studies().keySet());
            HttpRequest asked = HttpRequest.newBuilder(URI.create(record.uri() + "/metadata"))
                    .build();
            assertThat(http.send(asked, HttpResponse.BodyHandlers.ofString()).body())
                    .contains("\"updateCreate\": true");
        }
    }

    private static String send(HttpClient http, URI uri, String transaction) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofString(transaction))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
