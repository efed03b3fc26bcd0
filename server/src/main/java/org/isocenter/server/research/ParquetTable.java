package org.isocenter.server.research;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import tools.jackson.databind.JsonNode;

/// Writes rows as an Apache Parquet file: row groups of so many rows, in each a page for each column, and
/// at its end the metadata that lead to them.
///
/// The metadata are written by the structures that the Apache project makes of the definition of the
/// format. The pages are as plain as the format allows, which every reader understands: values one behind
/// the other (encoding PLAIN), those that are absent told by definition levels in runs (encoding RLE), and
/// both compressed as one (GZIP). Which values repeat, such as UIDs of studies, the compression sees.
final class ParquetTable implements Table {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int GROUP_ROWS_MAX = 50_000;
    private static final int GROUP_BYTES_MAX = 8 << 20;

    private final OutputStream out;
    private final List<Page> pages;
    private final List<RowGroup> groups = new ArrayList<>();
    private long position;
    private long rows;

    ParquetTable(OutputStream out, List<Column> columns) throws IOException {
        this.out = out;
        this.pages = columns.stream().map(Page::new).toList();
        write(MAGIC);
    }

    @Override
    public void row(JsonNode row) throws IOException {
        int bytes = 0;
        for (Page page : pages) {
            page.add(row.path(page.column.name()));
            bytes += page.values.size();
        }
        if (bytes > GROUP_BYTES_MAX || pages.getFirst().rows == GROUP_ROWS_MAX) {
            endGroup();
        }
    }

    /// Writes what is left, and the metadata, without which nobody can read the file.
    ///
    /// @param description what the table is, in JSON
    void finish(String description) throws IOException {
        endGroup();
        FileMetaData metadata = new FileMetaData(1, schema(), rows, groups);
        metadata.setCreated_by("Isocenter");
        metadata.addToKey_value_metadata(new KeyValue("isocenter.snapshot").setValue(description));
        ByteArrayOutputStream footer = new ByteArrayOutputStream();
        Util.writeFileMetaData(metadata, footer);
        write(footer.toByteArray());
        write(littleEndian(Integer.BYTES).putInt(footer.size()).array());
        write(MAGIC);
    }

    private List<SchemaElement> schema() {
        List<SchemaElement> schema = new ArrayList<>();
        schema.add(new SchemaElement("snapshot").setNum_children(pages.size()));
        for (Page page : pages) {
            SchemaElement element = new SchemaElement(page.column.name())
                    .setType(page.type())
                    .setRepetition_type(FieldRepetitionType.OPTIONAL);
            if (page.column.kind() == Column.Kind.TEXT) {
                element.setConverted_type(ConvertedType.UTF8).setLogicalType(LogicalType.STRING(new StringType()));
            }
            schema.add(element);
        }
        return schema;
    }

    private void endGroup() throws IOException {
        int count = pages.getFirst().rows;
        if (count == 0) {
            return;
        }
        long start = position;
        long plainBytes = 0;
        List<ColumnChunk> chunks = new ArrayList<>();
        for (Page page : pages) {
            ColumnMetaData chunk = write(page);
            plainBytes += chunk.getTotal_uncompressed_size();
            chunks.add(new ColumnChunk(0).setMeta_data(chunk));
        }
        groups.add(new RowGroup(chunks, plainBytes, count)
                .setFile_offset(start)
                .setTotal_compressed_size(position - start));
        rows += count;
    }

    private ColumnMetaData write(Page page) throws IOException {
        long start = position;
        int count = page.rows;
        byte[] plain = page.take();
        byte[] zipped = zipped(plain);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        Util.writePageHeader(
                new PageHeader(PageType.DATA_PAGE, plain.length, zipped.length)
                        .setData_page_header(new DataPageHeader(count, Encoding.PLAIN, Encoding.RLE, Encoding.RLE)),
                header);
        write(header.toByteArray());
        write(zipped);
        return new ColumnMetaData(
                page.type(),
                List.of(Encoding.PLAIN, Encoding.RLE),
                List.of(page.column.name()),
                CompressionCodec.GZIP,
                count,
                header.size() + plain.length,
                position - start,
                start);
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }

    private static byte[] zipped(byte[] plain) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
            zip.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return zipped.toByteArray();
    }

    private static ByteBuffer littleEndian(int lengthBytes) {
        return ByteBuffer.allocate(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// The values of a column that have not been written yet.
    private static final class Page {
        private final Column column;
        private final ByteArrayOutputStream levels = new ByteArrayOutputStream();
        private final ByteArrayOutputStream values = new ByteArrayOutputStream();
        private int rows;

        /// How many rows up to the last have been alike in having a value, or in having none.
        private int run;

        private boolean present;

        /// Flags are eight to a byte, the first in the lowest bit.
        private int flags;

        private int flagsCount;

        Page(Column column) {
            this.column = column;
        }

        Type type() {
            return switch (column.kind()) {
                case TEXT -> Type.BYTE_ARRAY;
                case NUMBER -> Type.INT64;
                case FLAG -> Type.BOOLEAN;
            };
        }

        /// Adds what stands in the next row. Text that is empty is none.
        void add(JsonNode value) {
            boolean has = !value.isMissingNode()
                    && !value.isNull()
                    && !(value.isString() && value.asString().isEmpty());
            if (has != present) {
                endRun();
                present = has;
            }
            run++;
            rows++;
            if (has) {
                switch (column.kind()) {
                    case TEXT -> {
                        byte[] text = value.asString().getBytes(StandardCharsets.UTF_8);
                        values.writeBytes(
                                littleEndian(Integer.BYTES).putInt(text.length).array());
                        values.writeBytes(text);
                    }
                    case NUMBER ->
                        values.writeBytes(
                                littleEndian(Long.BYTES).putLong(value.asLong()).array());
                    case FLAG -> {
                        flags |= (value.asBoolean() ? 1 : 0) << flagsCount++;
                        if (flagsCount == Byte.SIZE) {
                            endFlags();
                        }
                    }
                }
            }
        }

        private void endFlags() {
            values.write(flags);
            flags = 0;
            flagsCount = 0;
        }

        /// A run of levels is twice its length, in groups of seven bits, and the level.
        private void endRun() {
            if (run > 0) {
                int length = run << 1;
                for (; length > 0x7F; length >>>= 7) {
                    levels.write(length & 0x7F | 0x80);
                }
                levels.write(length);
                levels.write(present ? 1 : 0);
                run = 0;
            }
        }

        /// The page without its header; the next begins.
        byte[] take() {
            endRun();
            if (flagsCount > 0) {
                endFlags();
            }
            byte[] page = littleEndian(Integer.BYTES + levels.size() + values.size())
                    .putInt(levels.size())
                    .put(levels.toByteArray())
                    .put(values.toByteArray())
                    .array();
            levels.reset();
            values.reset();
            rows = 0;
            return page;
        }
    }
}
