package org.isocenter.server.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.isocenter.server.objects.Bucket.Listed;
import org.isocenter.server.telemetry.RemoteUnavailableException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reading from a bucket, and from stores that are broken or mean harm.
class BucketTest {
    private SmallStore store;
    private Bucket bucket;

    @BeforeEach
    void open() throws IOException {
        store = new SmallStore();
        bucket = store.open("//bucket/in");
    }

    @AfterEach
    void close() {
        bucket.close();
        store.close();
    }

    private static List<String> rest(ObjectWalk walk) {
        List<String> paths = new ArrayList<>();
        for (Listed listed = walk.next(); listed != null; listed = walk.next()) {
            paths.add(listed.path());
        }
        return paths;
    }

    private ObjectWalk walk(String path, @Nullable String page, @Nullable String after) {
        return new ObjectWalk(bucket, path, page, after);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void everythingBelowAPathIsGivenOnceAndInOrder() {
        List<String> paths =
                List.of("a b/+%.dcm", "a b/1&2<3>", "a b/c/é\u0001", "a/1", "a/2", "a/3", "ab", "z//q", "ü?x=#");
        paths.forEach(path -> store.objects.put("in/" + path, new byte[1]));
        store.objects.put("in", new byte[1]);
        store.objects.put("inner/1", new byte[1]);

        assertThat(rest(walk("", null, null))).containsExactlyElementsOf(paths);
        assertThat(rest(walk("a", null, null))).containsExactly("a/1", "a/2", "a/3");
        assertThat(rest(walk("a b/c", null, null))).containsExactly("a b/c/é\u0001");
        assertThat(rest(walk("none", null, null))).isEmpty();
    }

    @Test
    void aWalkBeginsBehindAnyObjectOfAnother() {
        for (int i = 0; i < 7; i++) {
            store.objects.put("in/" + i, new byte[1]);
        }
        ObjectWalk whole = walk("", null, null);
        for (int i = 0; i < 7; i++) {
            Listed last = whole.next();
            assertThat(last).isNotNull();
            assertThat(rest(walk("", whole.page(), last == null ? null : last.path())))
                    .as("behind " + last)
                    .hasSize(6 - i);
        }
        // An object that is gone is no reason to leave any other out.
        store.objects.remove("in/2");
        assertThat(rest(walk("", "1", "2"))).containsExactly("3", "4", "5", "6");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0, 1, ObjectStream.RANGE_BYTES, ObjectStream.RANGE_BYTES + 1, 3 * ObjectStream.RANGE_BYTES - 7})
    void anObjectIsReadWholeThoughConnectionsBreak(int length) throws IOException {
        store.objects.put("in/a b/é", bytes(length));
        store.cuts.set(2);
        try (InputStream in = bucket.read(new Listed("a b/é", length))) {
            assertThat(in.readAllBytes()).isEqualTo(bytes(length));
        }
    }

    @Test
    void anObjectThatChangesWhileItIsReadIsRefused() throws IOException {
        int length = 2 * ObjectStream.RANGE_BYTES;
        store.objects.put("in/1", bytes(length));
        try (InputStream in = bucket.read(new Listed("1", length))) {
            assertThat(in.readNBytes(10)).hasSize(10);
            store.objects.put("in/1", new byte[length]);
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("source here answers 412");
        }
    }

    @Test
    void whatCannotBeReadIsTold() {
        assertThatThrownBy(() -> bucket.read(new Listed("gone", 1)).readAllBytes())
                .isInstanceOf(RefusedException.class)
                .hasMessage("source here answers 404 NoSuchKey");
        store.objects.put("in/1", bytes(10));
        assertThatThrownBy(() -> bucket.read(new Listed("1", 5_000_000)).readAllBytes())
                .isInstanceOf(RefusedException.class);
        store.status = 500;
        assertThatThrownBy(() -> bucket.read(new Listed("1", 10)).readAllBytes())
                .isInstanceOf(RemoteUnavailableException.class);
        store.status = 200;
        assertThatThrownBy(() -> bucket.read(new Listed("1", 10)).readAllBytes())
                .isInstanceOf(RefusedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no XML",
                "<html/>",
                "<ListBucketResult>",
                "<ListBucketResult><Contents><Key>in/1</Key></Contents></ListBucketResult>",
                "<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>",
                "<ListBucketResult><Contents><Key>in/1</Key><Size>-1</Size></Contents></ListBucketResult>",
                "<ListBucketResult><Contents><Key>elsewhere</Key><Size>1</Size></Contents></ListBucketResult>",
                "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>in/%zz</Key><Size>1</Size></Contents>"
                        + "</ListBucketResult>",
                "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><ListBucketResult><Contents><Key>in/&e;</Key>"
                        + "<Size>1</Size></Contents></ListBucketResult>",
                "<!DOCTYPE x [<!ENTITY a 'in/1'>]><ListBucketResult><Contents><Key>&a;</Key><Size>1</Size></Contents>"
                        + "</ListBucketResult>"
            })
    void i06whatIsNoListingIsTold(String answer) {
        store.listing = answer;
        assertThatThrownBy(() -> bucket.list("", null))
                .isInstanceOf(RemoteUnavailableException.class)
                .hasMessage("source here answers something else than a listing");
    }

    @Test
    void i06aListingThatDoesNotEndIsLeft() {
        store.listing =
                "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>in/1</Key><Size>1</Size></Contents>"
                        + "</ListBucketResult>";
        assertThatThrownBy(() -> rest(walk("", null, null))).isInstanceOf(RemoteUnavailableException.class);
        store.listing = "<ListBucketResult>" + "<a>".repeat(100_000);
        assertThatThrownBy(() -> bucket.list("", null)).isInstanceOf(RemoteUnavailableException.class);
        store.listing = "<ListBucketResult>" + " ".repeat(9 << 20) + "</ListBucketResult>";
        assertThatThrownBy(() -> bucket.list("", null)).isInstanceOf(RemoteUnavailableException.class);
    }

    /// As Azure lists it: names that XML cannot have are told with percent signs.
    @Test
    void aListingOfBlobsHasNamesAndWhereTheNextBegins() throws Exception {
        String xml =
                "\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Prefix>in/</Prefix><Blobs><Blob>"
                        + "<Name>in/a &amp; b+</Name><Properties><Content-Length>12</Content-Length></Properties></Blob><Blob>"
                        + "<Name Encoded=\"true\">in/%EF%BF%BE+</Name><Properties><Content-Length>0</Content-Length></Properties>"
                        + "</Blob></Blobs><NextMarker>2!4</NextMarker></EnumerationResults>";
        Listing listing = Listing.read(
                xml.getBytes(StandardCharsets.UTF_8), "EnumerationResults", "Blob", "Name", "Content-Length");
        assertThat(listing.entries())
                .containsExactly(
                        new Listing.Entry("in/a & b+", false, 12), new Listing.Entry("in/%EF%BF%BE+", true, 0));
        assertThat(listing.text("NextMarker")).isEqualTo("2!4");
    }
}
