package org.isocenter.server;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.isocenter.server.access.Roles;
import org.isocenter.server.archive.ImportSource;
import org.isocenter.server.archive.KeepRule;
import org.isocenter.server.archive.WorkRule;
import org.isocenter.server.blob.StorageClass;
import org.isocenter.server.cast.CastOptions;
import org.isocenter.server.export.Destination;
import org.isocenter.server.fhir.mapping.MappingOptions;
import org.isocenter.server.push.AllowedHosts;
import org.jspecify.annotations.Nullable;

/// Every setting there is, in the order of the reference page. Parsing, the command line, `isocenter
/// settings`, the reference page and the search for misspelt keys all read this one table; to add a setting
/// is to add a row here and a component to the record of its concern.
final class SettingCatalogue {

    /// Two or more settings that are right one by one and wrong together.
    ///
    /// @param settings the ones looked at; the first given one is named as the source of the fault
    /// @param fault says what is wrong, or returns null
    record Rule(List<Setting<?>> settings, Function<SettingValues, @Nullable String> fault) {}

    private static final List<Setting<?>> ALL = new ArrayList<>();

    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long TIB = 1L << 40;

    static final Setting<String> HTTP_HOST = text(
            "http.host",
            "127.0.0.1",
            "Address to listen on. Anything but a loopback address needs `access.issuer` or"
                    + " `http.allow-unauthenticated`.",
            "not empty",
            text -> !text.isEmpty());
    static final Setting<Integer> HTTP_PORT =
            number("http.port", 8080, 0, 65_535, "Port to listen on; 0 takes any free one.");
    static final Setting<URI> HTTP_PUBLIC_URL = add(
            "http.public-url",
            SettingType.WEB_ADDRESS,
            URI.create(""),
            "Where clients reach the server, for the URLs in its answers. Empty: taken from each request.",
            "or empty",
            uri -> true);
    static final Setting<List<String>> HTTP_TRUSTED_PROXIES = add(
            "http.trusted-proxies",
            SettingType.TEXTS,
            List.of(),
            "Addresses or networks (`10.0.0.0/8`) of the proxies whose Forwarded headers are believed.",
            "IP addresses or networks",
            networks -> networks.stream().allMatch(SettingCatalogue::isNetwork));
    static final Setting<Boolean> HTTP_ALLOW_UNAUTHENTICATED = add(
            "http.allow-unauthenticated",
            SettingType.BOOLEAN,
            false,
            "Permits listening beyond loopback without `access.issuer`: whoever reaches the port reads and deletes"
                    + " everything. Only behind a gate that asks who is calling.",
            "",
            value -> true);
    static final Setting<Long> HTTP_REQUEST_MAX_BYTES =
            bytes("http.request-max-bytes", 64 * GIB, KIB, 16 * TIB, "Largest request body; bodies are streamed.");
    static final Setting<Integer> HTTP_REQUESTS_MAX = number(
            "http.requests-max", 256, 1, 100_000, "Requests worked on at the same time; more are answered with 503.");
    static final Setting<Duration> HTTP_IDLE_TIMEOUT = duration(
            "http.idle-timeout",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "A connection on which nothing moves for so long is closed.");

    static final Setting<URI> ACCESS_ISSUER = add(
            "access.issuer",
            SettingType.WEB_ADDRESS,
            URI.create(""),
            "Who issues the tokens (OAuth 2.0, OpenID Connect) without which nothing is answered, such as"
                    + " `https://login.example.org/realms/hospital`. Empty: the server does not ask who is calling.",
            "https, or http on loopback, or empty",
            SettingCatalogue::isIssuer);
    static final Setting<List<String>> ACCESS_AUDIENCES = add(
            "access.audiences",
            SettingType.TEXTS,
            List.of(),
            "By which names tokens are meant for this server (`aud`); one of them has to be in a token.",
            "not empty with access.issuer",
            list -> true);
    static final Setting<URI> ACCESS_KEYS_URL = add(
            "access.keys-url",
            SettingType.WEB_ADDRESS,
            URI.create(""),
            "Where the keys of the issuer are (a JSON Web Key Set). Empty: its discovery document tells.",
            "https, or http on loopback, or empty",
            SettingCatalogue::isIssuer);
    static final Setting<String> ACCESS_ROLES_CLAIM = text(
            "access.roles-claim",
            "roles",
            "Where tokens name roles, beside the scopes in `scope` and `scp`.",
            "not empty",
            text -> !text.isEmpty());
    static final Setting<List<String>> ACCESS_ROLES = add(
            "access.roles",
            SettingType.TEXTS,
            List.of("globalReader=read", "globalAdmin=*"),
            "What roles and scopes permit, everywhere or in data partitions, such as"
                    + " `viewer=search+retrieve, modality=store@ward-7+ward-8`. See"
                    + " [access](../how-to/access.md).",
            "NAME=ACTION+ACTION@PARTITION+PARTITION",
            list -> Roles.find(list) != null);
    static final Setting<Path> ACCESS_TRUST_STORE = add(
            "access.trust-store",
            SettingType.PATH,
            Path.of(""),
            "File with the certificates (PEM) that the issuer is believed by. Empty: those of Java.",
            "or empty",
            path -> true);

