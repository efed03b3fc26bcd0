package org.isocenter.server.archive;

import java.util.List;
import java.util.UUID;
import org.isocenter.server.access.Caller;
import org.isocenter.server.export.Destination;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.isocenter.server.objects.AzureContainer;
import org.jspecify.annotations.Nullable;

/// Has instances copied to a destination that the operator has configured.
public final class Export {
    private final Operations operations;
    private final Cohorts cohorts;
    private final List<Destination> destinations;

    public Export(Operations operations, Cohorts cohorts, List<Destination> destinations) {
        this.operations = operations;
        this.cohorts = cohorts;
        this.destinations = List.copyOf(destinations);
    }

    /// Whether the caller has a snapshot of a cohort.
    public boolean hasSnapshot(Caller caller, UUID cohort, int snapshot) {
        return cohorts.findReader(caller, cohort, snapshot) != null;
    }

    /// The destination of this name, or null where there is none.
    public @Nullable Destination findDestination(String name) {
        return destinations.stream()
                .filter(destination -> destination.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /// A destination in a container, or null where there is none.
    public @Nullable Destination findDestination(AzureContainer container) {
        return destinations.stream()
                .filter(destination -> destination.kind() == Destination.Kind.AZURE_BLOB
                        && container.equals(AzureContainer.find(destination.address())))
                .findFirst()
                .orElse(null);
    }

    /// Begins an export of what the caller has.
    public Operation begin(Caller caller, ExportOrder order) {
        Draft draft = new Draft(ExportJob.KIND, order.write(), List.of(), List.of());
        return operations.create(caller, draft);
    }
}
