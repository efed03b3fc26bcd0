package org.isocenter.server.render.document;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Writes XML, and HTML that is XML as well. Every text and every value of an attribute is escaped here, so
/// that nothing that comes from an instance can become markup.
///
/// Names of elements and attributes are our own words; they are written as they are.
public final class Markup {
    private final Appendable out;
    private final Deque<String> open = new ArrayDeque<>();

    public Markup(Appendable out) {
        this.out = out;
    }

    /// How many elements are open.
    public int depth() {
        return open.size();
    }

    /// Begins an element.
    ///
    /// @param attributes names and values by turns; an attribute whose value is null is left out
    public Markup open(String name, @Nullable String... attributes) throws IOException {
        begin(name, attributes);
        out.append('>');
        open.push(name);
        return this;
    }

    /// An element without content, such as `br`.
    public Markup empty(String name, @Nullable String... attributes) throws IOException {
        begin(name, attributes);
        out.append("/>");
        return this;
    }

    /// An element that holds a text.
    public Markup element(String name, String text, @Nullable String... attributes) throws IOException {
        return open(name, attributes).text(text).close();
    }

    public Markup close() throws IOException {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /// Ends elements until so many are open.
    public Markup closeTo(int depth) throws IOException {
        while (open.size() > depth) {
            close();
        }
        return this;
    }

    public Markup text(String text) throws IOException {
        escape(text);
        return this;
    }

    /// A line break in the markup, which nobody sees.
    public Markup line() throws IOException {
        out.append('\n');
        return this;
    }

    /// Our own markup, as it is.
    public Markup raw(CharSequence markup) throws IOException {
        out.append(markup);
        return this;
    }

    private void begin(String name, @Nullable String... attributes) throws IOException {
        out.append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            String value = attributes[i + 1];
            if (value != null) {
                out.append(' ').append(attributes[i]).append("=\"");
                escape(value);
                out.append('"');
            }
        }
    }

    private void escape(String text) throws IOException {
        int start = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (Character.isHighSurrogate(c)
                    && at + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(at + 1))) {
                at++;
                continue;
            }
            String instead = escaped(c);
            if (instead != null) {
                out.append(text, start, at).append(instead);
                start = at + 1;
            }
        }
        out.append(text, start, text.length());
    }

    /// What is written for a character, or null for itself.
    private static @Nullable String escaped(char c) {
        return switch (c) {
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '&' -> "&amp;";
            case '"' -> "&quot;";
            case '\'' -> "&#39;";
            case '\t', '\n' -> null;
            case '\r' -> "\n";
            default -> Words.isHarmless(c) && !Character.isSurrogate(c) ? null : "\uFFFD";
        };
    }
}