    static final Setting<AuditSettings.Recording> AUDIT_RECORDING = add(
            "audit.recording",
            SettingType.choice(AuditSettings.Recording.class),
            AuditSettings.Recording.WITH_ACCESS,
            "When the audit trail is written: with `access.issuer`, so that it can say who did what, always, or never.",
            "",
            value -> true);
    static final Setting<Duration> AUDIT_KEPT = duration(
            "audit.kept",
            Duration.ofDays(2_192),
            Duration.ofDays(1),
            Duration.ofDays(36_500),
            "How long the records of the audit trail are kept.");

    static final Setting<Path> DATA_DIR = add(
            "data.dir",
            SettingType.PATH,
            Path.of("data"),
            "Folder of the stored instances and of the embedded database. Relative to the current folder.",
            "not empty",
            path -> !path.toString().isEmpty());

    static final Setting<List<String>> STORAGE_CLASSES = add(
            "storage.classes",
            SettingType.TEXTS,
            List.of(),
            "Where instances are kept beside `data.dir`, such as `cheap=/mnt/disks, old=/mnt/nfs`: storage classes that data"
                    + " partitions can have. The folders have to be there, mounted, when a class is first used. A name stays"
                    + " with its folder as long as anything is stored in it.",
            "NAME=PATH, each name once: 1 to 32 of `a-z`, `0-9` and `-`, not `standard`",
            list -> StorageClass.find(list) != null);

    static final Setting<String> DATABASE_URL = text(
            "database.url",
            "",
            "JDBC address of a PostgreSQL, `jdbc:postgresql://host/name`. Empty: an embedded one below `data.dir`.",
            "starts with jdbc:postgresql:, or empty",
            text -> text.isEmpty() || text.startsWith("jdbc:postgresql:"));
    static final Setting<String> DATABASE_USER =
            text("database.user", "", "User at the PostgreSQL of `database.url`.", "", text -> true);
    static final Setting<String> DATABASE_PASSWORD = secret(
            "database.password",
            "Password at the PostgreSQL of `database.url`. Better given by the environment than by a flag, which"
                    + " other users of the machine can see.");
    static final Setting<Integer> DATABASE_CONNECTIONS =
            number("database.connections", 16, 2, 1_000, "Connections kept to the database.");

    static final Setting<Long> STORE_INSTANCE_MAX_BYTES =
            bytes("store.instance-max-bytes", 4 * GIB, KIB, TIB, "Largest instance stored; larger ones are refused.");
    static final Setting<Integer> STORE_PARTS_MAX =
            number("store.parts-max", 100_000, 1, 10_000_000, "Most instances in one store request.");
    static final Setting<StoreSettings.OnConflict> STORE_ON_CONFLICT = add(
            "store.on-conflict",
            SettingType.choice(StoreSettings.OnConflict.class),
            StoreSettings.OnConflict.REFUSE,
            "What happens to an instance whose UID is already stored with other content.",
            "",
            value -> true);
    static final Setting<Long> STORE_PACK_THRESHOLD_BYTES = bytes(
            "store.pack-threshold-bytes",
            128 * KIB,
            4 * KIB,
            4 * MIB,
            "Instances up to this size share files, which saves a sync for each.");
    static final Setting<StoreSettings.Recoding> STORE_RECODE = add(
            "store.recode",
            SettingType.choice(StoreSettings.Recoding.class),
            StoreSettings.Recoding.OFF,
            "Whether images are put into HTJ2K Lossless RPCL soon after they are stored: kept beside what was received,"
                    + " or, of native pixels, in its place, from which the received bytes can be had as before.",
            "",
            value -> true);

