package org.isocenter.server.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.isocenter.server.db.Session;
import org.isocenter.server.db.Sql;
import org.isocenter.server.index.Search.Order;
import org.jspecify.annotations.Nullable;

/// Makes the statements of searches.
///
/// A statement is put together from a closed set of pieces, with every value bound. Searches of the same
/// shape (the same level, keys, forms and order) share one text, so that the database can keep its plan.
/// Shapes are as many as the subsets of the keys; those in use are few. So the first shapes that come get
/// texts of their own, and when there are {@link #SHAPES_MAX} of them the rest are served by one general text
/// per level and order, which holds every condition behind a switch. What the database ever sees is a finite
/// set of texts, whatever is asked.
///
/// Searches look through views that hold rows of the partition to which their session is bound
/// (V21__row_security.sql), and none where it is bound to none.
final class SearchSql {
    /// Texts of their own. With the general ones (three levels times the orders of each) they stay below 500,
    /// and below 500 within snapshots.
    static final int SHAPES_MAX = 240;

    /// Terms of instances' tags in a text of its own.
    private static final int OWN_TERMS_MAX = 3;

    /// Rows of shared values, the instances of which are read one by one.
    private static final int RARE_MAX = 250;

    private static final String COUNT_SHARED = """
            select count(*) from (select from searched_shared_tags
                where partition = ? and tags @@ (?::text)::jsonpath limit ?) as met""";

    /// That an instance's own values match, or those that it shares: where few rows do, ...
    private static final String RARE = """
            (instance.tags @@ (?::text)::jsonpath or instance.shared = any(array(
                select key from searched_shared_tags where tags @@ (?::text)::jsonpath)))""";

    /// ... where many do and instances are gone through until there is a page of them, ...
    private static final String COMMON = """
            (instance.tags @@ (?::text)::jsonpath or (
                select shared.tags @@ (?::text)::jsonpath from searched_shared_tags shared
                where shared.key = instance.shared))""";

    /// ... and where many do and all instances are gone through.
    private static final String COMMON_OF_ALL = """
            (instance.tags @@ (?::text)::jsonpath or instance.shared in (
                select key from searched_shared_tags where tags @@ (?::text)::jsonpath))""";

    /// An instance's own values and those that it shares.
    private static final String ALL_OF_INSTANCE = """
            (coalesce((select shared.tags from searched_shared_tags shared where shared.key = instance.shared), '{}')
                || coalesce(instance.tags, '{}'))""";

    private static final List<Term.Form> FORMS = List.of(Term.Form.values());

    private static final Comparator<Term> CANONICAL =
            Comparator.comparing(Term::key).thenComparing(Term::form);

    /// The texts in use by their shapes.
    private final Map<Shape, String> texts = new ConcurrentHashMap<>();

    private final boolean within;

    /// @param within whether the searches are within a snapshot of a cohort
    SearchSql(boolean within) {
        this.within = within;
    }

    /// @param above levels above instances of which there are terms of tags
    /// @param ofInstances how many there are of instances
    /// @param rare whether the first of these is met by few rows of shared values
    private record Shape(
            Level level,
            List<Condition> conditions,
            Set<Level> above,
            int ofInstances,
            boolean rare,
            @Nullable Order order,
            boolean count,
            boolean before) {}

    private record Condition(MatchingKey key, Term.Form form) {}

    /// The statement for a page of results, ready to run. One row more than the limit is asked for, to tell
    /// whether there are more.
    Sql page(Session session, Scope scope, Search search) {
        return bindTerms(session, scope, search, false).bind(search.limit() + 1).bind(search.offset());
    }

    /// The statement that counts all results.
    Sql count(Session session, Scope scope, Search search) {
        return bindTerms(session, scope, search, true);
    }

