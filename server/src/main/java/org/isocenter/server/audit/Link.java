package org.isocenter.server.audit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// A record in its place of the chain. Each has a digest of all of itself and of the digest before it, so that
/// none can be changed, left out or put elsewhere without all digests behind it being others.
public record Link(long number, AuditRecord record, byte[] digest) {
    /// What comes before the first.
    static final byte[] ORIGIN = new byte[32];

    /// The record that follows another.
    ///
    /// @param before the digest of the one before
    static Link after(byte[] before, long number, AuditRecord record) {
        return new Link(number, record, digest(before, number, record));
    }

    /// Whether the record is what it was when it was added behind the one with this digest.
    public boolean follows(byte[] before) {
        return MessageDigest.isEqual(digest, digest(before, number, record));
    }

    private static byte[] digest(byte[] before, long number, AuditRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(before);
            out.writeLong(number);
            out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, record.occurred()));
            write(out, record.phase().name());
            write(out, record.exchange().toString());
            write(out, record.act());
            write(out, record.partition());
            write(out, record.subject());
            write(out, record.client());
            write(out, record.address());
            write(out, record.method());
            write(out, record.uri());
            Integer status = record.status();
            write(out, status == null ? null : status.toString());
            out.writeInt(record.studies().size());
            for (String study : record.studies()) {
                write(out, study);
            }
            write(out, record.details());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// With its length before it, so that no two records have the same bytes.
    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
