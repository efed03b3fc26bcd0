package org.isocenter.server;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/// Where a command is run: what it prints to, and what the shell gives it.
///
/// @param interactive whether a person is looking on, for whom a bar may move
/// @param folder the current folder
record Terminal(PrintWriter out, PrintWriter err, boolean interactive, Map<String, String> environment, Path folder) {

    /// That of this process.
    static Terminal ofProcess() {
        Console console = System.console();
        Charset charset = Charset.forName(System.getProperty("stdout.encoding", StandardCharsets.UTF_8.name()));
        return new Terminal(
                new PrintWriter(System.out, true, charset),
                new PrintWriter(System.err, true, charset),
                console != null && console.isTerminal(),
                System.getenv(),
                Path.of(""));
    }
}
