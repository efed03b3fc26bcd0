package org.isocenter.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.isocenter.server.telemetry.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which tokens are taken, and what they permit. What is refused stands in the matrix of all routes
/// (`AccessTest`); here is what an issuer may do.
class AccessTokensTest {
    private Issuer issuer;

    @BeforeEach
    void open() throws IOException {
        issuer = new Issuer();
    }

    @AfterEach
    void close() {
        issuer.close();
    }

    private AccessTokens tokens(String... roles) {
        return new AccessTokens(
                issuer.uri(),
                List.of("other", Issuer.AUDIENCE),
                null,
                "roles",
                Objects.requireNonNull(Roles.find(List.of(roles))),
                null);
    }

    @Test
    void aRolePermitsWhatItsLineSaysWhereItSaysSo() throws Exception {
        AccessTokens tokens =
                tokens("viewer=search+retrieve", "modality=store@ward-7+ward-8", "modality=worklist.read@ward-7");
        Identity viewer = tokens.read(issuer.token("viewer", "unknown"));
        assertThat(viewer.subject()).isEqualTo("ada");
        assertThat(viewer.permits(Set.of(Action.SEARCH), null)).isTrue();
        assertThat(viewer.permits(Set.of(Action.RETRIEVE), "ward-9")).isTrue();
        assertThat(viewer.permits(Set.of(Action.STORE), "ward-7")).isFalse();
        assertThat(viewer.permits(Set.of(Action.STORE, Action.SEARCH), "ward-7"))
                .isTrue();

        Identity modality = tokens.read(issuer.token("modality"));
        assertThat(modality.permits(Set.of(Action.STORE), "ward-8")).isTrue();
        assertThat(modality.permits(Set.of(Action.WORKLIST_READ), "ward-8")).isFalse();
        assertThat(modality.permits(Set.of(Action.WORKLIST_READ), "ward-7")).isTrue();
        assertThat(modality.permits(Set.of(Action.STORE), "Microsoft.Default")).isFalse();
        assertThat(modality.permits(Set.of(Action.STORE), null)).isFalse();
        assertThat(modality.permitsSomewhere(Set.of(Action.STORE))).isTrue();
        assertThat(modality.permitsSomewhere(Set.of(Action.SEARCH))).isFalse();
    }

    @Test
    void scopesAreRolesToo() throws Exception {
        AccessTokens tokens = tokens("dicom.read=read", "system/ImagingStudy.rs=search");
        JWTClaimsSet scope =
                issuer.claims().claim("scope", "openid system/ImagingStudy.rs").build();
        assertThat(tokens.read(issuer.sign(scope)).permits(Set.of(Action.SEARCH), null))
                .isTrue();
        JWTClaimsSet scp = issuer.claims().claim("scp", "dicom.read").build();
        assertThat(tokens.read(issuer.sign(scp)).permits(Set.of(Action.FEED), null))
                .isTrue();
        assertThat(tokens.read(issuer.token()).permitsSomewhere(Set.of(Action.values())))
                .isFalse();
    }

    @Test
    void theWordsOfTheCompatibleApiStandForActions() throws Exception {
        AccessTokens tokens = tokens("reader=read", "writer=write", "tagger=manageExtendedQueryTags", "admin=*");
        Identity reader = tokens.read(issuer.token("reader"));
        assertThat(Action.values())
                .allSatisfy(action -> assertThat(reader.permits(Set.of(action), null))
                        .isEqualTo(Set.of(Action.SEARCH, Action.RETRIEVE, Action.FEED, Action.WORKLIST_READ)
                                .contains(action)));
        Identity writer = tokens.read(issuer.token("writer"));
        assertThat(Action.values())
                .allSatisfy(action -> assertThat(writer.permits(Set.of(action), null))
                        .isEqualTo(Set.of(Action.STORE, Action.UPDATE, Action.WORKLIST_WRITE)
                                .contains(action)));
        assertThat(tokens.read(issuer.token("tagger")).permits(Set.of(Action.TAGS), null))
                .isTrue();
        Identity admin = tokens.read(issuer.token("admin"));
        assertThat(Action.values())
                .allSatisfy(action ->
                        assertThat(admin.permits(Set.of(action), null)).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"viewer", "viewer=", "=read", "viewer=look", "viewer=read+", "viewer=read@", "a b=read"})
    void whatIsNoLineOfARoleIsFoundOut(String line) {
        assertThat(Roles.find(List.of("good=read", line))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"at+jwt", "application/at+jwt", "JWT"})
    void tokensOfTheKindsThatIssuersMakeAreTaken(String type) throws Exception {
        String token = issuer.sign(issuer.claims().build(), JWSAlgorithm.PS384, type, Issuer.signer(issuer.key()));
        assertThat(tokens().read(token).subject()).isEqualTo("ada");
    }

    @Test
    void clocksMayDifferALittle() throws Exception {
        Instant now = Instant.now();
        JWTClaimsSet justNow = issuer.claims()
                .expirationTime(Date.from(now.minusSeconds(10)))
                .notBeforeTime(Date.from(now.plusSeconds(20)))
                .build();
        assertThat(tokens().read(issuer.sign(justNow)).subject()).isEqualTo("ada");
    }

    @Test
    void aKeyThatTheIssuerTakesUpLaterIsFetched() throws Exception {
        AccessTokens tokens = tokens();
        String before = issuer.token();
        assertThat(tokens.read(before).subject()).isEqualTo("ada");
        issuer.rotate();
        assertThat(tokens.read(issuer.token()).subject()).isEqualTo("ada");
        assertThatThrownBy(() -> tokens.read(before)).isInstanceOf(InvalidTokenException.class);
    }

    @Test
    void anIssuerThatIsSilentAtFirstIsNoReasonToBelieveOrToRefuse() {
        AccessTokens tokens = tokens();
        issuer.fallSilent(true);
        String token = issuer.token();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> tokens.read(token)).isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void anIssuerThatFallsSilentIsBelievedByTheKeysThatItHasJustTold() throws Exception {
        AccessTokens tokens = tokens();
        assertThat(tokens.read(issuer.token()).subject()).isEqualTo("ada");
        issuer.fallSilent(true);
        assertThat(tokens.read(issuer.token()).subject()).isEqualTo("ada");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://another.example.org", ""})
    void aDiscoveryDocumentOfAnotherIssuerIsNotBelieved(@Nullable String other) {
        issuer.claimToBe(String.valueOf(other));
        assertThatThrownBy(() -> tokens().read(issuer.token())).isInstanceOf(UnavailableException.class);
    }
}
