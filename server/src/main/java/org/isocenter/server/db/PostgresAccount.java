package org.isocenter.server.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.isocenter.server.telemetry.UnavailableException;

/// As whom PostgreSQL runs. It refuses to run as root.
///
/// An ordinary user runs it as itself. Root runs it in a user namespace of its own, where root is nobody in
/// particular and yet owns the files; where namespaces are forbidden, as they are in many containers, it
/// gives the files to an account without rights and runs PostgreSQL as that one.
enum PostgresAccount {
    SELF(List.of()),
    NAMESPACE(List.of("unshare", "--user")),
    NOBODY(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"));

    private static final int ROOT = 0;
    private static final int NOBODY_ID = 65534;

    private final List<String> prefix;

    PostgresAccount(List<String> prefix) {
        this.prefix = prefix;
    }

    /// The account for the files of a folder: whoever owns them goes on owning them.
    static PostgresAccount of(Path folder) throws IOException {
        if (owner(Path.of("/proc/self")) != ROOT) {
            return SELF;
        }
        if (owner(folder) == NOBODY_ID) {
            return NOBODY;
        }
        if (NAMESPACE.works()) {
            return NAMESPACE;
        }
        if (NOBODY.works()) {
            return NOBODY;
        }
        throw new UnavailableException(
                "PostgreSQL does not run as root, and neither unshare nor setpriv can give it another account;"
                        + " start the server as an ordinary user or give the URL of a PostgreSQL",
                null);
    }

    List<String> command(Path program, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /// Gives what is in a folder to the account. What the account owns already costs one look.
    void own(Path folder) throws IOException {
        if (this != NOBODY) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.toList()) {
                Files.setAttribute(path, "unix:uid", NOBODY_ID, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(path, "unix:gid", NOBODY_ID, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private boolean works() {
        try {
            List<String> command = new ArrayList<>(prefix);
            command.add("true");
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static int owner(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid");
    }
}
