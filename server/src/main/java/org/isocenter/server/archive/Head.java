package org.isocenter.server.archive;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.ReadOptions;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.isocenter.server.blob.BlobReader;
import org.jspecify.annotations.Nullable;

/// The head of an instance: its data set without bulk values, which stay in the blob and are remembered by
/// place.
///
/// @param dataSetOffset where in the blob the data set begins
///
/// The index keeps it beside the row, so that metadata is told, and frames are found, without reading the
/// blob. The form is a stream of marks, deflated:
///
///     head     = version dataSetOffset element* END
///     element  = tag vr value
///     value    = BYTES length byte* | BULK offset length | RUN fragments | FRAGMENTS offsetTable count (offset
/// length)*
///              | ITEMS flags (ITEM flags element* END)* END
///
/// Fragments that follow each other, as those of every file do, are a run, of which {@link FragmentRun}
/// tells the form; heads of version 1 have none, and so do not tell how fragments begin. Numbers are big
/// endian. Values in memory are little endian, as everywhere in a {@link DataSet}.
public record Head(DataSet dataSet, long dataSetOffset) {
    private static final int VERSION = 2;
    private static final int VERSION_WITHOUT_RUNS = 1;

    private static final int END = 0;
    private static final int BYTES = 1;
    private static final int BULK = 2;
    private static final int FRAGMENTS = 3;
    private static final int ITEMS = 4;
    private static final int ITEM = 5;
    private static final int RUN = 6;

    /// One level of a data set that is being written or read.
    private static final class Frame {
        final Iterator<Element> elements;
        final Iterator<Value.Item> items;

        Frame(DataSet dataSet, Iterator<Value.Item> siblings) {
            this.elements = dataSet.iterator();
            this.items = siblings;
        }
    }

