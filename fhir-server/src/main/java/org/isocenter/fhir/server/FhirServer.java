package org.isocenter.fhir.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.config.JpaConfig;
import ca.uhn.fhir.jpa.config.r4.FhirContextR4Config;
import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/// A FHIR server that runs: the objects of HAPI, and the HTTP server that passes requests to them.
final class FhirServer implements AutoCloseable {
    private static final String PATH = "/fhir";

    /// Keeps HAPI's jobs by the clock from running; the setting of that name in its storage settings does
    /// not.
    private static final Map<String, Object> NO_SCHEDULE = Map.of("scheduling_disabled", "true");

    private final AnnotationConfigApplicationContext objects;
    private final Server http;
    private final ServerConnector connector;

    private FhirServer(AnnotationConfigApplicationContext objects, Server http, ServerConnector connector) {
        this.objects = objects;
        this.http = http;
        this.connector = connector;
    }

    /// @param port 0 for any that is free
    /// @param data the folder of the database, or null for one in memory
    static FhirServer start(FhirVersion version, int port, @Nullable Path data) throws Exception {
        AnnotationConfigApplicationContext objects = new AnnotationConfigApplicationContext();
        // Some objects of HAPI know each other.
        objects.setAllowCircularReferences(true);
        objects.registerBean(Database.class, () -> new Database(version, data));
        registerModel(version, objects);
        objects.getEnvironment().getPropertySources().addFirst(new MapPropertySource("server", NO_SCHEDULE));
        objects.register(version.configuration(), ServerConfiguration.class);
        objects.refresh();

        Server http = new Server();
        ServerConnector connector = new ServerConnector(http);
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setPort(port);
        http.addConnector(connector);
        ServletHolder servlet = new ServletHolder(servlet(objects));
        servlet.setInitOrder(1);
        ServletContextHandler servlets = new ServletContextHandler("/");
        servlets.addServlet(servlet, PATH + "/*");
        http.setHandler(servlets);
        http.start();
        return new FhirServer(objects, http, connector);
    }

    /// Makes what knows the resources of a version, under the names by which HAPI's wiring takes it as given.
    private static void registerModel(FhirVersion version, AnnotationConfigApplicationContext objects)
            throws IOException {
        // HAPI asks for the cached one in some places, and would make and fill a second one there.
        FhirContext model = FhirContextR4Config.configureFhirContext(FhirContext.forCached(version.number()));
        objects.registerBean("primaryFhirContext", FhirContext.class, () -> model, bean -> bean.setPrimary(true));
        if (version == FhirVersion.r5) {
            IValidationSupport definitions = new R5Definitions(model);
            model.setValidationSupport(definitions);
            objects.registerBean(
                    JpaConfig.DEFAULT_PROFILE_VALIDATION_SUPPORT, IValidationSupport.class, () -> definitions);
        }
    }

    private static RestfulServer servlet(AnnotationConfigApplicationContext objects) {
        IFhirSystemDao<?, ?> system = objects.getBean(IFhirSystemDao.class);
        RestfulServer servlet = new RestfulServer(system.getContext());
        servlet.registerProviders(objects.getBean(ResourceProviderFactory.class).createProviders());
        servlet.registerProvider(objects.getBean(IJpaSystemProvider.class));
        servlet.setPagingProvider(objects.getBean(DatabaseBackedPagingProvider.class));
        servlet.setDefaultResponseEncoding(EncodingEnum.JSON);
        servlet.setServerConformanceProvider(new JpaCapabilityStatementProvider(
                servlet,
                system,
                objects.getBean(JpaStorageSettings.class),
                objects.getBean(ISearchParamRegistry.class),
                objects.getBean(JpaConfig.JPA_VALIDATION_SUPPORT_CHAIN, IValidationSupport.class)));
        return servlet;
    }

    /// The base URL of the resources.
    URI url() {
        return URI.create("http://" + connector.getHost() + ":" + connector.getLocalPort() + PATH);
    }

    void join() throws InterruptedException {
        http.join();
    }

    /// Ends open requests, and then the database.
    @Override
    public void close() {
        try {
            http.stop();
        } catch (Exception failed) {
            // The database is to be closed in any case.
            System.err.println("The HTTP server did not stop: " + failed);
        }
        objects.close();
    }
}
