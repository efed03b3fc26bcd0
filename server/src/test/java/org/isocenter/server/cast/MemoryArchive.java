package org.isocenter.server.cast;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Tag;

/// An archive in memory, with its feed and what a cast keeps beside it: what a halted process leaves behind.
final class MemoryArchive implements Source, Ledger {
    private final Map<String, Map<String, DataSet>> studies = new LinkedHashMap<>();
    private final List<Change> feed = new ArrayList<>();
    private final List<Study> requests = new ArrayList<>();
    private final Map<Study, GivenUp> givenUp = new LinkedHashMap<>();
    private Progress progress = new Progress(0, List.of(), List.of(), 0, null);
    private long done;

    synchronized void store(DataSet dataSet) {
        String study = String.valueOf(dataSet.findString(Tag.StudyInstanceUID));
        String instance = String.valueOf(dataSet.findString(Tag.SOPInstanceUID));
        boolean replaced =
                studies.computeIfAbsent(study, uid -> new LinkedHashMap<>()).put(instance, dataSet) != null;
        feed.add(new Change(feed.size() + 1, new Study(1, study), replaced, Instant.now()));
    }

    synchronized void delete(String study, String instance) {
        Map<String, DataSet> instances = studies.getOrDefault(study, new LinkedHashMap<>());
        instances.remove(instance);
        if (instances.isEmpty()) {
            studies.remove(study);
        }
        feed.add(new Change(feed.size() + 1, new Study(1, study), true, Instant.now()));
    }

    synchronized void request(String study) {
        requests.add(new Study(1, study));
    }

    /// How many instances each study has.
    synchronized Map<String, Integer> instanceCounts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        studies.forEach((study, instances) -> counts.put(study, instances.size()));
        return counts;
    }

    synchronized boolean isUpToDate() {
        return progress.position() == feed.size() && requests.isEmpty();
    }

    synchronized List<GivenUp> givenUp() {
        return List.copyOf(givenUp.values());
    }

    synchronized Progress progress() {
        return progress;
    }

    @Override
    public synchronized List<Change> changes(long after, int limit) {
        return List.copyOf(feed.subList((int) after, (int) Math.min(feed.size(), after + limit)));
    }

    @Override
    public void read(Study study, Consumer<DataSet> instances) {
        List<DataSet> now;
        synchronized (this) {
            now = List.copyOf(studies.getOrDefault(study.uid(), Map.of()).values());
        }
        now.forEach(instances);
    }

    @Override
    public synchronized long begin() {
        return progress.position();
    }

    @Override
    public boolean hold() {
        return true;
    }

    @Override
    public void release() {
        // Nobody else wants it.
    }

    @Override
    public synchronized List<Study> requests(int limit) {
        return List.copyOf(requests);
    }

    @Override
    public synchronized void save(Progress now) {
        progress = now;
        done += now.done().size();
        for (Study study : now.done()) {
            givenUp.remove(study);
            requests.remove(study);
        }
        for (GivenUp one : now.givenUp()) {
            givenUp.put(one.study(), one);
            requests.remove(one.study());
        }
        notifyAll();
    }

    synchronized long done() {
        return done;
    }

    /// Waits until the ledger is as it should be.
    synchronized void await(BooleanSupplier state) throws InterruptedException {
        long until = System.nanoTime() + 60_000_000_000L;
        while (!state.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("not within a minute: " + progress);
            }
            wait(1_000);
        }
    }
}
