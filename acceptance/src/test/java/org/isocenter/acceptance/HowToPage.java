package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// A page that tells users what to type: each `curl` of it is run as it stands there, against an archive.
///
/// @param variables of the shell that the page leaves to its reader
record HowToPage(String name, Map<String, String> variables) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Pattern SHELL = Pattern.compile("(?s)```sh\n(.*?)```");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Makes every request, one after the other. What one of them begins has succeeded before the next.
    ///
    /// @param folder to do it in
    /// @return how many there are
    int run(Archive archive, Path folder) throws IOException {
        Path bash = Programs.assume("bash");
        Programs.assume("curl");
        StringBuilder assignments = new StringBuilder();
        variables.forEach((variable, value) -> assignments.append(variable + "=" + value + "; "));
        String base = archive.root().root().toString();
        int requests = 0;
        String page = Files.readString(Path.of("../docs/how-to").resolve(name));
        for (MatchResult block : SHELL.matcher(page).results().toList()) {
            for (String command : block.group(1).split("\n(?=curl )", -1)) {
                String line = assignments
                        + command.replace("http://127.0.0.1:8080/", base).strip() + " --fail-with-body";
                byte[] said = Programs.run(List.of(bash.toString(), "-c", line), folder, PATIENCE);
                String answer = new String(said, StandardCharsets.UTF_8);
                if (answer.startsWith("{\"id\":")) {
                    String href = MAPPER.readTree(answer).path("href").asString();
                    assertThat(new Operating(archive.dicomweb())
                                    .end(href)
                                    .path("status")
                                    .asString())
                            .as(line)
                            .isEqualTo("succeeded");
                }
                requests++;
            }
        }
        return requests;
    }
}
