package org.isocenter.server.promises;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Writer;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.access.Caller;
import org.isocenter.server.archive.Cohorts;
import org.isocenter.server.archive.Conversion;
import org.isocenter.server.archive.Head;
import org.isocenter.server.archive.Recode;
import org.isocenter.server.archive.Recode.Keeping;
import org.isocenter.server.archive.Recode.Outcome;
import org.isocenter.server.archive.StoreOutcome;
import org.isocenter.server.archive.Verify;
import org.isocenter.server.blob.BlobReader;
import org.isocenter.server.cohort.Snapshot;
import org.isocenter.server.feed.Feed;
import org.isocenter.server.index.Entry.Identity;
import org.isocenter.server.index.Located;
import org.isocenter.server.telemetry.CrashPoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An instance in another transfer syntax is the same instance: whatever form it has, what was received can
/// be had, to the byte, and nothing is lost on the way there.
class RecodePromisesTest {
    static final Set<CrashPoint> POINTS = EnumSet.of(CrashPoint.RECODED_STORED, CrashPoint.RECODED_ROWS);

    private static final TransferSyntax PLAIN = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;

    @TempDir
    private Path folder;

    private Rig rig;
    private Node node;

    @BeforeEach
    void open() {
        rig = new Rig(folder.resolve("data").resolve("blobs"));
        node = rig.node(Node.NONE_KEPT);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /// An image that can be compressed.
    ///
    /// @param behind bytes of an element behind the pixels
    private static Content image(int number, TransferSyntax syntax, int samples, int frames, int behind) {
        Identity identity = Content.identity(number, 1, 1);
        int rows = 61;
        int columns = 67;
        int bytes = samples == 3 ? 1 : 2;
        byte[] pixels = new byte[rows * columns * samples * bytes * frames + 1 & ~1];
        SplittableRandom random = new SplittableRandom(number);
        for (int i = 0; i < rows * columns * samples * frames; i++) {
            int value = i / 40 % 200 + random.nextInt(3);
            pixels[i * bytes] = (byte) value;
        }
        DataSet dataSet = Content.dataSet(identity, number)
                .putInts(Tag.Rows, rows)
                .putInts(Tag.Columns, columns)
                .putInts(Tag.SamplesPerPixel, samples)
                .putString(Tag.PhotometricInterpretation, samples == 3 ? "RGB" : "MONOCHROME2")
                .putInts(Tag.BitsAllocated, 8 * bytes)
                .putInts(Tag.BitsStored, 8 * bytes)
                .putInts(Tag.HighBit, 8 * bytes - 1)
                .putInts(Tag.NumberOfFrames, frames)
                .put(new Element(Tag.PixelData, bytes == 1 ? Vr.OB : Vr.OW, new Value.Bytes(pixels)))
                .put(new Element(Tag.DataSetTrailingPadding, Vr.OB, new Value.Bytes(new byte[behind])));
        if (samples == 3) {
            dataSet.putInts(Tag.PlanarConfiguration, 0);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            Part10Writer.write(Part10.of(dataSet, syntax), BulkSource.NONE, out);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        byte[] file = out.toByteArray();
        return new Content(identity, file, Content.sha256(file));
    }

    private static List<Content> images() {
        return List.of(
                image(1, PLAIN, 1, 1, 0),
                image(2, TransferSyntax.IMPLICIT_LITTLE_ENDIAN, 1, 3, 100),
                image(3, PLAIN, 3, 1, 0),
                image(4, PLAIN, 3, 5, 7000));
    }

    private Outcome recode(Keeping keeping, Content content) {
        return new Recode(node.database(), node.blobs(), Node.NONE_KEPT, keeping).recode(content.identity());
    }

    private Located locate(Content content) {
        Identity identity = content.identity();
        return requireNonNull(node.retrieve()
                .findInstance(Node.CALLER, identity.studyUid(), identity.seriesUid(), identity.instanceUid()));
    }

    private byte[] converted(Located located, TransferSyntax to) throws IOException, MalformedException {
        Head head = node.retrieve().head(located);
        Conversion conversion = requireNonNull(node.retrieve().findConversion(located, head, to));
        try (BlobReader blob = node.retrieve().open(located)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            conversion.write(node.retrieve().frames(located, head, blob), out);
            return out.toByteArray();
        }
    }

    private static TransferSyntax received(Content content) {
        return content.identity().studyUid().endsWith(".2") ? TransferSyntax.IMPLICIT_LITTLE_ENDIAN : PLAIN;
    }

    private void requireSound() {
        List<String> findings = new ArrayList<>();
        Verify.Report report =
                new Verify(node.database(), node.blobs(), Rig.LONG_KEPT).verify(findings::add, checked -> {});
        assertThat(report.sound()).as("%s", findings).isTrue();
        node.checkSwept("swept");
    }

    @Test
    void whatWasReceivedComesBackToTheByteFromWhatTookItsPlace() throws Exception {
        for (Content content : images()) {
            node.store(content, false);
            Located before = locate(content);
            assertThat(recode(Keeping.NEW, content)).isInstanceOf(Outcome.Done.class);
            Located after = locate(content);
            assertThat(after.transferSyntax()).isEqualTo(Recode.TO.uid());
            assertThat(after.bytes().lengthBytes()).isLessThan(before.bytes().lengthBytes());
            assertThat(after.revision()).isNotEqualTo(before.revision());
            assertThat(converted(after, received(content))).isEqualTo(content.bytes());

            Feed.Change last = node.feed().getLast().change();
            assertThat(last.action()).isEqualTo(Feed.Action.UPDATE);
            assertThat(last.revision()).isEqualTo(after.revision());
            assertThat(recode(Keeping.NEW, content)).isInstanceOf(Outcome.Left.class);
        }
        requireSound();
    }

    @Test
    void theSameBytesAgainAreTheSameInstanceAndOthersAreNot() throws Exception {
        Content content = images().getFirst();
        node.store(content, false);
        recode(Keeping.NEW, content);
        assertThat(node.store(content, true)).isInstanceOf(StoreOutcome.AlreadyStored.class);
        Content other = Content.of(content.identity(), 99, 4);
        assertThat(node.store(other, false)).isInstanceOf(StoreOutcome.Refused.class);
        assertThat(node.store(other, true)).isInstanceOf(StoreOutcome.Stored.class);
        assertThat(node.bytes(locate(content))).isEqualTo(other.bytes());
        assertThat(node.store(content, false)).isInstanceOf(StoreOutcome.Refused.class);
        requireSound();
    }

    @Test
    void whatASnapshotHasFrozenIsThereInItsNewFormAndGoneWhenItIsReplaced() throws Exception {
        Content content = images().getFirst();
        Identity identity = content.identity();
        node.store(content, false);
        Cohorts cohorts = new Cohorts(node.database());
        UUID cohort = cohorts.create(Node.CALLER, "all", "{}").id();
        cohorts.freeze(
                Node.CALLER,
                cohort,
                new Snapshot.Content(LocalDate.of(2026, 1, 1), "{}", "", "{}"),
                List.of(),
                List.of(new Cohorts.Frozen(identity.studyUid(), "Patient/1")));
        Caller reader = requireNonNull(cohorts.findReader(Node.CALLER, cohort, 1));

        assertThat(recode(Keeping.NEW, content)).isInstanceOf(Outcome.Done.class);
        Located there = requireNonNull(node.retrieve()
                .findInstance(reader, identity.studyUid(), identity.seriesUid(), identity.instanceUid()));
        assertThat(there.transferSyntax()).isEqualTo(Recode.TO.uid());
        assertThat(converted(there, PLAIN)).isEqualTo(content.bytes());

        node.store(Content.of(identity, 5, 4), true);
        assertThat(node.retrieve()
                        .findInstance(reader, identity.studyUid(), identity.seriesUid(), identity.instanceUid()))
                .isNull();
        assertThat(node.retrieve().findStudy(reader, identity.studyUid())).isNull();
        assertThat(cohorts.frozen(reader, identity.studyUid(), null, null)).isEqualTo(1);
    }

    @Test
    void aFormBesideIsGivenOutAndGoesWithItsInstance() throws Exception {
        for (Content content : images()) {
            node.store(content, false);
            assertThat(recode(Keeping.BOTH, content)).isInstanceOf(Outcome.Done.class);
            assertThat(recode(Keeping.BOTH, content)).isInstanceOf(Outcome.Left.class);
            Located stored = locate(content);
            assertThat(node.bytes(stored)).isEqualTo(content.bytes());
            Located kept = node.retrieve().as(stored, Recode.TO);
            assertThat(kept.transferSyntax()).isEqualTo(Recode.TO.uid());
            assertThat(node.bytes(kept)).isNotEqualTo(content.bytes());
            assertThat(converted(kept, PLAIN).length).isGreaterThan(node.bytes(kept).length);
        }
        requireSound();
        Content replaced = images().get(0);
        node.store(Content.of(replaced.identity(), 5, 4), true);
        assertThat(node.retrieve().as(locate(replaced), Recode.TO).transferSyntax())
                .isEqualTo(PLAIN.uid());
        node.delete(images().get(1).identity());
        requireSound();
    }

    @Test
    void whatCannotBeProvenOrIsNotWorthItIsLeft() {
        Content noise = Content.of(
                Content.identity(7, 1, 1),
                Content.dataSet(Content.identity(7, 1, 1), 1)
                        .putInts(Tag.Rows, 50)
                        .putInts(Tag.Columns, 50),
                1,
                5000);
        Content without = Content.of(Content.identity(8, 1, 1), 1, 2);
        Content half = Content.of(
                Content.identity(9, 1, 1),
                Content.dataSet(Content.identity(9, 1, 1), 1).putInts(Tag.Rows, 300),
                1,
                100);
        for (Content content : List.of(noise, without, half)) {
            node.store(content, false);
            Located before = locate(content);
            assertThat(recode(Keeping.NEW, content)).isInstanceOf(Outcome.Left.class);
            assertThat(locate(content).revision()).isEqualTo(before.revision());
            assertThat(node.bytes(locate(content))).isEqualTo(content.bytes());
        }
        assertThat(recode(Keeping.NEW, image(77, PLAIN, 1, 1, 0))).isEqualTo(new Outcome.Left("it is gone"));
        requireSound();
    }

    /// With the rule on, from the store to the answers, through halts at every point that recoding passes.
    @ParameterizedTest
    @EnumSource(Keeping.class)
    void theRuleComesToItsEndThroughHalts(Keeping keeping) throws Exception {
        List<Content> images = images();
        for (CrashPoint point : POINTS) {
            if (keeping == Keeping.BOTH && point == CrashPoint.RECODED_ROWS) {
                continue;
            }
            ChildServer.Command command = command(keeping).machine(Kills.at(point, 1));
            try (ChildServer server = command.start();
                    Client client = new Client(server.uri())) {
                try {
                    client.store("POST", images);
                } catch (IOException halted) {
                    // Some images may be there by now, and all of them are sent again.
                    assertThat(server.exitStatus()).isEqualTo(CrashPoint.HALTED);
                }
                assertThat(server.exitStatus()).isEqualTo(CrashPoint.HALTED);
            }
        }
        try (ChildServer server = command(keeping).start();
                Client client = new Client(server.uri())) {
            assertThat(client.store("POST", images).stored()).hasSize(images.size());
            for (Content content : images) {
                String instance = Client.path(content.identity());
                String form = "application/dicom; transfer-syntax=" + (keeping == Keeping.NEW ? "*" : Recode.TO.uid());
                Polls.until("recoded", Duration.ofSeconds(60), () -> isRecoded(content));
                HttpResponse<byte[]> recoded = client.get(instance, form);
                assertThat(recoded.headers().firstValue("Content-Type"))
                        .hasValue("application/dicom; transfer-syntax=" + Recode.TO.uid());
                HttpResponse<byte[]> frame =
                        client.get(instance + "/frames/1", "image/jphc; transfer-syntax=" + Recode.TO.uid());
                assertThat(frame.statusCode()).isEqualTo(200);
                assertThat(Arrays.copyOf(frame.body(), 2)).containsExactly(0xFF, 0x4F);
                HttpResponse<byte[]> plain = client.get(
                        instance,
                        "application/dicom; transfer-syntax="
                                + received(content).uid());
                assertThat(plain.body()).isEqualTo(content.bytes());
            }
        }
        requireSound();
    }

    private boolean isRecoded(Content content) {
        Located located = locate(content);
        return node.retrieve().as(located, Recode.TO).transferSyntax().equals(Recode.TO.uid());
    }

    private ChildServer.Command command(Keeping keeping) {
        return new ChildServer.Command(folder, rig.options)
                .flag("store-recode", keeping == Keeping.NEW ? "replace" : "keep")
                .flag("log-level", "error");
    }
}