    static final Setting<Integer> SEARCH_LIMIT_DEFAULT =
            number("search.limit-default", 100, 1, 100_000, "Results of a search that names no limit.");
    static final Setting<Integer> SEARCH_LIMIT_MAX =
            number("search.limit-max", 1_000, 1, 100_000, "Most results of one search.");
    static final Setting<Integer> SEARCH_OFFSET_MAX = number(
            "search.offset-max", 1_000_000, 0, Integer.MAX_VALUE, "Most results a search may skip when it is paged.");

    static final Setting<Integer> SEARCH_QUERY_TAGS_MAX = number(
            "search.query-tags-max",
            128,
            0,
            1_024,
            "Most attributes that can be added to those that can be searched by in a data partition.");

    static final Setting<Duration> RETENTION_DELETED = duration(
            "retention.deleted",
            Duration.ofDays(3),
            Duration.ZERO,
            Duration.ofDays(3_650),
            "How long deleted instances are kept, and can be restored, before the sweep removes them.");
    static final Setting<Duration> RETENTION_VERSIONS = duration(
            "retention.versions",
            Duration.ofDays(36_500),
            Duration.ZERO,
            Duration.ofDays(36_500),
            "How long former versions of instances are kept that an update or another store has replaced.");
    static final Setting<Duration> RETENTION_ORPHAN_GRACE = duration(
            "retention.orphan-grace",
            Duration.ofHours(1),
            Duration.ofMinutes(1),
            Duration.ofDays(365),
            "How long stored bytes without an index entry are kept, so that no store still under way loses its own.");
    static final Setting<Duration> RETENTION_SWEEP_INTERVAL = duration(
            "retention.sweep-interval",
            Duration.ofMinutes(10),
            Duration.ofSeconds(1),
            Duration.ofDays(30),
            "Pause between two sweeps.");
    static final Setting<List<String>> RETENTION_RULES = add(
            "retention.rules",
            SettingType.TEXTS,
            List.of(),
            "Which studies are deleted by themselves: the name of the rule, text that the study has to have, and how old it has"
                    + " to be by its Study Date (`StudyAge`) or since it was stored to or changed (`UnchangedFor`), such as"
                    + " `old checks: Modality=CR & StudyDescription=*check* & StudyAge=3650d`. `*` and `?` stand for"
                    + " characters; `Partition=NAME` leaves other data partitions alone. Studies that are held stay.",
            "NAME: KEY=TEXT & KEY=TEXT & StudyAge=DAYSd",
            list -> list.stream().allMatch(one -> KeepRule.find(one) != null));
    static final Setting<Duration> RETENTION_RULES_INTERVAL = duration(
            "retention.rules-interval",
            Duration.ofHours(1),
            Duration.ofSeconds(1),
            Duration.ofDays(30),
            "Pause between two looks for studies that `retention.rules` mean.");

    static final Setting<Integer> OPERATIONS_PARALLEL = number(
            "operations.parallel",
            2,
            0,
            64,
            "Operations that this server works on at a time; with 0 it leaves them to others.");
    static final Setting<Integer> OPERATIONS_REST_PERCENT = number(
            "operations.rest-percent",
            25,
            0,
            10_000,
            "How long an operation rests after each of its steps, in percent of the time that the step took, so that the"
                    + " database has time for requests.");
    static final Setting<Duration> OPERATIONS_KEPT = duration(
            "operations.kept",
            Duration.ofDays(30),
            Duration.ofMinutes(1),
            Duration.ofDays(3_650),
            "How long an operation can be looked at after it ended.");

    static final Setting<List<String>> IMPORT_SOURCES = add(
            "import.sources",
            SettingType.TEXTS,
            List.of(),
            "Where files may be imported from, and nowhere else: folders of this machine, buckets and containers, such as"
                    + " `old-archive=folder:/mnt/archive, cloud=s3://bucket/folder,"
                    + " azure=azureBlob:https://account.blob.core.windows.net/container`. A name stays with its folder, since"
                    + " files that are imported in place are found by it.",
            "NAME=KIND:ADDRESS, each name once",
            list -> ImportSource.find(list) != null);
    static final BucketKeys IMPORT_BUCKETS =
            BucketKeys.add("import", IMPORT_SOURCES, "imported from", "list and read the blobs of");