    private Sql bindTerms(Session session, Scope scope, Search search, boolean count) {
        List<Term> terms = search.terms().stream().sorted(CANONICAL).toList();
        List<Condition> conditions =
                terms.stream().map(t -> new Condition(t.key(), t.form())).toList();
        Order order = count ? null : search.order();
        boolean before = search.before() > 0;
        Map<Level, List<TagTerm>> tagged = search.tagTerms().stream()
                .collect(Collectors.groupingBy(TagTerm::level, TreeMap::new, Collectors.toList()));
        List<TagTerm> ofInstances = new ArrayList<>(tagged.getOrDefault(Level.INSTANCE, List.of()));
        boolean rare = ofInstances.size() <= OWN_TERMS_MAX && beginsRare(session, scope, ofInstances);
        Set<Level> above = new TreeSet<>(tagged.keySet());
        above.remove(Level.INSTANCE);
        String own = ofInstances.size() > OWN_TERMS_MAX
                ? null
                : own(new Shape(search.level(), conditions, above, ofInstances.size(), rare, order, count, before));
        Sql sql = session.sql(own != null ? own : general(search.level(), order, count, before));
        if (within) {
            sql.bind(scope.snapshot());
        }
        sql.bind(scope.partition());
        if (before) {
            sql.bind(search.before());
        }
        if (own != null) {
            terms.forEach(term -> term.values().forEach(sql::bindTexts));
            above.forEach(level -> sql.bind(TagTerm.joined(Objects.requireNonNull(tagged.get(level)))));
            ofInstances.forEach(term -> sql.bind(term.predicate()).bind(term.predicate()));
        } else {
            bindGeneral(sql, search.level(), terms);
            for (Level level : levels(search.level())) {
                List<TagTerm> ofLevel = tagged.get(level);
                String predicate = ofLevel == null ? null : TagTerm.joined(ofLevel);
                sql.bind(predicate).bind(predicate);
            }
        }
        boolean onePlan = own != null
                && order == null
                && tagged.isEmpty()
                && (terms.isEmpty() || ofOneDay(search) || terms.stream().anyMatch(SearchSql::unique));
        return onePlan ? sql : sql.custom();
    }

    /// Puts a term first that few rows of shared values meet.
    ///
    /// The database can not foresee how many instances name the rows that a condition meets. Where they are few it
    /// should begin with those; where they are many it should go through the instances, newest first, until it has
    /// a page.
    ///
    /// @return whether there is such a term
    private static boolean beginsRare(Session session, Scope scope, List<TagTerm> terms) {
        for (int i = 0; i < terms.size(); i++) {
            long met = session.sql(COUNT_SHARED)
                    .bind(scope.partition())
                    .bind(terms.get(i).predicate())
                    .bind(RARE_MAX + 1)
                    .custom()
                    .get(row -> row.getLong(1));
            if (met <= RARE_MAX) {
                Collections.swap(terms, 0, i);
                return true;
            }
        }
        return false;
    }

    /// Whether the studies of a day are looked for, which stand in an index in the order in which they are asked for.
    private static boolean ofOneDay(Search search) {
        List<Term> terms = search.terms();
        return search.level() == Level.STUDY
                && terms.size() == 1
                && terms.getFirst().key() == MatchingKey.STUDY_DATE
                && terms.getFirst().form() == Term.Form.DATE;
    }

    /// Whether few rows can match, so that the plan does not depend on the values.
    private static boolean unique(Term term) {
        return term.form().selective()
                && switch (term.key()) {
                    case STUDY_INSTANCE_UID, SERIES_INSTANCE_UID, SOP_INSTANCE_UID, ACCESSION_NUMBER, PATIENT_ID ->
                        true;
                    default -> false;
                };
    }

    private @Nullable String own(Shape shape) {
        String text = texts.get(shape);
        if (text == null && texts.size() < SHAPES_MAX) {
            text = text(shape);
            texts.put(shape, text);
        }
        return text;
    }

    /// How many texts have been made.
    int texts() {
        return texts.size();
    }

    private String text(Shape shape) {
        String where = shape.conditions.stream()
                        .map(c -> " and " + c.form.sql(column(c.key)))
                        .collect(Collectors.joining())
                + shape.above.stream()
                        .sorted()
                        .map(level -> " and " + tagged(level))
                        .collect(Collectors.joining())
                + (shape.rare ? " and " + RARE : "")
                + (" and " + (shape.count || shape.order != null ? COMMON_OF_ALL : COMMON))
                        .repeat(shape.ofInstances - (shape.rare ? 1 : 0));
        return statement(shape.level, where, shape.order, shape.count, shape.before);
    }

