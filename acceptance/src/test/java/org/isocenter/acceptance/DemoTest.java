package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// The demo fills an archive and a real FHIR server, and the numbers it shows are those of its hospital.
final class DemoTest {
    @Test
    void theDemoIsReadyByItselfAndShowsWhatBothSidesKnow() throws Exception {
        Path fhir = Path.of(System.getProperty("acceptance.fhir", "../fhir-server/target"), "fhir-server.args");
        Assumptions.assumeTrue(Files.exists(fhir), "no FHIR server: ./mvnw -pl fhir-server package builds it");
        Path server = Path.of(System.getProperty("acceptance.server", "../server/target"));
        Path out = Path.of(System.getProperty("acceptance.data", "target/server-data"))
                .resolveSibling("demo.log");
        Files.createDirectories(out.toAbsolutePath().getParent());
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        server.resolve("isocenter-server.jar") + File.pathSeparator + server.resolve("lib") + "/*",
                        "org.isocenter.server.Main",
                        "demo",
                        "--http-port",
                        "0",
                        "--fhir-port",
                        "0",
                        "--fhir-server",
                        fhir.toString(),
                        "--exit-when-ready"))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        String told = Files.readString(out);
        assertThat(process.exitValue()).as(told).isZero();
        assertThat(told)
                .contains(
                        "imaging studies of patient DEMO001: 1",
                        "reports of patient DEMO001: 1",
                        "patients who are given methotrexate and had a CT: 6",
                        "CT studies of patients who are given methotrexate: 6")
                .containsPattern("patients over 45 with an osteosarcoma in the last 2 years: [1-6]\n");
    }
}