    /// The head of a stored instance.
    static Head of(BlobReader blob) throws IOException, MalformedException {
        try (InputStream in = blob.stream(0, blob.lengthBytes())) {
            Part10 file = Part10Reader.read(in, ReadOptions.DEFAULT);
            return new Head(file.dataSet(), file.dataSetOffset());
        }
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        // Without the buffer every number would be a call of the native compressor.
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(new DeflaterOutputStream(bytes, deflater, 4096), 8192))) {
            out.writeByte(VERSION);
            out.writeLong(dataSetOffset);
            write(dataSet, out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    private static void write(DataSet dataSet, DataOutputStream out) throws IOException {
        Deque<Frame> frames = new ArrayDeque<>();
        frames.push(new Frame(dataSet, List.<Value.Item>of().iterator()));
        while (!frames.isEmpty()) {
            Frame frame = frames.element();
            if (frame.elements.hasNext()) {
                Element element = frame.elements.next().known();
                if (element.tag() == Tag.DataSetTrailingPadding) {
                    continue;
                }
                out.writeByte(kind(element.value()));
                out.writeInt(element.tag());
                out.writeShort(element.vr().code());
                writeValue(element.value(), out);
                if (element.value() instanceof Value.Items items) {
                    descend(items.items().iterator(), frames, out);
                }
            } else {
                out.writeByte(END);
                frames.pop();
                if (!frames.isEmpty()) {
                    descend(frame.items, frames, out);
                }
            }
        }
    }

    /// Goes on with the next item of a sequence, or ends the sequence.
    private static void descend(Iterator<Value.Item> items, Deque<Frame> frames, DataOutputStream out)
            throws IOException {
        if (items.hasNext()) {
            Value.Item item = items.next();
            out.writeByte(ITEM);
            out.writeBoolean(item.undefinedLength());
            frames.push(new Frame(item.dataSet(), items));
        } else {
            out.writeByte(END);
        }
    }

    private static int kind(Value value) {
        return switch (value) {
            case Value.Bytes b -> BYTES;
            case Value.Bulk b -> BULK;
            case Value.Fragments f -> FragmentRun.is(f) ? RUN : FRAGMENTS;
            case Value.Items i -> ITEMS;
            case Value.Link l -> throw new IllegalArgumentException("a stored instance holds no links");
        };
    }

    private static void writeValue(Value value, DataOutputStream out) throws IOException {
        switch (value) {
            case Value.Bytes bytes -> {
                out.writeInt(bytes.length());
                out.write(bytes.array(), bytes.offset(), bytes.length());
            }
            case Value.Bulk bulk -> {
                out.writeLong(bulk.offset());
                out.writeLong(bulk.lengthBytes());
            }
            case Value.Fragments run when FragmentRun.is(run) -> FragmentRun.write(run, out);
            case Value.Fragments fragments -> {
                byte[] table = fragments.offsetTable();
                out.writeInt(table == null ? -1 : table.length);
                if (table != null) {
                    out.write(table);
                }
                out.writeInt(fragments.count());
                for (int i = 0; i < fragments.count(); i++) {
                    out.writeLong(fragments.offset(i));
                    out.writeLong(fragments.lengthBytes(i));
                }
            }
            case Value.Items items -> out.writeByte((items.undefinedLength() ? 1 : 0) | (items.implicitVr() ? 2 : 0));
            case Value.Link l -> throw new IllegalArgumentException("a stored instance holds no links");
        }
    }

    /// A data set whose items are still being read.
    private static final class Open {
        final DataSet dataSet;
        final boolean undefinedLength;
        int tag;
        Vr vr = Vr.SQ;
        int flags;
        List<Value.Item> items = new ArrayList<>();

        Open(DataSet dataSet, boolean undefinedLength) {
            this.dataSet = dataSet;
            this.undefinedLength = undefinedLength;
        }
    }

    static Head decode(byte[] head) {
        ByteBuffer in = inflate(head);
        int version = in.get();
        if (version != VERSION && version != VERSION_WITHOUT_RUNS) {
            throw new IllegalStateException("a head of a version that this server does not know");
        }
        long dataSetOffset = in.getLong();
        return new Head(read(in), dataSetOffset);
    }

    /// All of it in one array, which the values of the data set then share.
    private static ByteBuffer inflate(byte[] head) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(head);
            byte[] bytes = new byte[Math.max(512, 4 * head.length)];
            int length = inflater.inflate(bytes);
            while (!inflater.finished()) {
                if (length < bytes.length) {
                    throw new IllegalStateException("a head that ends early");
                }
                bytes = Arrays.copyOf(bytes, 2 * length);
                length += inflater.inflate(bytes, length, bytes.length - length);
            }
            return ByteBuffer.wrap(bytes, 0, length);
        } catch (DataFormatException broken) {
            throw new IllegalStateException("a head that cannot be inflated", broken);
        } finally {
            inflater.end();
        }
    }

    private static DataSet read(ByteBuffer in) {
        Deque<Open> stack = new ArrayDeque<>();
        stack.push(new Open(new DataSet(), false));
        boolean inItems = false;
        while (true) {
            Open open = stack.element();
            int mark = in.get();
            if (inItems) {
                if (mark == ITEM) {
                    boolean undefinedLength = in.get() != 0;
                    stack.push(new Open(new DataSet().inherit(open.dataSet.characterSets()), undefinedLength));
                    inItems = false;
                } else {
                    open.dataSet.put(new Element(
                            open.tag,
                            open.vr,
                            new Value.Items(open.items, (open.flags & 1) != 0, (open.flags & 2) != 0)));
                    open.items = new ArrayList<>();
                    inItems = false;
                }
            } else if (mark == END) {
                stack.pop();
                if (stack.isEmpty()) {
                    return open.dataSet;
                }
                stack.element().items.add(new Value.Item(open.dataSet, open.undefinedLength));
                inItems = true;
            } else {
                int tag = in.getInt();
                Vr vr = vr(in.getShort());
                if (mark == ITEMS) {
                    open.tag = tag;
                    open.vr = vr;
                    open.flags = in.get();
                    inItems = true;
                } else {
                    open.dataSet.put(new Element(tag, vr, readValue(mark, in)));
                }
            }
        }
    }

    private static Vr vr(int code) {
        @Nullable Vr vr = Vr.find(code);
        if (vr == null) {
            throw new IllegalStateException("a head with a representation that this server does not know");
        }
        return vr;
    }

    private static Value readValue(int mark, ByteBuffer in) {
        return switch (mark) {
            case BYTES -> {
                int length = in.getInt();
                Value.Bytes bytes = new Value.Bytes(in.array(), in.position(), length);
                in.position(in.position() + length);
                yield bytes;
            }
            case BULK -> new Value.Bulk(in.getLong(), in.getLong());
            case RUN -> FragmentRun.read(in);
            case FRAGMENTS -> {
                int table = in.getInt();
                byte @Nullable [] offsetTable = null;
                if (table >= 0) {
                    offsetTable = new byte[table];
                    in.get(offsetTable);
                }
                int count = in.getInt();
                long[] offsets = new long[count];
                long[] lengths = new long[count];
                for (int i = 0; i < count; i++) {
                    offsets[i] = in.getLong();
                    lengths[i] = in.getLong();
                }
                yield new Value.Fragments(offsets, lengths, offsetTable);
            }
            default -> throw new IllegalStateException("a head with a mark that this server does not know");
        };
    }
}
