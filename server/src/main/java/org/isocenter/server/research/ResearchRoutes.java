package org.isocenter.server.research;

import org.isocenter.server.archive.Cohorts;
import org.isocenter.server.archive.Find;
import org.isocenter.server.archive.QueryTags;
import org.isocenter.server.fhir.FhirClient;
import org.isocenter.server.fhir.FhirRefusedException;
import org.isocenter.server.fhir.FhirUnavailableException;
import org.isocenter.server.http.Router;
import org.jspecify.annotations.Nullable;

/// The resources of cohorts and where they stand.
public final class ResearchRoutes {
    private static final String COHORT = "/cohorts/{cohort}";

    private final CohortRoutes cohorts;
    private final EvaluationRoutes evaluations;
    private final SnapshotRoutes snapshots;

    /// @param fhir the server that knows the patients; without one cohorts can be defined, not evaluated
    /// @param tags that cohorts can ask for as well
    public ResearchRoutes(Cohorts cohorts, Find find, QueryTags tags, @Nullable FhirClient fhir) {
        Runs runs = new Runs(find, fhir, Thread::sleep);
        this.cohorts = new CohortRoutes(cohorts, tags);
        this.evaluations = new EvaluationRoutes(this.cohorts, runs);
        this.snapshots = new SnapshotRoutes(this.cohorts, cohorts, runs);
    }

    public void register(Router router) {
        router.on("POST", "/cohorts", cohorts::create);
        router.on("GET", "/cohorts", cohorts::list);
        router.on("GET", COHORT, cohorts::read);
        router.on("PUT", COHORT, cohorts::replace);
        router.on("DELETE", COHORT, cohorts::delete);
        router.on("POST", COHORT + "/$evaluate", evaluations::evaluate);
        router.on("GET", COHORT + "/evaluations/{evaluation}", evaluations::read);
        router.on("DELETE", COHORT + "/evaluations/{evaluation}", evaluations::cancel);
        router.on("POST", COHORT + "/$snapshot", snapshots::freeze);
        router.on("GET", COHORT + "/snapshots", snapshots::list);
        router.on("GET", COHORT + "/snapshots/{snapshot}", snapshots::read);
        router.on("GET", COHORT + "/diff", snapshots::difference);
        router.mapping(FhirUnavailableException.class, Runs::problem);
        router.mapping(FhirRefusedException.class, Runs::problem);
    }
}
