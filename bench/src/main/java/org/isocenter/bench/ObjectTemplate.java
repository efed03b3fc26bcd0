package org.isocenter.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// A Part 10 file in two pieces: a head of some kilobytes that differs from instance to instance only in
/// values of fixed width, and the pixels, which all instances share. Making the next instance is overwriting
/// a few dozen bytes.
final class ObjectTemplate {

    /// A value of fixed width in the head, and what it says about an instance.
    record Field(Kind kind, int position) {
        enum Kind {
            STUDY_UID,
            SERIES_UID,
            INSTANCE_UID,
            /// The last digit of the SOP class: 2 for CT, 4 for MR.
            SOP_CLASS,
            MODALITY,
            STUDY_LABEL,
            DATE,
            NAME,
            INSTANCE_NUMBER,
            SERIES_NUMBER,
            SLICE
        }
    }

    static final int NAME_BYTES = 64;
    static final int INSTANCE_NUMBER_DIGITS = 6;
    static final int SERIES_NUMBER_DIGITS = 4;
    static final int SLICE_DIGITS = 8;

    private final Shape shape;
    private final long seed;
    private final byte[] head;
    private final List<Field> fields;
    private final ByteBuffer frame;

    ObjectTemplate(Shape shape, long seed, byte[] head, List<Field> fields, byte[] frame) {
        this.shape = shape;
        this.seed = seed;
        this.head = head;
        this.fields = List.copyOf(fields);
        this.frame = ByteBuffer.allocateDirect(frame.length).put(frame).flip().asReadOnlyBuffer();
    }

    Shape shape() {
        return shape;
    }

    long seed() {
        return seed;
    }

    int headBytes() {
        return head.length;
    }

    long fileBytes() {
        return head.length + shape.pixelBytes();
    }

    /// The pixels of one frame, at position 0, sharing its memory with every other answer.
    ByteBuffer frame() {
        return frame.duplicate();
    }

    /// Writes the head of an instance at a position of the buffer, whole.
    void write(Identity identity, ByteBuffer target, int position) {
        target.put(position, head);
        patch(identity, target, position);
    }

    /// Turns the head at a position of the buffer into that of another instance.
    void patch(Identity identity, ByteBuffer target, int position) {
        byte[] date = identity.date().getBytes(StandardCharsets.US_ASCII);
        for (Field field : fields) {
            int at = position + field.position();
            switch (field.kind()) {
                case STUDY_UID -> digits(target, at, identity.studyNumber(), Identity.NUMBER_DIGITS);
                case SERIES_UID -> digits(target, at, identity.seriesNumber(), Identity.NUMBER_DIGITS);
                case INSTANCE_UID -> digits(target, at, identity.instanceNumber(), Identity.NUMBER_DIGITS);
                case SOP_CLASS -> target.put(at, (byte) (identity.magneticResonance() ? '4' : '2'));
                case MODALITY -> target.put(at, identity.modality().getBytes(StandardCharsets.US_ASCII));
                case STUDY_LABEL -> digits(target, at, identity.study(), Identity.LABEL_DIGITS);
                case DATE -> target.put(at, date);
                case NAME -> target.put(at, name(identity.study()));
                case INSTANCE_NUMBER -> digits(target, at, identity.instance(), INSTANCE_NUMBER_DIGITS);
                case SERIES_NUMBER -> digits(target, at, identity.series(), SERIES_NUMBER_DIGITS);
                case SLICE -> digits(target, at, identity.instance(), SLICE_DIGITS);
            }
        }
    }

    /// The whole file, for the small shapes.
    byte[] file(Identity identity) {
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(fileBytes())).order(ByteOrder.LITTLE_ENDIAN);
        write(identity, file, 0);
        file.position(head.length);
        for (int i = 0; i < shape.frames; i++) {
            file.put(frame());
        }
        return file.array();
    }

    private static byte[] name(long study) {
        byte[] name = PatientNames.personName(study).getBytes(StandardCharsets.UTF_8);
        if (name.length > NAME_BYTES) {
            throw new IllegalStateException("a name of " + name.length + " bytes for study " + study);
        }
        byte[] padded = Arrays.copyOf(name, NAME_BYTES);
        Arrays.fill(padded, name.length, NAME_BYTES, (byte) ' ');
        return padded;
    }

    private static void digits(ByteBuffer target, int position, long number, int width) {
        long rest = number;
        for (int i = width - 1; i >= 0; i--) {
            target.put(position + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }
}
