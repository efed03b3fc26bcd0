package org.isocenter.server.archive;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.server.access.Caller;
import org.isocenter.server.blob.BlobStore;
import org.isocenter.server.db.Database;
import org.isocenter.server.index.Located;
import org.isocenter.server.index.Search;
import org.isocenter.server.job.Operation;
import org.isocenter.server.job.Operation.Draft;
import org.jspecify.annotations.Nullable;

/// Has attributes of studies changed, and tells beforehand what a change would do.
public final class Updates {
    /// The studies that a dry run looks into.
    public static final int TRIED_MAX = 100;

    private static final int DIFFERENCES_MAX = 1_000;
    private static final int RESOURCES_MAX = 100;
    private static final int PAGE = 500;

    private final Retrieve retrieve;
    private final Find find;
    private final Operations operations;

    public Updates(Database database, BlobStore blobs, Operations operations) {
        this.retrieve = new Retrieve(database, blobs);
        this.find = new Find(database);
        this.operations = operations;
    }

    /// An attribute that some instances have and others are to have.
    ///
    /// @param before with the character sets of its data set, or null where there is none
    /// @param after the same, or null where it goes
    public record Difference(
            int tag, @Nullable Told before, @Nullable Told after, long instances) {}

    /// An element of a data set.
    public record Told(Element element, DataSet dataSet) {}

    /// What a change would do.
    ///
    /// @param studies how many were looked into
    /// @param instances how many of theirs would change
    /// @param unchanged how many would not
    /// @param failing how many cannot be changed, so that their studies would not be
    /// @param whole whether all differences of all studies are told
    public record Trial(
            int studies, long instances, long unchanged, long failing, boolean whole, List<Difference> differences) {}

    /// The studies that a search finds, or one more than there may be.
    public List<String> studies(Caller caller, Search conditions, int max) {
        List<String> studies = new ArrayList<>();
        long before = 0;
        while (studies.size() <= max) {
            Search page = new Search(
                    conditions.level(),
                    conditions.terms(),
                    conditions.tagTerms(),
                    null,
                    conditions.fields(),
                    PAGE,
                    0,
                    before);
            var matches = find.page(caller, page).matches();
            if (matches.isEmpty()) {
                break;
            }
            matches.forEach(match -> studies.add(match.studyUid()));
            before = matches.getLast().key();
        }
        return studies;
    }

    /// Begins an update.
    ///
    /// @param kind of those that [Update] has
    public Operation begin(Caller caller, String kind, UpdateOrder order) {
        List<String> resources = order.studies().stream()
                .limit(RESOURCES_MAX)
                .map("/studies/"::concat)
                .toList();
        return operations.create(caller, new Draft(kind, order.text(), resources, order.studies()));
    }

    /// Tells what an update would do with the first studies, from the index alone.
    public Trial tryOut(Caller caller, UpdateOrder order) {
        Map<List<Object>, Difference> differences = new LinkedHashMap<>();
        long changing = 0;
        long unchanged = 0;
        long failing = 0;
        int studies = 0;
        for (String study :
                order.studies().subList(0, Math.min(TRIED_MAX, order.studies().size()))) {
            studies++;
            Iterator<Located> instances = retrieve.instances(caller, retrieve.series(caller, study), true);
            while (instances.hasNext()) {
                Located located = instances.next();
                DataSet before = retrieve.head(located).dataSet();
                try {
                    DataSet after =
                            order.means(located.identity()) ? order.edit().apply(before) : null;
                    if (after == null) {
                        unchanged++;
                    } else {
                        changing++;
                        note(before, after, differences);
                    }
                } catch (MalformedException cannot) {
                    failing++;
                }
            }
        }
        boolean whole = studies == order.studies().size() && differences.size() < DIFFERENCES_MAX;
        return new Trial(studies, changing, unchanged, failing, whole, List.copyOf(differences.values()));
    }

    private static void note(DataSet before, DataSet after, Map<List<Object>, Difference> differences) {
        TreeSet<Integer> tags = new TreeSet<>(Integer::compareUnsigned);
        before.forEach(element -> tags.add(element.tag()));
        after.forEach(element -> tags.add(element.tag()));
        tags.removeIf(tag -> Tags.isGroupLength(tag) || tag == Tag.DataSetTrailingPadding);
        for (int tag : tags) {
            Element was = before.find(tag);
            Element is = after.find(tag);
            boolean same = was != null && was.equals(is)
                    || before.strings(tag).equals(after.strings(tag))
                            && was != null
                            && is != null
                            && was.vr().text();
            if (same) {
                continue;
            }
            List<Object> key = new ArrayList<>();
            key.add(tag);
            key.add(was == null ? "" : was);
            key.add(is == null ? "" : is);
            Difference known = differences.get(key);
            if (known == null && differences.size() == DIFFERENCES_MAX) {
                continue;
            }
            differences.put(
                    key,
                    new Difference(
                            tag,
                            was == null ? null : new Told(was, before),
                            is == null ? null : new Told(is, after),
                            known == null ? 1 : known.instances() + 1));
        }
    }
}