    static final Setting<List<String>> WORKLIST_RULES = add(
            "worklist.rules",
            SettingType.TEXTS,
            List.of(),
            "What work new studies make: the label and the station of a workitem, and text that the study has to have, such"
                    + " as `Chest CT nodules @ NODULES: Modality=CT & BodyPartExamined=CHEST`. `*` and `?` stand for"
                    + " characters.",
            "LABEL @ STATION: KEY=TEXT & KEY=TEXT",
            list -> list.stream().allMatch(one -> WorkRule.find(one) != null));
    static final Setting<Duration> WORKLIST_QUIET = duration(
            "worklist.quiet",
            Duration.ofMinutes(1),
            Duration.ZERO,
            Duration.ofDays(1),
            "A study makes work when nothing has happened to it for so long.");

    static final Setting<Duration> PUSH_STABLE_AFTER = duration(
            "push.stable-after",
            Duration.ofMinutes(1),
            Duration.ofSeconds(1),
            Duration.ofDays(7),
            "A study has come to rest, which is an event, when nothing has happened to it for so long.");
    static final Setting<Integer> PUSH_STREAMS_MAX = number(
            "push.streams-max",
            100,
            0,
            10_000,
            "Streams of events at a time, each of which is a request under way; never more than half of"
                    + " `http.requests-max`.");
    static final Setting<List<String>> EXPORT_DESTINATIONS = add(
            "export.destinations",
            SettingType.TEXTS,
            List.of(),
            "Where instances may be exported to, and nowhere else: folders that are there, DICOMweb servers, buckets and"
                    + " containers, such as `nas=folder:/mnt/export, partner=dicomweb:https://images.example.org/dicom-web,"
                    + " cloud=s3://bucket/folder, azure=azureBlob:https://account.blob.core.windows.net/container`.",
            "NAME=KIND:ADDRESS, each name once",
            SettingCatalogue::areDestinations);
    static final AccessKeys EXPORT_DICOM_ACCESS = AccessKeys.add(
            "export.dicom",
            "the DICOMweb servers that are exported to",
            "https://dicom.healthcareapis.azure.com/.default",
            "https://dicom.healthcareapis.azure.com");
    static final BucketKeys EXPORT_BUCKETS =
            BucketKeys.add("export", EXPORT_DESTINATIONS, "exported to", "create and write blobs in");

    static final Setting<List<String>> PUSH_ALLOWED_HOSTS = add(
            "push.allowed-hosts",
            SettingType.TEXTS,
            List.of(),
            "Hosts to which webhooks may lead: `hooks.example.org`, `10.1.2.3:8443`, `*.example.org`, or `*`. Addresses of this"
                    + " machine and of private networks are called only where the host is named in full.",
            "names, or addresses, with a port if it is not that of the scheme",
            list -> list.stream().allMatch(AllowedHosts::isHost));
    static final Setting<Duration> PUSH_TIMEOUT = duration(
            "push.timeout",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(5),
            "How long the receiver of a webhook may take for one request.");
    static final Setting<Duration> PUSH_RETRY_FOR = duration(
            "push.retry-for",
            Duration.ofDays(1),
            Duration.ZERO,
            Duration.ofDays(365),
            "An event that a webhook does not take is sent again for so long, then it is a dead letter.");
    static final Setting<Path> PUSH_TRUST_STORE = add(
            "push.trust-store",
            SettingType.PATH,
            Path.of(""),
            "File with the certificates (PEM) that receivers of webhooks are believed by. Empty: those of Java.",
            "or empty",
            path -> true);

    static final Setting<Long> CACHE_METADATA_BYTES =
            bytes("cache.metadata-bytes", 64 * MIB, 0, TIB, "Memory for metadata of recently read instances.");
    static final Setting<Long> CACHE_THUMBNAIL_BYTES =
            bytes("cache.thumbnail-bytes", 32 * MIB, 0, TIB, "Memory for thumbnails that were asked for recently.");

