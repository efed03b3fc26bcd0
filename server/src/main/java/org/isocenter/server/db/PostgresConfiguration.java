package org.isocenter.server.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The two configuration files of an embedded cluster, written at every start so that a new version of the server
/// brings its settings along. What an operator sets by `ALTER SYSTEM` lies in another file and wins.
final class PostgresConfiguration {
    /// Durability first, then one machine shared with the server, then steady ingest. The log never holds a
    /// statement, a value, or the message of a refused statement, which may quote one: what goes in is what
    /// the cluster says of itself.
    private static final String SETTINGS = """
            # Written by the server at every start. Use ALTER SYSTEM for settings of your own.
            fsync = on
            synchronous_commit = on
            full_page_writes = on
            wal_compression = on

            listen_addresses = '127.0.0.1'
            port = %d
            unix_socket_directories = ''
            max_connections = 60
            password_encryption = 'scram-sha-256'
            client_connection_check_interval = 10s
            idle_in_transaction_session_timeout = 10min

            shared_buffers = 256MB
            effective_cache_size = 1GB
            work_mem = 16MB
            maintenance_work_mem = 128MB
            random_page_cost = 1.1
            jit = off

            max_wal_size = 2GB
            min_wal_size = 256MB
            checkpoint_timeout = 15min
            checkpoint_completion_target = 0.9
            autovacuum_naptime = 30s

            logging_collector = on
            log_directory = '../log'
            log_filename = 'postgresql-%%a.log'
            log_file_mode = 0600
            log_truncate_on_rotation = on
            log_rotation_age = 1d
            log_rotation_size = 0
            log_min_messages = log
            log_min_error_statement = panic
            log_error_verbosity = terse
            log_statement = none
            log_min_duration_statement = -1
            log_parameter_max_length = 0
            log_parameter_max_length_on_error = 0

            timezone = 'UTC'
            log_timezone = 'UTC'
            lc_messages = 'C'
            default_text_search_config = 'pg_catalog.simple'
            """;

    private static final String LOGINS = """
            # Written by the server at every start.
            host all all 127.0.0.1/32 scram-sha-256
            """;

    private PostgresConfiguration() {}

    /// A write that is cut short is repaired by the next start, before anything reads it.
    static void write(Path data, int port) throws IOException {
        Files.writeString(data.resolve("postgresql.conf"), SETTINGS.formatted(port));
        Files.writeString(data.resolve("pg_hba.conf"), LOGINS);
    }
}
