package org.isocenter.server.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// The examples of Amazon's documentation (Signature Calculations for the Authorization Header), with the
/// keys that it gives.
class S3SignatureTest {
    private static final byte[] NOTHING = {};
    private static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");
    private static final S3Signature SIGNATURE =
            new S3Signature("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1");

    private static String authorization(String query) {
        URI uri = URI.create("https://examplebucket.s3.amazonaws.com/?" + query);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        SIGNATURE.sign(request, "GET", uri, NOTHING, NOW);
        return request.build().headers().firstValue("Authorization").orElse("");
    }

    @Test
    void aParameterWithoutAValueIsSigned() {
        assertThat(authorization("lifecycle="))
                .isEqualTo("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                        + " SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
                        + " Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    }

    @Test
    void parametersAreSignedInTheirOrder() {
        assertThat(authorization("prefix=J&max-keys=2"))
                .endsWith("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    }

    @Test
    void theSecretIsNotPrinted() {
        assertThat(SIGNATURE.toString()).doesNotContain(SIGNATURE.secret());
    }
}