    static final Setting<URI> CAST_FHIR_URL = add(
            "cast.fhir.url",
            SettingType.WEB_ADDRESS,
            URI.create(""),
            "FHIR server (R4 or R5) that is kept up to date about every study, such as `https://fhir.example.org/r4`."
                    + " Empty: none.",
            "or empty",
            uri -> true);
    static final AccessKeys CAST_FHIR_ACCESS = AccessKeys.add(
            "cast.fhir", "the FHIR server", "system/*.cruds", "https://name.fhir.azurehealthcareapis.com");
    static final Setting<Duration> CAST_FHIR_TIMEOUT = duration(
            "cast.fhir.timeout",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofMinutes(30),
            "How long the FHIR server may take for one request.");
    static final AccessKeys CAST_DICOM_ACCESS = AccessKeys.add(
            "cast.dicom",
            "the archives that `isocenter cast` reads",
            "https://dicom.healthcareapis.azure.com/.default",
            "https://dicom.healthcareapis.azure.com");
    static final Setting<CastOptions.Patients> CAST_PATIENTS = add(
            "cast.patients",
            SettingType.choice(CastOptions.Patients.class),
            CastOptions.Patients.CREATE,
            "What is done about Patient: created where none has the identifier, only linked to, or never looked at. One"
                    + " that is there is never changed.",
            "",
            value -> true);
    static final Setting<String> CAST_PATIENT_SYSTEM = text(
            "cast.patient-system",
            "",
            "System (a URI) of patient identifiers whose issuer is not known. Empty: studies of such patients are not"
                    + " cast, and stand among the failures.",
            "a URI, or empty",
            SettingCatalogue::isUri);
    static final Setting<String> CAST_ACCESSION_SYSTEM = text(
            "cast.accession-system",
            "",
            "System (a URI) of accession numbers whose issuer is not known. Without one no order is looked for.",
            "a URI, or empty",
            SettingCatalogue::isUri);
    static final Setting<List<String>> CAST_ISSUERS = add(
            "cast.issuers",
            SettingType.TEXTS,
            List.of(),
            "Systems of the issuers that instances name: `HOSPITAL=urn:oid:1.2.3`.",
            "NAME=URI",
            list -> list.stream().allMatch(one -> one.indexOf('=') > 0 && isUri(one.substring(one.indexOf('=') + 1))));
    static final Setting<List<String>> CAST_TIME_ZONES = add(
            "cast.time-zones",
            SettingType.TEXTS,
            List.of(),
            "Time zones of instances that do not tell theirs: `Europe/Berlin` for all, `Institution=America/New_York` by"
                    + " Institution Name. Without one, dates are cast without times.",
            "ZONE or INSTITUTION=ZONE",
            list -> list.stream().allMatch(SettingCatalogue::isZone));
    static final Setting<MappingOptions.Detail> CAST_DETAIL = add(
            "cast.detail",
            SettingType.choice(MappingOptions.Detail.class),
            MappingOptions.Detail.INSTANCE,
            "How far down ImagingStudy goes.",
            "",
            value -> true);
    static final Setting<Integer> CAST_INSTANCES_MAX = number(
            "cast.instances-max", 5_000, 0, 1_000_000, "A study with more instances is cast without a list of them.");
    static final Setting<Boolean> CAST_CREATE_ORDERS = add(
            "cast.create-orders",
            SettingType.BOOLEAN,
            false,
            "Whether an accession number that no ServiceRequest has gets one.",
            "",
            value -> true);
    static final Setting<Boolean> CAST_STUDY_ENDPOINTS = add(
            "cast.study-endpoints",
            SettingType.BOOLEAN,
            false,
            "Whether each study has an Endpoint of its own, as IHE RAD IMR wants it.",
            "",
            value -> true);
    static final Setting<Boolean> CAST_PROVENANCE = add(
            "cast.provenance",
            SettingType.BOOLEAN,
            false,
            "Whether each study has a Provenance that tells who wrote its resources, from what, and when.",
            "",
            value -> true);
    static final Setting<CastOptions.Identity> CAST_IDENTITY = add(
            "cast.identity",
            SettingType.choice(CastOptions.Identity.class),
            CastOptions.Identity.AUTO,
            "How resources are told apart: by ids made of UIDs, by identifiers, or as the FHIR server allows.",
            "",
            value -> true);
    static final Setting<Duration> CAST_QUIET = duration(
            "cast.quiet",
            Duration.ofSeconds(5),
            Duration.ZERO,
            Duration.ofHours(1),
            "A study is cast when nothing has happened to it for so long.");
    static final Setting<Duration> CAST_DELAY_MAX = duration(
            "cast.delay-max",
            Duration.ofMinutes(1),
            Duration.ZERO,
            Duration.ofDays(1),
            "A study to which things keep happening is cast after so long at the latest.");
    static final Setting<Integer> CAST_PARALLEL =
            number("cast.parallel", 4, 1, 64, "Studies that are cast at the same time.");

