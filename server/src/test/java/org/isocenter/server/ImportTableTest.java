package org.isocenter.server;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Who may import whom. Arrows point down only: a package that wants more than this table gives it is in the
/// wrong place, or what it wants is.
final class ImportTableTest {
    private static final String BASE = "org.isocenter.server";

    /// Compiled once.
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    /// For each package below the base, the packages below the base that it may import.
    ///
    /// One relaxation: `dicomweb`, `api`, `cast`, `fhirweb` and `research` may use the value records of
    /// `index`, `feed`, `audit`, `cohort`, `commitment`, `job`, `export`, `push` and `worklist` that the API of
    /// `archive` hands out and takes, and read the blob that it opens; never what runs statements or stores.
    private static final Map<String, Set<String>> TABLE = new TreeMap<>(Map.ofEntries(
            entry(
                    "dicomweb",
                    Set.of(
                            "http",
                            "archive",
                            "render",
                            "render.document",
                            "render.report",
                            "render.waveform",
                            "access",
                            "telemetry")),
            entry("api", Set.of("http", "archive", "access", "telemetry")),
            entry("research", Set.of("http", "fhir", "archive", "access", "telemetry")),
            entry(
                    "archive",
                    Set.of(
                            "index",
                            "feed",
                            "cohort",
                            "commitment",
                            "job",
                            "audit",
                            "worklist",
                            "push",
                            "access",
                            "blob",
                            "export",
                            "objects",
                            "render",
                            "render.document",
                            "render.report",
                            "render.waveform",
                            "db",
                            "telemetry")),
            entry("cast", Set.of("fhir", "fhir.mapping", "archive", "access", "telemetry")),
            entry("fhirweb", Set.of("http", "fhir", "fhir.mapping", "archive", "access", "telemetry")),
            entry("fhir", Set.of("telemetry")),
            entry("fhir.mapping", Set.of("fhir")),
            entry("index", Set.of("db", "telemetry")),
            entry("feed", Set.of("db", "telemetry")),
            entry("cohort", Set.of("db", "telemetry")),
            entry("commitment", Set.of("db", "telemetry")),
            entry("job", Set.of("db", "telemetry")),
            entry("audit", Set.of("db", "telemetry")),
            entry("worklist", Set.of("db", "telemetry")),
            entry("push", Set.of("db", "telemetry")),
            entry("access", Set.of("db", "telemetry")),
            entry("blob", Set.of("telemetry")),
            entry("export", Set.of("objects", "fhir", "telemetry")),
            entry("objects", Set.of("fhir", "telemetry")),
            entry("render", Set.of()),
            entry("render.document", Set.of("render")),
            entry("render.report", Set.of("render", "render.document")),
            entry("render.waveform", Set.of("render", "render.document")),
            entry("db", Set.of("telemetry")),
            entry("http", Set.of("telemetry")),
            entry("telemetry", Set.of())));

    private static final String[] HANDED_OUT = {
        "audit.Act",
        "audit.AuditRecord",
        "audit.AuditRecord$Phase",
        "audit.AuditRows$Filter",
        "audit.Event",
        "audit.Link",
        "index.Attributes",
        "index.Entry$Identity",
        "index.IndexSearcher$Page",
        "index.Level",
        "index.Located",
        "index.Match",
        "index.Matching",
        "index.MatchingKey",
        "index.Search",
        "index.State",
        "index.PartitionRows$Partition",
        "index.PartitionRows$Settings",
        "index.PartitionRows$Usage",
        "index.HoldRows$Hold",
        "index.IndexRemover$Prospect",
        "index.QueryTag",
        "index.StoredBytes",
        "index.TagError",
        "index.TagTerm",
        "index.TagTerms",
        "index.Term",
        "index.Versions$Cause",
        "index.Versions$Deletion",
        "index.Versions$Event",
        "feed.Feed$Action",
        "feed.Feed$Change",
        "feed.Feed$Entry",
        "feed.Feed$Filter",
        "feed.Feed$Window",
        "feed.Followers$Failure",
        "feed.Followers$Request",
        "feed.Followers$Standing",
        "cohort.Cohort",
        "cohort.Snapshot",
        "commitment.Reference",
        "commitment.Verdict",
        "job.Operation",
        "push.Event",
        "push.EventFilter",
        "push.Notice",
        "objects.AzureContainer",
        "export.Destination",
        "push.Webhook",
        "worklist.EventReport",
        "worklist.Fault",
        "worklist.MalformedFilterException",
        "worklist.Subscriptions$Waiting",
        "worklist.Verdict",
        "worklist.Workitem",
        "worklist.WorkitemFilter",
        "worklist.WorkitemRows$Page",
        "worklist.WorkitemState",
        "blob.BlobReader",
        "blob.BlobSink"
    };

