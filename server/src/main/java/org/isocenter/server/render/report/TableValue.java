package org.isocenter.server.render.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.server.render.document.Code;
import org.isocenter.server.render.document.Words;
import org.jspecify.annotations.Nullable;

/// The value of a TABLE item (PS3.3 C.18.10): cells in rows and columns, each of which may have a name and a
/// unit.
///
/// @param columns the heads of the columns; empty texts where they have none
/// @param rows the heads of the rows; empty texts where they have none
/// @param cells by row and column; empty texts where there is no value
/// @param left how many rows and columns are not shown
record TableValue(List<String> columns, List<String> rows, List<List<String>> cells, String left) {
    private static final int ROWS_MAX = 2000;
    private static final int COLUMNS_MAX = 100;

    static TableValue of(DataSet item, ContentTree tree) {
        DataSet table = item.findItem(Tag.TabulatedValuesSequence);
        if (table == null) {
            return new TableValue(List.of(), List.of(), List.of(), "");
        }
        int allRows = count(table, Tag.NumberOfTableRows);
        int allColumns = count(table, Tag.NumberOfTableColumns);
        // Nothing is set aside because a number says so: there are no more rows than cells that fill them.
        Map<Integer, String[]> filled = new TreeMap<>();
        int columns = Math.min(allColumns, COLUMNS_MAX);
        for (DataSet cell : table.items(Tag.CellValuesSequence)) {
            fill(filled, cell, allRows, columns, values(cell, tree));
        }
        List<String> rowHeads = new ArrayList<>();
        List<List<String>> cells = new ArrayList<>();
        Map<Integer, String> named = heads(table, Tag.TableRowDefinitionSequence, Tag.TableRowNumber);
        for (Map.Entry<Integer, String[]> row : filled.entrySet()) {
            rowHeads.add(named.getOrDefault(row.getKey(), named.getOrDefault(0, "")));
            cells.add(Arrays.asList(row.getValue()));
        }
        Map<Integer, String> columnNames = heads(table, Tag.TableColumnDefinitionSequence, Tag.TableColumnNumber);
        List<String> columnHeads = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
            columnHeads.add(columnNames.getOrDefault(column, columnNames.getOrDefault(0, "")));
        }
        boolean whole = allRows <= ROWS_MAX && allColumns <= COLUMNS_MAX;
        return new TableValue(
                columnHeads,
                rowHeads,
                cells,
                whole ? "" : "The table has " + allRows + " rows and " + allColumns + " columns. Not all are shown.");
    }

    private static int count(DataSet table, int tag) {
        Integer count = table.findInt(tag);
        return count == null ? 0 : Math.max(0, count);
    }

    /// Sets a cell, or all of a row or column where only one of the numbers is there.
    private static void fill(Map<Integer, String[]> filled, DataSet cell, int rows, int columns, List<String> values) {
        Integer row = cell.findInt(Tag.TableRowNumber);
        Integer column = cell.findInt(Tag.TableColumnNumber);
        int firstRow = row == null ? 1 : row;
        int firstColumn = column == null ? 1 : column;
        boolean single = row != null && column != null;
        for (int i = 0; i < (single ? 1 : values.size()); i++) {
            int r = row == null ? firstRow + i : firstRow;
            int c = column == null && row != null ? firstColumn + i : firstColumn;
            if (r < 1 || r > Math.min(rows, ROWS_MAX) || c < 1 || c > columns) {
                return;
            }
            filled.computeIfAbsent(r, none -> emptyRow(columns))[c - 1] =
                    single ? String.join(", ", values) : values.get(i);
        }
    }

    private static String[] emptyRow(int columns) {
        String[] row = new String[columns];
        Arrays.fill(row, "");
        return row;
    }

    private static Map<Integer, String> heads(DataSet table, int sequence, int number) {
        Map<Integer, String> heads = new TreeMap<>();
        for (DataSet definition : table.items(sequence)) {
            Integer which = definition.findInt(number);
            String name = Code.findWords(definition, Tag.ConceptNameCodeSequence);
            Code unit = Code.find(definition, Tag.MeasurementUnitsCodeSequence);
            String words = name == null ? "" : name;
            heads.put(
                    which == null ? 0 : which,
                    unit == null || unit.unit().isEmpty() ? words : words + " (" + unit.unit() + ")");
        }
        return heads;
    }

    private static List<String> values(DataSet cell, ContentTree tree) {
        List<String> values = new ArrayList<>();
        for (DataSet code : cell.items(Tag.ConceptCodeSequence)) {
            String meaning = Words.find(code, Tag.CodeMeaning);
            values.add(meaning == null ? String.join("", code.strings(Tag.CodeValue)) : meaning);
        }
        List<String> path = cell.strings(Tag.ReferencedContentItemIdentifier);
        ContentItem target = path.size() > ContentTree.DEPTH_MAX ? null : tree.find(String.join(".", path));
        if (target != null) {
            values.add("see " + (target.name().isEmpty() ? target.identifier : target.name()));
        }
        for (Element element : cell) {
            // The selector values (0072,005E) to (0072,0083), one attribute for each representation.
            if (Tags.group(element.tag()) == 0x0072 && Tags.element(element.tag()) >= 0x005E) {
                for (String value : cell.strings(element.tag())) {
                    values.add(Words.number(value));
                }
            }
        }
        String unit = unit(cell);
        if (unit != null) {
            values.replaceAll(value -> value + " " + unit);
        }
        String qualifier = Code.findWords(cell, Tag.NumericValueQualifierCodeSequence);
        if (qualifier != null) {
            values.add("(" + qualifier + ")");
        }
        return values;
    }

    private static @Nullable String unit(DataSet cell) {
        Code unit = Code.find(cell, Tag.MeasurementUnitsCodeSequence);
        return unit == null || unit.unit().isEmpty() ? null : unit.unit();
    }
}