    static final Setting<Integer> LIMITS_NESTING_MAX =
            number("limits.nesting-max", 64, 1, 1_000, "Deepest nesting of sequences in a data set.");
    static final Setting<Integer> LIMITS_ELEMENTS_MAX =
            number("limits.elements-max", 1_000_000, 1_000, 100_000_000, "Most elements in a data set.");
    static final Setting<Integer> LIMITS_ITEMS_MAX =
            number("limits.items-max", 100_000, 100, 100_000_000, "Most items in a sequence.");
    static final Setting<Long> LIMITS_VALUE_MEMORY_MAX_BYTES = bytes(
            "limits.value-memory-max-bytes",
            64 * KIB,
            KIB,
            64 * MIB,
            "Longest value held in memory; longer ones are served as bulk data.");
    static final Setting<Integer> LIMITS_INFLATE_RATIO_MAX = number(
            "limits.inflate-ratio-max",
            200,
            10,
            2_000,
            "Most inflated bytes per deflated byte, once past `limits.inflate-free-bytes`.");
    static final Setting<Long> LIMITS_INFLATE_FREE_BYTES =
            bytes("limits.inflate-free-bytes", 64 * MIB, 0, 4 * GIB, "Inflated bytes before the ratio is looked at.");
    static final Setting<Integer> LIMITS_FRAGMENTS_MAX =
            number("limits.fragments-max", 1_000_000, 1, 100_000_000, "Most fragments of encapsulated pixel data.");
    static final Setting<Long> LIMITS_PART_HEADER_MAX_BYTES = bytes(
            "limits.part-header-max-bytes", 8 * KIB, 256, MIB, "Longest header block of a part in a multipart body.");

    static final Setting<LogSettings.Level> LOG_LEVEL = add(
            "log.level",
            SettingType.choice(LogSettings.Level.class),
            LogSettings.Level.INFO,
            "How much is written to the log, which goes to standard error.",
            "",
            value -> true);

    private static final List<Rule> RULES = rules(
            new Rule(List.of(HTTP_HOST, HTTP_ALLOW_UNAUTHENTICATED, ACCESS_ISSUER), SettingCatalogue::openDoor),
            new Rule(List.of(ACCESS_ISSUER, ACCESS_AUDIENCES), SettingCatalogue::namelessDoor),
            new Rule(
                    List.of(SEARCH_LIMIT_DEFAULT, SEARCH_LIMIT_MAX),
                    values -> notAbove(values, SEARCH_LIMIT_DEFAULT, SEARCH_LIMIT_MAX)),
            new Rule(
                    List.of(STORE_INSTANCE_MAX_BYTES, HTTP_REQUEST_MAX_BYTES),
                    values -> notAbove(values, STORE_INSTANCE_MAX_BYTES, HTTP_REQUEST_MAX_BYTES)),
            new Rule(List.of(DATABASE_USER, DATABASE_URL), values -> needsUrl(values, DATABASE_USER)),
            new Rule(List.of(DATABASE_PASSWORD, DATABASE_URL), values -> needsUrl(values, DATABASE_PASSWORD)));

    private static List<Rule> rules(Rule... own) {
        return Stream.of(
                        List.of(own),
                        CAST_FHIR_ACCESS.rules(),
                        CAST_DICOM_ACCESS.rules(),
                        EXPORT_DICOM_ACCESS.rules(),
                        EXPORT_BUCKETS.rules(),
                        IMPORT_BUCKETS.rules())
                .flatMap(List::stream)
                .toList();
    }

    private SettingCatalogue() {}

    /// Every setting, those of one concern together.
    static List<Setting<?>> all() {
        return List.copyOf(ALL);
    }

    static List<Rule> rules() {
        return RULES;
    }

    static @Nullable Setting<?> find(String key) {
        for (Setting<?> setting : ALL) {
            if (setting.key().equals(key)) {
                return setting;
            }
        }
        return null;
    }

