package org.isocenter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A picture in files, for a program to decode and to encode.
final class ToolFiles {

    private final Tool tool;
    private final CodedPicture coded;
    private final boolean color;
    private final Path frame;
    private final Path picture;
    private final Path decoded;
    private final Path encoded;

    /// @param folder of these files alone
    ToolFiles(Tool tool, CodedPicture coded, Path folder) throws IOException {
        this.tool = tool;
        this.coded = coded;
        byte[] map = coded.portable();
        this.color = coded.isColor();
        String extension = color ? ".ppm" : ".pgm";
        this.frame = folder.resolve("frame." + tool.extension());
        this.picture = folder.resolve("picture" + extension);
        this.decoded = folder.resolve("decoded" + extension);
        this.encoded = folder.resolve("encoded." + tool.extension());
        Files.write(frame, coded.frame());
        Files.write(picture, map);
    }

    /// Decodes the frame that our encoder made.
    void decode() throws IOException, InterruptedException {
        run(tool.decode(frame, decoded), decoded);
    }

    /// Encodes the picture.
    void encode() throws IOException, InterruptedException {
        run(tool.encode(picture, encoded, color), encoded);
    }

    /// Whether the program read our frame as what it is, and its own frame after that.
    boolean agrees() throws IOException, InterruptedException {
        decode();
        boolean read = isPicture(decoded);
        encode();
        run(tool.decode(encoded, decoded), decoded);
        return read && isPicture(decoded);
    }

    private boolean isPicture(Path file) throws IOException {
        byte[] expected = coded.portable();
        byte[] actual = Files.readAllBytes(file);
        // Programs write a comment into the head, or none.
        int samples = (int) coded.sizeBytes();
        if (actual.length < samples) {
            return false;
        }
        return !coded.compression().isLossless()
                || Arrays.equals(
                        expected,
                        expected.length - samples,
                        expected.length,
                        actual,
                        actual.length - samples,
                        actual.length);
    }

    private static void run(List<String> command, Path out) throws IOException, InterruptedException {
        Files.deleteIfExists(out);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        process.getOutputStream().close();
        int status = process.waitFor();
        if (status != 0 || !Files.exists(out)) {
            throw new IOException(command.getFirst() + " ended with status " + status);
        }
    }
}
