package org.isocenter.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.isocenter.server.FaultySettingsException.Fault;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads `isocenter.yaml` into dotted keys with their lines.
///
/// Only what settings need of YAML is accepted: mappings, plain lists and scalars, in one document of at most
/// 256 KiB. Anchors and aliases are refused, and the events are walked one by one, so no file makes the
/// reader grow or recurse.
final class SettingFile {

    /// A value with the line it was found on, counted from one. The elements of a list are joined by commas.
    record Entry(String key, String text, int line) {}

    private static final int MAX_BYTES = 256 << 10;
    private static final int MAX_DEPTH = 8;

    private final String name;
    private final List<Entry> entries = new ArrayList<>();
    private final Deque<String> prefixes = new ArrayDeque<>();
    private @Nullable String key;
    private @Nullable List<String> list;
    private int listLine;
    private boolean begun;

    private SettingFile(String name) {
        this.name = name;
    }

    /// Reads a file; what is wrong with it as YAML goes to `faults`.
    static List<Entry> read(Path file, List<Fault> faults) {
        SettingFile reader = new SettingFile(file.toString());
        int line = 0;
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(reader.name)
                    .setCodePointLimit(MAX_BYTES)
                    .build();
            for (Event event : new Parse(settings).parseReader(new StringReader(load(file)))) {
                line = lineOf(event);
                reader.accept(event, line);
            }
        } catch (RefusedException e) {
            faults.add(new Fault(place(reader.name, line), e.problem));
        } catch (MarkedYamlEngineException e) {
            int markedLine = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            faults.add(new Fault(place(reader.name, markedLine), "is no YAML here: " + e.getProblem()));
        } catch (YamlEngineException e) {
            faults.add(new Fault(reader.name, "is no YAML: " + e.getMessage()));
        } catch (CharacterCodingException e) {
            faults.add(new Fault(reader.name, "is not UTF-8 text"));
        } catch (IOException e) {
            faults.add(new Fault(reader.name, "cannot be read: " + e.getMessage()));
        }
        return reader.entries;
    }

    static String place(String file, int line) {
        return line == 0 ? file : file + ":" + line;
    }

    private static String load(Path file) throws IOException, RefusedException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new RefusedException("is larger than 256 KiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    private void accept(Event event, int line) throws RefusedException {
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            throw new RefusedException("anchors and aliases are not allowed here");
        }
        switch (event.getEventId()) {
            case DocumentStart -> {
                if (begun) {
                    throw new RefusedException("a second document begins here; only one is allowed");
                }
                begun = true;
            }
            case MappingStart -> openMapping();
            case MappingEnd -> prefixes.pop();
            case SequenceStart -> openList(line);
            case SequenceEnd -> closeList();
            case Scalar -> acceptScalar(((ScalarEvent) event).getValue(), line);
            case Alias, Comment, DocumentEnd, StreamStart, StreamEnd -> {}
        }
    }

    private void openMapping() throws RefusedException {
        if (list != null || (key == null && !prefixes.isEmpty())) {
            throw new RefusedException("a group of settings cannot stand here");
        }
        if (prefixes.size() == MAX_DEPTH) {
            throw new RefusedException("groups are nested deeper than %d".formatted(MAX_DEPTH));
        }
        prefixes.push(key == null ? "" : key + ".");
        key = null;
    }

    private void openList(int line) throws RefusedException {
        if (list != null || key == null) {
            throw new RefusedException("a list cannot stand here");
        }
        list = new ArrayList<>();
        listLine = line;
    }

    private void closeList() {
        if (key != null && list != null) {
            entries.add(new Entry(key, String.join(",", list), listLine));
        }
        list = null;
        key = null;
    }

    private void acceptScalar(String text, int line) throws RefusedException {
        if (list != null) {
            list.add(text);
        } else if (key != null) {
            entries.add(new Entry(key, text, line));
            key = null;
        } else if (!prefixes.isEmpty()) {
            key = prefixes.peek() + text;
        } else if (!text.isEmpty()) {
            throw new RefusedException("settings are written as key: value");
        }
    }

    private static int lineOf(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
        private final String problem;

        RefusedException(String problem) {
            super(problem);
            this.problem = problem;
        }
    }
}
