package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.HoldRows;
import org.isocenter.server.index.IndexRemover;
import org.isocenter.server.index.Match;
import org.isocenter.server.index.PartitionRows.Partition;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.isocenter.server.job.OperationRows;
import org.jspecify.annotations.Nullable;

/// Has studies deleted that are older than the rules say. Those that are held stay.
///
/// Of a rule and a data partition one operation is under way at a time, whichever server begins it.
public final class Tidy {
    /// So many studies are deleted by an operation; the others are left to the next.
    static final int STUDIES_MAX = 1_000;

    private static final int PAGE = 500;
    private static final int PARTITIONS_PAGE = 1_000;

    private final Database database;
    private final Find find;
    private final Partitions partitions;
    private final Operations operations;
    private final List<KeepRule> rules;

    public Tidy(Database database, Operations operations, List<KeepRule> rules) {
        this.database = database;
        this.find = new Find(database);
        this.partitions = new Partitions(database);
        this.operations = operations;
        this.rules = List.copyOf(rules);
    }

    /// Begins to delete what is too old.
    ///
    /// @return the operations that were begun
    public List<Operation> tidy() {
        List<Operation> begun = new ArrayList<>();
        for (KeepRule rule : rules) {
            for (Caller caller : callers(rule).values()) {
                List<String> studies = studies(caller, rule, STUDIES_MAX);
                Operation operation = studies.isEmpty() ? null : begin(caller, rule, studies);
                if (operation != null) {
                    begun.add(operation);
                }
            }
        }
        return begun;
    }

    /// What a rule would have deleted.
    ///
    /// @param partition its name
    /// @param study its UID
    public record Due(KeepRule rule, String partition, String study) {}

    /// Tells what the rules would have deleted by now, each study once for each rule, and deletes nothing.
    public void foresee(Consumer<Due> each) {
        for (KeepRule rule : rules) {
            callers(rule)
                    .forEach((partition, caller) -> studies(caller, rule, Integer.MAX_VALUE)
                            .forEach(study -> each.accept(new Due(rule, partition, study))));
        }
    }

    /// Who sees the data partitions that a rule applies to, by their names.
    private Map<String, Caller> callers(KeepRule rule) {
        Map<String, Caller> callers = new LinkedHashMap<>();
        String name = rule.partition();
        if (name != null) {
            Caller caller = partitions.find(Caller.anyone(), name);
            if (caller != null) {
                callers.put(name, caller);
            }
            return callers;
        }
        while (true) {
            List<Partition> page = partitions.list(Caller.anyone(), callers.size(), PARTITIONS_PAGE);
            page.forEach(partition -> callers.put(partition.name(), new Caller(partition.key())));
            if (page.size() < PARTITIONS_PAGE) {
                return callers;
            }
        }
    }

    /// Studies that are older than a rule says and not held.
    private List<String> studies(Caller caller, KeepRule rule, int max) {
        Set<String> studies = new LinkedHashSet<>();
        long before = 0;
        while (studies.size() < max) {
            List<Match> page = find.page(caller, rule.search(KeepRule.today(), before, PAGE))
                    .matches();
            if (page.isEmpty()) {
                break;
            }
            before = page.getLast().key();
            List<String> uids = page.stream().map(Match::studyUid).distinct().toList();
            studies.addAll(database.query(session -> {
                List<String> old = rule.studyDate()
                        ? new ArrayList<>(uids)
                        : new ArrayList<>(new IndexRemover(session).unchanged(caller.partition(), uids, rule.age()));
                old.removeAll(new HoldRows(session).held(caller.partition(), uids));
                return old;
            }));
        }
        return studies.stream().limit(max).toList();
    }

    private @Nullable Operation begin(Caller caller, KeepRule rule, List<String> studies) {
        DeleteOrder order = new DeleteOrder(studies, "retention rule " + rule.name());
        Draft draft = new Draft(DeleteStudies.KIND, order.text(), Disposal.resources(studies), studies);
        return operations.createUnless(
                caller,
                draft,
                session -> new OperationRows(session).isOpen(DeleteStudies.KIND, caller.partition(), order.reason()));
    }
}
