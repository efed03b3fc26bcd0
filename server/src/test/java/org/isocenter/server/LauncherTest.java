package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The launcher in a checkout made of scripts: JDKs that tell their arguments, and a Maven that makes a jar.
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

    private record Run(int status, String out, String err) {}

    @TempDir
    Path folder;

    private Path checkout;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = Files.createDirectories(folder.resolve("check out"));
        Files.createDirectories(folder.resolve("system"));
        String script = Files.readString(Path.of("../isocenter"))
                .replace("/usr/lib/jvm/*", "\"" + folder + "/system\"/*")
                .replace("/opt/java* /opt/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home", "");
        writeScript(checkout.resolve("isocenter"), script);
        Files.createDirectories(checkout.resolve("server/src/main"));
        Files.writeString(checkout.resolve("pom.xml"), "");
        writeScript(checkout.resolve("mvnw"), """
                #!/bin/sh
                [ "$1" = --version ] && exit 0
                echo "mvnw $* on $JAVA_HOME" >>calls
                echo "mvnw $*"
                [ -e broken ] && { echo "no such symbol"; exit 1; }
                mkdir -p server/target/lib && : >server/target/isocenter-server.jar
                """);
        environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        environment.put("HOME", folder.resolve("home").toString());
        writeScript(folder.resolve("bin/java"), "#!/bin/sh\nexit 1\n");
    }

    @Test
    void withoutAJdkItSaysWhatToInstall() throws Exception {
        jdk("system/old", 17);

        Run run = run("serve");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains(
                        "needs a JDK 25 or later and found none",
                        "Java 17 in " + folder.resolve("system/old"),
                        "sudo apt install openjdk-25-jdk-headless",
                        "brew install openjdk@25",
                        "sdk install java");
        assertThat(checkout.resolve("calls")).doesNotExist();
    }

    @Test
    void theNamedJdkComesFirstThenJavaHomeThenPathThenTheSystem() throws Exception {
        Path system = jdk("system/j26", 26);
        assertThat(run("--version").out()).contains("java " + system);

        Path onPath = jdk("elsewhere/j25", 25);
        Files.delete(folder.resolve("bin/java"));
        Files.createSymbolicLink(folder.resolve("bin/java"), onPath.resolve("bin/java"));
        assertThat(run("--version").out()).contains("java " + onPath);

        Path home = jdk("home-jdk", 25);
        environment.put("JAVA_HOME", home.toString());
        assertThat(run("--version").out()).contains("java " + home);

        Path named = jdk("named", 25);
        environment.put("ISOCENTER_JAVA_HOME", named.toString());
        assertThat(run("--version").out()).contains("java " + named);
    }

    @Test
    void aNamedJdkThatIsTooOldIsNotReplacedInSilence() throws Exception {
        jdk("system/j25", 25);
        environment.put("ISOCENTER_JAVA_HOME", jdk("named", 21).toString());

        Run run = run("serve");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("ISOCENTER_JAVA_HOME is " + folder.resolve("named"));
    }

    @Test
    void aRuntimeWithoutCompilerIsPassedOverAndAJdkWithoutReleaseFileIsAsked() throws Exception {
        Path runtime = jdk("system/a-jre", 25);
        Files.delete(runtime.resolve("bin/javac"));
        Path silent = jdk("system/b-jdk", 25);
        Files.delete(silent.resolve("release"));

        assertThat(run("--version").out()).contains("java " + silent);
    }

    @Test
    void itBuildsOnceAndAgainOnlyWhenASourceIsNewer() throws Exception {
        Path jdk = jdk("system/j25", 25);

        Run first = run("settings");
        assertThat(first.status()).isZero();
        assertThat(first.err()).contains("building Isocenter");
        assertThat(first.out()).doesNotContain("mvnw");
        assertThat(calls()).hasSize(1).first().asString().contains("-pl server -am package", "on " + jdk);

        Run second = run("settings");
        assertThat(second.err()).doesNotContain("building");
        assertThat(calls()).hasSize(1);

        Path source = checkout.resolve("server/src/main/New.java");
        Files.writeString(source, "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(run("settings").err()).contains("building");
        assertThat(calls()).hasSize(2);
    }

    @Test
    void aJarIsWarmedUpOnceForEachJdkAndTheCacheIsUsedThen() throws Exception {
        jdk("system/j25", 25);
        run("settings");

        Run cached = run("settings");
        assertThat(cached.out()).contains("[-XX:AOTCache=" + checkout.toRealPath() + "/server/target/isocenter.aot]");
        assertThat(warmUps()).isEqualTo(1);

        environment.put("ISOCENTER_JAVA_HOME", jdk("named", 26).toString());
        run("settings");
        assertThat(warmUps()).isEqualTo(2);
    }

    @Test
    void aWarmUpThatFailsIsNotTriedAgainAndHindersNothing() throws Exception {
        jdk("system/j25", 25);
        Files.createFile(checkout.resolve("cold"));

        assertThat(run("settings").out()).contains("[settings]").doesNotContain("AOTCache");
        assertThat(run("settings").status()).isZero();
        assertThat(warmUps()).isEqualTo(1);
    }

    @Test
    void aFailedBuildShowsWhatMavenSaidAndWhereItIsKept() throws Exception {
        jdk("system/j25", 25);
        Files.createFile(checkout.resolve("broken"));

        Run run = run("serve");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("no such symbol", "server/target/isocenter-build.log");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aWrapperThatCannotLoadMavenGivesWayToTheSystemsMaven() throws Exception {
        jdk("system/j25", 25);
        writeScript(checkout.resolve("mvnw"), "#!/bin/sh\nexit 1\n");
        writeScript(folder.resolve("bin/mvn"), "#!/bin/sh\necho \"system mvn $*\"\n");

        Run run = run("test", "-Dtest=One Two");

        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualToIgnoringNewLines("system mvn verify -Dtest=One Two");
    }

    @Test
    void testRunsTheWholeBuildWithItsArguments() throws Exception {
        jdk("system/j25", 25);

        assertThat(run("test", "-pl", "dicom").out()).isEqualToIgnoringNewLines("mvnw verify -pl dicom");
    }

    @Test
    void benchSaysWhenThereIsNone() throws Exception {
        jdk("system/j25", 25);

        Run run = run("bench");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("no bench module");
    }

    @Test
    void demoBuildsTheFhirServerOnceAndTellsWhereItIs() throws Exception {
        jdk("system/j25", 25);
        assertThat(run("demo").err()).contains("no fhir-server module");

        Files.createDirectories(checkout.resolve("fhir-server/src/main"));
        Files.createDirectories(checkout.resolve("fhir-server/target"));
        Files.writeString(checkout.resolve("fhir-server/pom.xml"), "");
        Run run = run("demo", "--http-port", "0");
        assertThat(run.out())
                .contains("[demo] [--fhir-server] [" + checkout.toRealPath()
                        + "/fhir-server/target/fhir-server.args] [--http-port] [0]");
        assertThat(run("demo").err()).doesNotContain("building the FHIR server");
        assertThat(calls())
                .filteredOn(call -> call.contains("-pl fhir-server package"))
                .hasSize(1);
    }

    @Test
    void argumentsAndOptionsReachJavaWhole() throws Exception {
        jdk("system/j25", 25);
        environment.put("ISOCENTER_JAVA_OPTS", "-Xmx3g -Dx=y");

        Run run = run("store", "my scans", "--url", "http://h/a?b=*");

        assertThat(run.out())
                .contains(
                        "[-Xmx1g]",
                        "[-Xmx3g] [-Dx=y] [-XX:AOTCache=",
                        " [-cp] [" + checkout.toRealPath()
                                + "/server/target/isocenter-server.jar] [org.isocenter.server.Main] [store] [my scans]"
                                + " [--url] [http://h/a?b=*]");
    }

    @Test
    void itWorksThroughLinksAndFromAnyFolder() throws Exception {
        jdk("system/j25", 25);
        Path link = folder.resolve("bin/isocenter");
        Files.createSymbolicLink(folder.resolve("bin/step"), checkout.resolve("isocenter"));
        Files.createSymbolicLink(link, Path.of("step"));

        Run run = run(link, "settings");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains(checkout.toRealPath() + "/server/target/isocenter-server.jar", "[settings]");
        assertThat(run.out()).contains("in " + folder.toRealPath());
    }

    private Path jdk(String name, int version) throws IOException {
        Path home = folder.resolve(name);
        writeScript(home.resolve("bin/java"), """
                #!/bin/sh
                [ "$1" = -version ] && { echo 'openjdk version "%d.0.1"' >&2; exit 0; }
                for argument in "$@"; do
                  case $argument in -XX:AOTCacheOutput=*)
                    echo warm >>"%s/warm-ups"
                    : >"${argument#*=}"
                    [ -e "%s/cold" ] && exit 1
                    exit 0 ;;
                  esac
                done
                printf 'java %%s in %%s\\n' "%s" "$PWD"
                for argument in "$@"; do printf '[%%s] ' "$argument"; done
                """.formatted(version, checkout, checkout, home));
        writeScript(home.resolve("bin/javac"), "#!/bin/sh\n");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"%d.0.1\"\n".formatted(version));
        return home;
    }

    private int warmUps() throws IOException {
        return Files.readAllLines(checkout.resolve("warm-ups")).size();
    }

    private List<String> calls() throws IOException {
        try (Stream<String> lines = Files.lines(checkout.resolve("calls"))) {
            return lines.toList();
        }
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        return run(checkout.resolve("isocenter"), arguments);
    }

    private Run run(Path script, String... arguments) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(script.toString()), Stream.of(arguments))
                        .toList())
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private static void writeScript(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
