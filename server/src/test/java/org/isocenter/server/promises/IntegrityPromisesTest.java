package org.isocenter.server.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.isocenter.server.archive.Verify;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.blob.BlobRef;
import org.isocenter.server.blob.CorruptBlobException;
import org.isocenter.server.blob.MissingBlobException;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Located;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IntegrityPromisesTest {
    @TempDir
    private Path folder;

    @Test
    @DisplayName("D6 a flipped bit in a blob, of a pack or of its own, is never served, and a check finds each")
    void flippedBitsAreFoundAndNeverServed() throws Exception {
        long seed = Size.seed("D6");
        SplittableRandom random = new SplittableRandom(seed);
        int blobs = Size.of(120, 20_000);
        try (Rig rig = new Rig(folder)) {
            Node node = rig.node(Rig.LONG_KEPT);
            List<Content> contents = new ArrayList<>();
            List<Content> flipped = new ArrayList<>();
            for (int i = 0; i < blobs; i++) {
                int lengthBytes = i % 3 == 0 ? 200_000 + random.nextInt(300_000) : 300 + random.nextInt(6_000);
                contents.add(Content.of(Content.identity(1, i % 7, i), i, lengthBytes));
            }
            for (int at = 0; at < blobs; at += 40) {
                node.store(contents.subList(at, Math.min(blobs, at + 40)), false);
            }
            for (int i = 0; i < blobs; i += 2) {
                Content content = contents.get(i);
                flip(content, random);
                flipped.add(content);
            }
            String which = "D6, seed " + seed;
            for (int i = 0; i < blobs; i++) {
                check(node, contents.get(i), i % 2 == 0, random, which);
            }
            List<String> findings = new ArrayList<>();
            Verify.Report report =
                    new Verify(node.database(), node.blobs(), node.retention()).verify(findings::add, n -> {});
            assertThat(report.corrupt()).as(which).isEqualTo(flipped.size());
            assertThat(report.missing()).as(which).isZero();
            assertThat(report.sound()).isFalse();
        }
    }

    /// Flips one bit of the stored bytes, found in the folder by their own content.
    private void flip(Content content, SplittableRandom random) throws IOException {
        byte[] needle = Arrays.copyOfRange(content.bytes(), content.bytes().length - 64, content.bytes().length);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                int end = indexOf(Files.readAllBytes(file), needle) + needle.length;
                if (end >= needle.length) {
                    long at = end - content.bytes().length + random.nextLong(content.bytes().length);
                    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
                        raw.seek(at);
                        int old = raw.read();
                        raw.seek(at);
                        raw.write(old ^ 1 << random.nextInt(8));
                    }
                    return;
                }
            }
        }
        throw new AssertionError("not found in the folder: " + content);
    }

    private static int indexOf(byte[] bytes, byte[] needle) {
        for (int at = 0; at <= bytes.length - needle.length; at++) {
            if (bytes[at] == needle[0] && Arrays.equals(bytes, at, at + needle.length, needle, 0, needle.length)) {
                return at;
            }
        }
        return -needle.length - 1;
    }

    private static void check(Node node, Content content, boolean flipped, SplittableRandom random, String which)
            throws IOException {
        Identity identity = content.identity();
        Located located = Objects.requireNonNull(node.retrieve()
                .findInstance(Node.CALLER, identity.studyUid(), identity.seriesUid(), identity.instanceUid()));
        if (!flipped) {
            assertThat(node.bytes(located)).as(which).isEqualTo(content.bytes());
            return;
        }
        assertThatThrownBy(() -> node.bytes(located))
                .as(which)
                .isInstanceOfAny(CorruptBlobException.class, MissingBlobException.class);
        // Ranges: whatever is handed on is right, and the damaged chunk is not.
        int damaged = 0;
        try (BlobReader reader = node.retrieve().open(located)) {
            for (int at = 0; at < content.bytes().length; at += BlobRef.CHUNK_BYTES) {
                int end = Math.min(content.bytes().length, at + BlobRef.CHUNK_BYTES);
                int from = at + random.nextInt(end - at);
                int length = 1 + random.nextInt(end - from);
                ByteArrayOutputStream got = new ByteArrayOutputStream();
                WritableByteChannel sink = Channels.newChannel(got);
                try {
                    reader.transfer(from, length, sink::write);
                    assertThat(got.size()).as(which).isEqualTo(length);
                } catch (CorruptBlobException found) {
                    damaged++;
                }
                assertThat(got.toByteArray())
                        .as(which)
                        .isEqualTo(Arrays.copyOfRange(content.bytes(), from, from + got.size()));
            }
        } catch (CorruptBlobException | MissingBlobException refused) {
            damaged++;
        }
        assertThat(damaged).as(which).isEqualTo(1);
    }
}