    @Test
    @DisplayName("every package has its row in the table")
    void everyPackageHasARow() {
        Set<String> packages = new TreeSet<>();
        for (JavaClass one : CLASSES) {
            String name = one.getPackageName();
            if (!name.equals(BASE)) {
                packages.add(name.substring(BASE.length() + 1));
            }
        }
        assertThat(packages).isEqualTo(TABLE.keySet());
    }

    @Test
    @DisplayName("packages import what the table gives them and nothing else")
    void packagesKeepToTheTable() {
        TABLE.forEach((name, allowed) -> {
            String[] others = TABLE.keySet().stream()
                    .filter(other -> !other.equals(name) && !allowed.contains(other))
                    .map(other -> BASE + "." + other)
                    .toArray(String[]::new);
            DescribedPredicate<JavaClass> forbidden =
                    resideInAnyPackage(others).or(resideInAnyPackage(BASE)).and(notHandedOut(name));
            noClasses()
                    .that()
                    .resideInAPackage(BASE + "." + name)
                    .should()
                    .dependOnClassesThat(forbidden)
                    .check(CLASSES);
        });
    }

    private static DescribedPredicate<JavaClass> notHandedOut(String name) {
        if (!Set.of("dicomweb", "api", "cast", "fhirweb", "research").contains(name)) {
            return alwaysTrue();
        }
        Set<String> names =
                Set.of(Arrays.stream(HANDED_OUT).map(one -> BASE + "." + one).toArray(String[]::new));
        return DescribedPredicate.describe(
                "are not handed out by archive",
                one -> names.stream()
                        .noneMatch(handed ->
                                one.getName().equals(handed) || one.getName().startsWith(handed + "$")));
    }

    @Test
    @DisplayName("only db knows JDBC, its pool, its driver and its migrations")
    void onlyDbKnowsJdbc() {
        onlyIn("db", "java.sql..", "javax.sql..", "com.zaxxer..", "org.flywaydb..", "org.postgresql..");
    }

    @Test
    @DisplayName("only http knows Jetty")
    void onlyHttpKnowsJetty() {
        onlyIn("http", "org.eclipse.jetty..");
    }

    @Test
    @DisplayName("only research knows Parquet")
    void onlyResearchKnowsParquet() {
        onlyIn("research", "org.apache.parquet..", "shaded.parquet..");
    }

    /// The commands read the files of the operator; below the base package files are the store's, the
    /// embedded database's, those that exports write, and nobody else's.
    @Test
    @DisplayName("only blob, db for its embedded cluster, and export know files")
    void onlyBlobKnowsFiles() {
        noClasses()
                .that(resideInAnyPackage(BASE + "..")
                        .and(resideOutsideOfPackages(BASE, BASE + ".blob", BASE + ".db", BASE + ".export")))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.nio.file..")
                        .or(DescribedPredicate.describe(
                                "open files",
                                one -> Set.of(
                                                "java.io.File",
                                                "java.io.FileInputStream",
                                                "java.io.FileOutputStream",
                                                "java.io.RandomAccessFile",
                                                "java.nio.channels.FileChannel")
                                        .contains(one.getName()))))
                .check(CLASSES);
    }

    @Test
    @DisplayName("S5 a blob key is made by blob and read back by archive, and by nobody else")
    void onlyArchiveReadsBlobKeys() {
        classes()
                .that()
                .haveFullyQualifiedName(BASE + ".blob.BlobKey")
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage(BASE + ".blob", BASE + ".archive")
                .check(CLASSES);
    }

    private static void onlyIn(String owner, String... libraries) {
        noClasses()
                .that(resideInAnyPackage(BASE + "..").and(resideOutsideOfPackages(BASE + "." + owner)))
                .should()
                .dependOnClassesThat(resideInAnyPackage(libraries))
                .check(CLASSES);
    }
}
