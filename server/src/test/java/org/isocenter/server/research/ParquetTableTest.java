package org.isocenter.server.research;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.LogicalType;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.metadata.RepetitionType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Tables as a reader that shares no code with the writer finds them.
class ParquetTableTest {
    private static final List<Column> COLUMNS =
            List.of(Column.text("name"), Column.number("length"), Column.flag("kept"), Column.text("nothing"));

    /// The last is more than a row group holds.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 1000, 50_001})
    void everyValueIsReadBack(int count) throws IOException {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("Parquet: -Dseed=" + seed);
        Random random = new Random(seed);
        List<JsonNode> rows = new ArrayList<>();
        boolean has = true;
        for (int i = 0; i < count; i++) {
            ObjectNode row = OutcomeJson.MAPPER.createObjectNode();
            // Runs of all lengths, of rows that have values and of those that do not.
            has = random.nextInt(random.nextBoolean() ? 2 : 500) == 0 ? !has : has;
            if (has) {
                row.put("name", "Zoë 山田 \"" + random.nextInt(1 + random.nextInt(1000)) + "\"\n");
                row.put("length", random.nextLong());
            }
            if (random.nextInt(3) > 0) {
                row.put("kept", random.nextBoolean());
            }
            row.putNull("nothing");
            rows.add(row);
        }
        try (ParquetFileReader reader = open(rows)) {
            assertThat(reader.getFileMetaData().numRows()).isEqualTo(count);
            assertThat(reader.getFileMetaData().keyValueMetadata()).containsEntry("isocenter.snapshot", "{\"a\":1}");
            assertEqual(reader, rows, "seed " + seed);
        }
    }

    @Test
    void longTextsEndARowGroupEarly() throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            rows.add(OutcomeJson.MAPPER
                    .createObjectNode()
                    .put("name", Integer.toString(i).repeat(500_000)));
        }
        try (ParquetFileReader reader = open(rows)) {
            assertThat(reader.getFileMetaData().rowGroups()).hasSizeGreaterThan(2);
            assertEqual(reader, rows, "long texts");
        }
    }

    @Test
    void columnsHaveTypesThatReadersKnow() throws IOException {
        try (ParquetFileReader reader = open(List.of())) {
            List<ColumnSchema> columns = reader.getFileSchema().getColumns();
            assertThat(columns).extracting(ColumnSchema::name).containsExactly("name", "length", "kept", "nothing");
            assertThat(columns)
                    .extracting(ColumnSchema::type)
                    .containsExactly(
                            PhysicalType.BYTE_ARRAY, PhysicalType.INT64, PhysicalType.BOOLEAN, PhysicalType.BYTE_ARRAY);
            assertThat(columns).extracting(ColumnSchema::repetitionType).containsOnly(RepetitionType.OPTIONAL);
            assertThat(columns.getFirst().logicalType()).isInstanceOf(LogicalType.StringType.class);
        }
    }

    private static ParquetFileReader open(List<JsonNode> rows) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ParquetTable table = new ParquetTable(file, COLUMNS);
        for (JsonNode row : rows) {
            table.row(row);
        }
        table.finish("{\"a\":1}");
        return ParquetFileReader.open(InputFile.of(ByteBuffer.wrap(file.toByteArray())));
    }

    private static void assertEqual(ParquetFileReader reader, List<JsonNode> rows, String which) throws IOException {
        try (RowReader found = reader.rowReader()) {
            for (int i = 0; i < rows.size(); i++) {
                assertThat(found.hasNext()).as(which).isTrue();
                found.next();
                JsonNode row = rows.get(i);
                String at = which + ", row " + i;
                assertThat(found.isNull("name") ? null : found.getString("name"))
                        .as(at)
                        .isEqualTo(row.path("name").asString(null));
                assertThat(found.isNull("length") ? null : (Long) found.getLong("length"))
                        .as(at)
                        .isEqualTo(row.has("length") ? (Long) row.path("length").asLong() : null);
                assertThat(found.isNull("kept") ? null : (Boolean) found.getBoolean("kept"))
                        .as(at)
                        .isEqualTo(row.has("kept") ? (Boolean) row.path("kept").asBoolean() : null);
                assertThat(found.isNull("nothing")).as(at).isTrue();
            }
            assertThat(found.hasNext()).as(which).isFalse();
        }
    }
}