    private static @Nullable String openDoor(SettingValues values) {
        String host = values.get(HTTP_HOST);
        if (values.get(HTTP_ALLOW_UNAUTHENTICATED)
                || !values.get(ACCESS_ISSUER).toString().isEmpty()
                || isLoopback(host)) {
            return null;
        }
        return "http.host %s can be reached from other machines, and the server does not ask who is calling. Set"
                        .formatted(host)
                + " access.issuer so that it does, listen on 127.0.0.1, or set http.allow-unauthenticated to true if a"
                + " gate in front of the server asks";
    }

    private static @Nullable String namelessDoor(SettingValues values) {
        boolean asks = !values.get(ACCESS_ISSUER).toString().isEmpty();
        return asks && values.get(ACCESS_AUDIENCES).isEmpty()
                ? "access.issuer needs access.audiences: the names by which its tokens mean this server"
                : null;
    }

    /// An issuer of tokens: what it says has to come from it and nobody on the way.
    private static boolean isIssuer(URI uri) {
        String host = uri.getHost();
        return "https".equals(uri.getScheme()) || uri.toString().isEmpty() || host != null && isLoopback(host);
    }

    private static <N extends Comparable<N>> @Nullable String notAbove(
            SettingValues values, Setting<N> low, Setting<N> high) {
        return values.get(low).compareTo(values.get(high)) <= 0
                ? null
                : "%s (%s) is above %s (%s)".formatted(low.key(), values.print(low), high.key(), values.print(high));
    }

    private static @Nullable String needsUrl(SettingValues values, Setting<String> setting) {
        return values.get(setting).isEmpty() || !values.get(DATABASE_URL).isEmpty()
                ? null
                : setting.key() + " is given, but database.url is not: the embedded database has no use for it";
    }

    private static boolean isLoopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isUri(String text) {
        try {
            return text.isEmpty() || new URI(text).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isZone(String text) {
        try {
            ZoneId.of(text.substring(text.indexOf('=') + 1));
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean areDestinations(List<String> list) {
        List<String> names = new ArrayList<>();
        for (String one : list) {
            Destination destination = Destination.find(one);
            if (destination == null || names.contains(destination.name())) {
                return false;
            }
            names.add(destination.name());
        }
        return true;
    }

    private static boolean isNetwork(String text) {
        int slash = text.indexOf('/');
        try {
            int addressBits = 8
                    * InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash))
                            .getAddress()
                            .length;
            return slash < 0 || isNumber(text.substring(slash + 1), addressBits);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isNumber(String text, int max) {
        return text.matches("\\d{1,3}") && Integer.parseInt(text) <= max;
    }

    private static Setting<String> text(
            String key, String byDefault, String meaning, String allowed, Predicate<String> constraint) {
        return add(key, SettingType.TEXT, byDefault, meaning, allowed, constraint);
    }

    private static Setting<Integer> number(String key, int byDefault, int min, int max, String meaning) {
        String allowed = max == Integer.MAX_VALUE ? min + " or more" : min + " to " + max;
        return add(key, SettingType.NUMBER, byDefault, meaning, allowed, value -> value >= min && value <= max);
    }

    private static Setting<Long> bytes(String key, long byDefault, long min, long max, String meaning) {
        Function<Long, String> print = SettingType.BYTES.printer();
        String allowed = print.apply(min) + " to " + print.apply(max);
        return add(key, SettingType.BYTES, byDefault, meaning, allowed, value -> value >= min && value <= max);
    }

    private static Setting<Duration> duration(
            String key, Duration byDefault, Duration min, Duration max, String meaning) {
        Function<Duration, String> print = SettingType.DURATION.printer();
        String allowed = print.apply(min) + " to " + print.apply(max);
        Predicate<Duration> constraint = value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
        return add(key, SettingType.DURATION, byDefault, meaning, allowed, constraint);
    }

    static Setting<String> secret(String key, String meaning) {
        Setting<String> setting = new Setting<>(key, SettingType.TEXT, "", meaning, "", text -> true, true);
        ALL.add(setting);
        return setting;
    }

    static <T> Setting<T> add(
            String key, SettingType<T> type, T byDefault, String meaning, String allowed, Predicate<T> constraint) {
        Setting<T> setting = new Setting<>(key, type, byDefault, meaning, allowed, constraint, false);
        ALL.add(setting);
        return setting;
    }
}
