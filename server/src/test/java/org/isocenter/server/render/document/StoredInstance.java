package org.isocenter.server.render.document;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.BulkSource;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Part10;
import org.isocenter.dicom.Part10Reader;
import org.isocenter.dicom.ReadOptions;
import org.isocenter.dicom.TransferSyntax;
import org.isocenter.server.render.Instance;

/// Instances as the archive would hand them to rendering, and what another library says of them.
public final class StoredInstance {
    private static final String PYTHON = "/usr/bin/python3";

    private StoredInstance() {}

    /// A data set all of which is in memory.
    public static Instance of(DataSet dataSet) {
        return new Instance(dataSet, TransferSyntax.EXPLICIT_LITTLE_ENDIAN, BulkSource.of(new byte[0]));
    }

    public static Instance read(Path file) throws IOException, MalformedException {
        byte[] bytes = Files.readAllBytes(file);
        Part10 part10 = Part10Reader.read(new ByteArrayInputStream(bytes), ReadOptions.DEFAULT);
        return new Instance(part10.dataSet(), part10.transferSyntax(), BulkSource.of(bytes));
    }

    /// A real file, which stands beside the repository.
    public static Path corpus(String name) {
        Path place = Path.of("shared", "corpus", name);
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            if (Files.isRegularFile(up.resolve(place))) {
                return up.resolve(place);
            }
        }
        assumeTrue(false, "no " + place + " beside the repository");
        return place;
    }

    /// The lines that a script beside a test, which reads with pydicom, prints about a file.
    public static List<String> pydicom(Class<?> test, String script, Path file) throws Exception {
        assumeTrue(Files.isExecutable(Path.of(PYTHON)), "no " + PYTHON);
        String source;
        try (InputStream in = test.getResourceAsStream(script)) {
            source = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
        Process process = new ProcessBuilder(PYTHON, "-c", source, file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        List<String> lines = new ArrayList<>();
        try (var out = process.inputReader(java.nio.charset.StandardCharsets.UTF_8)) {
            out.lines().forEach(lines::add);
        }
        assumeTrue(process.waitFor() == 0, "no pydicom");
        return lines;
    }
}
