package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isocenter.server.FaultySettingsException.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingReaderTest {

    @TempDir
    Path folder;

    @Test
    void withoutAnySourceEverySettingHasItsDefault() throws Exception {
        Settings settings = Settings.of(read("", Map.of()));

        assertThat(settings.http().host()).isEqualTo("127.0.0.1");
        assertThat(settings.http().port()).isEqualTo(8080);
        assertThat(settings.http().publicUrl()).isNull();
        assertThat(settings.data().dir()).isEqualTo(Path.of("data"));
        assertThat(settings.database().embedded()).isTrue();
        assertThat(settings.store().instanceMaxBytes()).isEqualTo(4L << 30);
        assertThat(settings.store().onConflict()).isEqualTo(StoreSettings.OnConflict.REFUSE);
        assertThat(settings.search().limitDefault()).isEqualTo(100);
        assertThat(settings.retention().deleted()).isEqualTo(Duration.ofDays(3));
        assertThat(settings.limits().nestingMax()).isEqualTo(64);
        assertThat(settings.log().level()).isEqualTo(LogSettings.Level.INFO);
    }

    @Test
    void flagsWinOverVariablesAndVariablesOverTheFileAndTheFileOverDefaults() throws Exception {
        String yaml = "http: {port: 1001, requests-max: 11}\nhttp.idle-timeout: 11s\n";
        Map<String, String> environment = Map.of("ISOCENTER_HTTP_PORT", "1002", "ISOCENTER_HTTP_REQUESTS_MAX", "12");

        SettingValues values = read(yaml, environment, "--http-port", "1003");

        assertThat(values.get(SettingCatalogue.HTTP_PORT)).isEqualTo(1003);
        assertThat(values.findSource(SettingCatalogue.HTTP_PORT)).isEqualTo("--http-port");
        assertThat(values.get(SettingCatalogue.HTTP_REQUESTS_MAX)).isEqualTo(12);
        assertThat(values.findSource(SettingCatalogue.HTTP_REQUESTS_MAX)).isEqualTo("ISOCENTER_HTTP_REQUESTS_MAX");
        assertThat(values.get(SettingCatalogue.HTTP_IDLE_TIMEOUT)).isEqualTo(Duration.ofSeconds(11));
        assertThat(values.findSource(SettingCatalogue.HTTP_IDLE_TIMEOUT)).isEqualTo("isocenter.yaml:2");
        assertThat(values.get(SettingCatalogue.HTTP_HOST)).isEqualTo("127.0.0.1");
        assertThat(values.findSource(SettingCatalogue.HTTP_HOST)).isNull();
    }

    @Test
    void everyTypeCanBeWrittenInTheFile() throws Exception {
        Settings settings = Settings.of(read("""
                # a comment
                http:
                  public-url: https://images.example.org
                  trusted-proxies:
                    - 10.0.0.0/8
                    - ::1
                store:
                  on-conflict: replace
                  instance-max-bytes: 2 GiB
                retention.deleted: P1D
                data:
                  dir: "/srv/images"
                """, Map.of()));

        assertThat(settings.http().publicUrl()).isEqualTo(URI.create("https://images.example.org"));
        assertThat(settings.http().trustedProxies()).containsExactly("10.0.0.0/8", "::1");
        assertThat(settings.store().onConflict()).isEqualTo(StoreSettings.OnConflict.REPLACE);
        assertThat(settings.store().instanceMaxBytes()).isEqualTo(2L << 30);
        assertThat(settings.retention().deleted()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.data().dir()).isEqualTo(Path.of("/srv/images"));
    }

    @Test
    void allFaultsOfAllSourcesAreToldTogetherWithTheirPlaces() throws IOException {
        String yaml = "htpp:\n  port: 1\nhttp:\n  port: many\n  port: 3\n";
        Map<String, String> environment =
                Map.of("ISOCENTER_HTTP_PROT", "1", "ISOCENTER_LOG_LEVEL", "loud", "ISOCENTER_HTTP_HOST", "0.0.0.0");

        List<Fault> faults = faultsOf(yaml, environment, "--data-dirr", "x", "--search-limit-default", "5000");

        assertThat(faults)
                .containsExactly(
                        new Fault("isocenter.yaml:2", "htpp.port is not a setting. Did you mean http.port?"),
                        new Fault(
                                "isocenter.yaml:4",
                                "http.port: \"many\" is not a whole number. Allowed: whole number, 0 to 65535"),
                        new Fault("isocenter.yaml:5", "http.port is given already in line 4"),
                        new Fault(
                                "ISOCENTER_HTTP_PROT",
                                "ISOCENTER_HTTP_PROT is not a setting. Did you mean ISOCENTER_HTTP_PORT?"),
                        new Fault(
                                "ISOCENTER_LOG_LEVEL",
                                "log.level: \"loud\" is not one of error, warning, info, debug, trace."
                                        + " Allowed: one of error, warning, info, debug, trace"),
                        new Fault("--data-dirr", "--data-dirr is not an option. Did you mean --data-dir?"),
                        new Fault(
                                "ISOCENTER_HTTP_HOST",
                                "http.host 0.0.0.0 can be reached from other machines, and the server does not ask who is"
                                        + " calling. Set access.issuer so that it does, listen on 127.0.0.1, or set"
                                        + " http.allow-unauthenticated to true if a gate in front of the server asks"),
                        new Fault(
                                "--search-limit-default",
                                "search.limit-default (5000) is above search.limit-max (1000)"));
    }

    @Test
    void theMessageNamesEachSourceOnALineOfItsOwn() {
        FaultySettingsException failure =
                new FaultySettingsException(List.of(new Fault("a.yaml:1", "one"), new Fault("--flag", "two")));

        assertThat(failure.toString().lines())
                .containsExactly(
                        FaultySettingsException.class.getName() + ": 2 settings are wrong:",
                        "  a.yaml:1  one",
                        "  --flag    two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "::1", "localhost"})
    void loopbackAddressesNeedNoPermission(String host) throws Exception {
        assertThat(read("", Map.of(), "--http-host", host).get(SettingCatalogue.HTTP_HOST))
                .isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.2", "images.example.org"})
    void anythingElseIsListenedOnOnlyWithPermission(String host) throws Exception {
        assertThat(faultsOf("", Map.of(), "--http-host", host))
                .singleElement()
                .satisfies(fault -> assertThat(fault.problem()).contains("http.allow-unauthenticated"));
        assertThat(read("http.allow-unauthenticated: true", Map.of(), "--http-host", host)
                        .get(SettingCatalogue.HTTP_HOST))
                .isEqualTo(host);
    }

    @Test
    void aDatabaseUserWithoutADatabaseIsAContradiction() throws IOException {
        assertThat(faultsOf("database: {user: me, password: secret}", Map.of()))
                .extracting(Fault::problem)
                .allSatisfy(problem ->
                        assertThat(problem).contains("database.url is not").doesNotContain("secret"))
                .hasSize(2);
    }

    @Test
    void passwordsAreNeverPrinted() throws Exception {
        String yaml = "database: {url: 'jdbc:postgresql://db/isocenter', user: me, password: hunter2}";
        SettingValues values = read(yaml, Map.of());

        assertThat(values.get(SettingCatalogue.DATABASE_PASSWORD)).isEqualTo("hunter2");
        assertThat(values.print(SettingCatalogue.DATABASE_PASSWORD)).isEqualTo("***");
        assertThat(Settings.of(values).toString()).contains("password=***").doesNotContain("hunter2");
    }

    @Test
    void variablesThatAreNoSettingsAreLeftAlone() throws Exception {
        Map<String, String> environment = Map.of(
                "ISOCENTER_JAVA_HOME", "/opt/jdk",
                "ISOCENTER_JAVA_OPTS", "-Xmx2g",
                "ISOCENTER_PORT", "tcp://10.0.0.1:8080",
                "ISOCENTER_PORT_8080_TCP_ADDR", "10.0.0.1",
                "ISOCENTER_SERVICE_HOST", "10.0.0.1",
                "ISOCENTER_POSTGRES_SERVICE_PORT_SQL", "5432",
                "ISOCENTER_HTTP_PORT", "",
                "PATH", "/bin");

        assertThat(read("", environment).get(SettingCatalogue.HTTP_PORT)).isEqualTo(8080);
    }

    @Test
    void theFileCanBeNamedByFlagOrVariable() throws Exception {
        Files.writeString(folder.resolve("variable.yaml"), "http.port: 1");
        Files.writeString(folder.resolve("flag.yaml"), "http.port: 2");
        Map<String, String> environment = Map.of("ISOCENTER_CONFIG", "variable.yaml");

        assertThat(read(new SettingReader.Sources(folder, null, environment, List.of())))
                .isEqualTo(1);
        assertThat(read(new SettingReader.Sources(folder, Path.of("flag.yaml"), environment, List.of())))
                .isEqualTo(2);
    }

    @Test
    void aNamedFileThatIsMissingIsAFault() {
        SettingReader.Sources sources = new SettingReader.Sources(folder, Path.of("missing.yaml"), Map.of(), List.of());

        assertThat(faultsOf(sources))
                .singleElement()
                .satisfies(fault -> assertThat(fault.problem()).startsWith("cannot be read"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: &x 1\\nb: *x       | anchors and aliases are not allowed here",
                "--- {}\\n--- {}       | a second document begins here; only one is allowed",
                "- 1                   | a list cannot stand here",
                "just words            | settings are written as key: value",
                "http: {port: [[1]]}   | a list cannot stand here",
                "http: {port: [{}]}    | a group of settings cannot stand here",
                "a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}} | groups are nested deeper than 8",
                "http: {port           | is no YAML here"
            })
    void whatSettingsDoNotNeedOfYamlIsRefused(String yaml, String problem) throws IOException {
        List<Fault> faults = faultsOf(yaml.replace("\\n", "\n"), Map.of());

        assertThat(faults)
                .extracting(Fault::problem)
                .anySatisfy(told -> assertThat(told).startsWith(problem));
    }

    @Test
    void aHugeFileIsRefusedWithoutBeingParsed() throws IOException {
        assertThat(faultsOf("[".repeat(300_000), Map.of()))
                .extracting(Fault::problem)
                .containsExactly("is larger than 256 KiB");
        assertThat(faultsOf("[".repeat(200_000), Map.of())).hasSize(1);
    }

    @Test
    void variablesAndFlagsOfDifferentSettingsDiffer() {
        Set<String> names = new HashSet<>();
        for (Setting<?> setting : SettingCatalogue.all()) {
            assertThat(names.add(setting.variable())).as(setting.variable()).isTrue();
            assertThat(names.add(setting.flag())).as(setting.flag()).isTrue();
            assertThat(setting.key()).matches("[a-z]+(\\.[a-z][a-z0-9]*){1,2}(-[a-z]+)*");
        }
    }

    @Test
    void everyDefaultReadsBackAsItselfAndIsAllowed() throws Exception {
        for (Setting<?> setting : SettingCatalogue.all()) {
            assertReadsBack(setting);
        }
    }

    private static <T> void assertReadsBack(Setting<T> setting) throws Exception {
        assertThat(setting.read(setting.print(setting.byDefault())))
                .as(setting.key())
                .isEqualTo(setting.byDefault());
    }

    private SettingValues read(String yaml, Map<String, String> environment, String... flags) throws Exception {
        return SettingReader.read(sources(yaml, environment, flags));
    }

    private static int read(SettingReader.Sources sources) throws Exception {
        return SettingReader.read(sources).get(SettingCatalogue.HTTP_PORT);
    }

    private List<Fault> faultsOf(String yaml, Map<String, String> environment, String... flags) throws IOException {
        return faultsOf(sources(yaml, environment, flags));
    }

    private static List<Fault> faultsOf(SettingReader.Sources sources) {
        return catchThrowableOfType(FaultySettingsException.class, () -> SettingReader.read(sources))
                .faults();
    }

    private SettingReader.Sources sources(String yaml, Map<String, String> environment, String... flags)
            throws IOException {
        if (!yaml.isEmpty()) {
            Files.writeString(folder.resolve("isocenter.yaml"), yaml);
        }
        List<SettingReader.Flag> given = new ArrayList<>();
        for (int i = 0; i < flags.length; i += 2) {
            given.add(new SettingReader.Flag(flags[i], flags[i + 1]));
        }
        return new SettingReader.Sources(folder, null, environment, given);
    }
}
