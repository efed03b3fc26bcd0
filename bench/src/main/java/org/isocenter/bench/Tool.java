package org.isocenter.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The programs of other codecs, which decode and encode files, each with one thread.
enum Tool {
    OPENJPEG("OpenJPEG", "libopenjp2-tools", "j2k", "opj_decompress", "opj_compress", List.of(), "-h"),
    OPENJPH("OpenJPH", "openjph-tools", "j2c", "ojph_expand", "ojph_compress", List.of("-reversible", "true"), ""),
    LIBJPEG(
            "libjpeg-turbo",
            "libjpeg-turbo-progs",
            "jpg",
            "djpeg",
            "cjpeg",
            List.of("-quality", "90", "-sample", "1x1"),
            "-version");

    private static final Pattern VERSION = Pattern.compile("v(?:ersion )?(\\d+(?:\\.\\d+)+)");

    final String title;
    /// The package of Debian that has it.
    final String debianPackage;

    private final String extension;
    private final String decoder;
    private final String encoder;
    private final List<String> encoderOptions;
    private final String versionOption;

    Tool(
            String title,
            String debianPackage,
            String extension,
            String decoder,
            String encoder,
            List<String> encoderOptions,
            String versionOption) {
        this.title = title;
        this.debianPackage = debianPackage;
        this.extension = extension;
        this.decoder = decoder;
        this.encoder = encoder;
        this.encoderOptions = encoderOptions;
        this.versionOption = versionOption;
    }

    boolean isInstalled() {
        String path = System.getenv().getOrDefault("PATH", "");
        return List.of(decoder, encoder).stream()
                .allMatch(program -> Arrays.stream(path.split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))));
    }

    /// Its name, with its version where it tells one.
    String describe() throws IOException, InterruptedException {
        if (versionOption.isEmpty()) {
            return title;
        }
        Process process = new ProcessBuilder(decoder, versionOption)
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher version = VERSION.matcher(said);
        return version.find() ? title + " " + version.group(1) : title;
    }

    List<String> decode(Path in, Path out) {
        return command(decoder, List.of(), in, out);
    }

    /// @param color whether it is red, green and blue
    List<String> encode(Path in, Path out, boolean color) {
        List<String> options = new ArrayList<>(encoderOptions);
        if (this == LIBJPEG && color) {
            // Ours transforms no colours either.
            options.add("-rgb");
        }
        return command(encoder, options, in, out);
    }

    /// The end of the name of a compressed file.
    String extension() {
        return extension;
    }

    private List<String> command(String program, List<String> options, Path in, Path out) {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(options);
        if (this == LIBJPEG) {
            command.addAll(List.of("-outfile", out.toString(), in.toString()));
        } else {
            command.addAll(List.of("-i", in.toString(), "-o", out.toString()));
        }
        return command;
    }
}