    private String general(Level level, @Nullable Order order, boolean count, boolean before) {
        String where = slots(level).stream()
                        .map(c -> " and ((?::text)::boolean or " + c.form.sql(column(c.key)) + ")")
                        .collect(Collectors.joining())
                + levels(level).stream()
                        .map(one -> " and (?::text is null or " + tagged(one) + ")")
                        .collect(Collectors.joining());
        return statement(level, where, order, count, before);
    }

    /// That the values of the tags of a level match.
    private static String tagged(Level level) {
        return (level == Level.INSTANCE ? ALL_OF_INSTANCE : level.table() + ".tags") + " @@ (?::text)::jsonpath";
    }

    private static List<Level> levels(Level level) {
        return Arrays.stream(Level.values()).filter(level::knows).toList();
    }

    private static void bindGeneral(Sql sql, Level level, List<Term> terms) {
        List<Term> left = new ArrayList<>(terms);
        for (Condition slot : slots(level)) {
            Term term = null;
            for (Term candidate : left) {
                if (candidate.key() == slot.key && candidate.form() == slot.form) {
                    term = candidate;
                }
            }
            sql.bind(term == null ? "true" : "false");
            if (term == null) {
                for (int i = 0; i < slot.form.count(); i++) {
                    sql.bindTexts(new String[0]);
                }
            } else {
                term.values().forEach(sql::bindTexts);
                left.remove(term);
            }
        }
        if (!left.isEmpty()) {
            throw new IllegalStateException("a key with two conditions of one form");
        }
    }

    /// Every condition that a search of this level can have, in canonical order.
    private static List<Condition> slots(Level level) {
        List<Condition> slots = new ArrayList<>();
        for (MatchingKey key : MatchingKey.upTo(level)) {
            for (Term.Form form : FORMS) {
                boolean ofTheKey = switch (form) {
                    case STUDY_DATE_TIME -> key == MatchingKey.STUDY_DATE;
                    case STEP_DATE_TIME -> key == MatchingKey.PERFORMED_PROCEDURE_STEP_START_DATE;
                    default -> form.fits(key.kind());
                };
                if (ofTheKey) {
                    slots.add(new Condition(key, form));
                }
            }
        }
        return slots;
    }

    private String statement(Level level, String where, @Nullable Order order, boolean count, boolean before) {
        String tables = switch (level) {
            case STUDY -> "searched_study study";
            case SERIES -> "searched_series series join searched_study study on study.key = series.study";
            case INSTANCE ->
                "searched_instance instance join searched_series series on series.key = instance.series"
                        + " join searched_study study on study.key = instance.study";
        };
        String older = before ? " and " + level.table() + ".key < ?" : "";
        String scope = within ? " and " + Scope.condition(level) : "";
        String from = " from " + (within ? Scope.STUDIES : "") + tables + " where " + level.table() + ".partition = ?"
                + older + scope + where;
        if (count) {
            return "select count(*)" + from;
        }
        String newest = level.table() + ".key desc";
        String by = order == null
                ? newest
                : order.key().qualified() + (order.descending() ? " desc" : " asc") + " nulls last, " + newest;
        return "select " + columns(level) + from + " order by " + by + " limit ? offset ?";
    }

    /// What stands in a condition for the value of a key.
    private String column(MatchingKey key) {
        return within ? Extents.column(key) : key.qualified();
    }

    private static String columns(Level level) {
        String study =
                "study.uid, study.attributes, study.modalities, study.sop_classes, study.series, study.instances";
        return switch (level) {
            case STUDY -> "study.key, " + study;
            case SERIES -> "series.key, " + study + ", series.uid, series.attributes, series.instances";
            case INSTANCE ->
                "instance.key, " + study + ", series.uid, series.attributes, series.instances,"
                        + " instance.uid, instance.attributes, instance.transfer_syntax";
        };
    }
}
