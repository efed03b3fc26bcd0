package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A page that tells users what to type: each `curl` of it is run as it stands there, against an archive.
///
/// @param path of the page, below the folder of all
/// @param words that the page leaves to its reader, and what stands for each
record HowToPage(String path, Map<String, String> words) {
    private static final Path PAGES = Path.of("../docs");
    private static final Pattern SHELL = Pattern.compile("(?s)```sh\n(.*?)```");
    private static final Pattern COMMENT = Pattern.compile("(?m) +# .*$");
    private static final Pattern OPERATION = Pattern.compile("/operations/(ID|[0-9a-f]{32})\\b");
    private static final Pattern BEGUN = Pattern.compile("\\{\"id\":\"([0-9a-f]{32})\",\"href\":\"([^\"]+)\"}");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Something to be done before a request is made.
    interface Preparation<E extends Exception> {
        void before(String request) throws E;
    }

    HowToPage(String path) {
        this(path, Map.of());
    }

    /// The pages on which there are requests.
    static List<String> all() throws IOException {
        List<String> pages = new ArrayList<>();
        try (Stream<Path> files = Files.walk(PAGES)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".md")).sorted().toList()) {
                String page = PAGES.relativize(file).toString().replace('\\', '/');
                if (!new HowToPage(page).requests().isEmpty()) {
                    pages.add(page);
                }
            }
        }
        return pages;
    }

    /// The page as it is written.
    String text() throws IOException {
        return Files.readString(PAGES.resolve(path));
    }

    private List<String> requests() throws IOException {
        return SHELL.matcher(text())
                .results()
                .map(MatchResult::group)
                .flatMap(block -> Stream.of(block.split("\n(?=curl |\\./isocenter |```)", -1)))
                .filter(command -> command.startsWith("curl "))
                .toList();
    }

    /// Makes every request, one after the other. What one of them begins has succeeded before the next, which
    /// may name the operation as the last that there was.
    ///
    /// @param folder to do it in
    /// @return what was answered, or how the operation stands at its end that a request has begun
    List<String> run(Archive archive, Path folder) throws IOException {
        return run(archive, folder, request -> {});
    }

    <E extends Exception> List<String> run(Archive archive, Path folder, Preparation<E> preparation)
            throws IOException, E {
        String bash = Programs.assume("bash").toString();
        Programs.assume("curl");
        String base = archive.root().root().toString();
        List<String> answers = new ArrayList<>();
        String operation = "";
        for (String request : requests()) {
            preparation.before(request);
            String command = request;
            for (Map.Entry<String, String> word : words.entrySet()) {
                command = command.replace(word.getKey(), word.getValue());
            }
            command = COMMENT.matcher(command).replaceAll("");
            if (!operation.isEmpty()) {
                command = OPERATION.matcher(command).replaceAll("/operations/" + operation);
            }
            // A stream has no end: its beginning is enough.
            command = command.replace("http://127.0.0.1:8080/", base).strip()
                    + (command.startsWith("curl -N ")
                            ? " | head -n 1"
                            : " --no-include --silent --show-error --fail-with-body");
            byte[] said = Programs.run(List.of(bash, "-c", command), folder, PATIENCE);
            String answer = new String(said, StandardCharsets.UTF_8);
            Matcher begun = BEGUN.matcher(answer);
            if (begun.matches()) {
                operation = begun.group(1);
                JsonNode ended = new Operating(archive.dicomweb()).end(begun.group(2));
                assertThat(ended.path("status").asString()).as(command).isIn("succeeded", "completed");
                answers.add(ended.toString());
            } else {
                answers.add(answer);
            }
        }
        return answers;
    }
}
