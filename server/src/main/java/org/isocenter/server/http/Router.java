package org.isocenter.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which route answers which request. Templates are paths in which a whole segment may be a variable, as in
/// `/studies/{study}/series`; they form a tree of segments in which a literal is tried before a variable.
/// Filled before the door opens and not changed after.
public final class Router {
    private final Node root = new Node();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Class<?>, Function<Throwable, Problem>> mappings = new LinkedHashMap<>();

    private final Map<String, ProblemForm> forms = new LinkedHashMap<>();
    private final Map<String, Header> headers = new LinkedHashMap<>();
    private final Map<String, Route> descriptions = new LinkedHashMap<>();
    private Guard guard = Guard.OPEN;

    /// One line of the table of routes.
    public record Entry(String method, String template) {}

    record Endpoint(Entry entry, List<String> names, Route route) {}

    /// What stands at a path.
    sealed interface Found {}

    record Matched(Endpoint endpoint, List<String> segments) implements Found {}

    record WrongMethod(SortedSet<String> allowed) implements Found {}

    record Missing() implements Found {}

    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private final Map<String, Endpoint> endpoints = new TreeMap<>();
        private @Nullable Node variable;
    }

    /// Adds a route. `GET` answers `HEAD` too, and `OPTIONS` is answered by the door.
    public Router on(String method, String template, Route route) {
        if (!template.startsWith("/")) {
            throw new IllegalArgumentException("a template starts with a slash: " + template);
        }
        Node node = root;
        List<String> names = new ArrayList<>();
        for (String segment :
                template.equals("/") ? new String[0] : template.substring(1).split("/", -1)) {
            if (segment.startsWith("{") && segment.endsWith("}")) {
                names.add(segment.substring(1, segment.length() - 1));
                node = node.variable == null ? (node.variable = new Node()) : node.variable;
            } else {
                names.add("");
                node = node.literals.computeIfAbsent(segment, key -> new Node());
            }
        }
        Entry entry = new Entry(method, template);
        if (node.endpoints.putIfAbsent(method, new Endpoint(entry, List.copyOf(names), route)) != null) {
            throw new IllegalArgumentException("a second route for " + method + " " + template);
        }
        entries.add(entry);
        return this;
    }

    /// Says what an exception that a route lets pass means to the client. The first mapping that fits is
    /// taken.
    public <X extends Throwable> Router mapping(Class<X> type, Function<X, Problem> problem) {
        mappings.put(type, thrown -> problem.apply(type.cast(thrown)));
        return this;
    }

    /// Says in which form problems are told below a path.
    public Router refusing(String prefix, ProblemForm form) {
        forms.put(prefix, form);
        return this;
    }

    /// Adds a header to every answer below a path, refusals as well.
    public Router announcing(String prefix, Header header) {
        headers.put(prefix, header);
        return this;
    }

    /// Says who decides which requests get to their routes. What `OPTIONS` tells is open to all.
    public Router guardedBy(Guard chosen) {
        guard = chosen;
        return this;
    }

    Guard guard() {
        return guard;
    }

    /// Says what answers `OPTIONS` for a path and everything below it, beside the header `Allow`.
    public Router describing(String prefix, Route description) {
        descriptions.put(prefix, description);
        return this;
    }

    /// What answers `OPTIONS` for a path, or null.
    @Nullable
    Route findDescription(String path) {
        return find(descriptions, path);
    }

    /// Whether everything below a path is described, and so the path itself is a resource that has `OPTIONS`.
    boolean describes(String path) {
        return descriptions.containsKey(path);
    }

    ProblemForm form(String path) {
        ProblemForm form = find(forms, path);
        return form == null ? ProblemForm.RFC_9457 : form;
    }

    /// The header that every answer below a path has, or null.
    @Nullable
    Header findHeader(String path) {
        return find(headers, path);
    }

    private static <T> @Nullable T find(Map<String, T> byPrefix, String path) {
        for (var one : byPrefix.entrySet()) {
            if (path.equals(one.getKey()) || path.startsWith(one.getKey() + "/")) {
                return one.getValue();
            }
        }
        return null;
    }

    /// Every route, in the order they were added.
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    @Nullable
    Problem findProblem(Throwable thrown) {
        for (var mapping : mappings.entrySet()) {
            if (mapping.getKey().isInstance(thrown)) {
                return mapping.getValue().apply(thrown);
            }
        }
        return null;
    }

    Found find(String method, List<String> segments) {
        Node node = find(root, segments, 0);
        if (node == null) {
            return new Missing();
        }
        Endpoint endpoint = node.endpoints.get(method);
        if (endpoint == null && method.equals("HEAD")) {
            endpoint = node.endpoints.get("GET");
        }
        return endpoint == null ? new WrongMethod(allowed(node)) : new Matched(endpoint, segments);
    }

    /// Goes no deeper than the templates do.
    private static @Nullable Node find(Node node, List<String> segments, int depth) {
        if (depth == segments.size()) {
            return node.endpoints.isEmpty() ? null : node;
        }
        String segment = segments.get(depth);
        Node literal = node.literals.get(segment);
        Node found = literal == null ? null : find(literal, segments, depth + 1);
        if (found == null && node.variable != null && !segment.isEmpty()) {
            found = find(node.variable, segments, depth + 1);
        }
        return found;
    }

    private static SortedSet<String> allowed(Node node) {
        SortedSet<String> allowed = new TreeSet<>(node.endpoints.keySet());
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        allowed.add("OPTIONS");
        return allowed;
    }
}
