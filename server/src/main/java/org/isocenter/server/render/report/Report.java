package org.isocenter.server.render.report;

import java.io.IOException;
import org.isocenter.server.render.Instance;
import org.isocenter.server.render.document.ContentPolicy;
import org.jspecify.annotations.Nullable;

/// A structured report (PS3.3 A.35) or a key object selection, to be written as people read it. Whatever is in it
/// becomes words and never markup, and what there is too much of is left out and announced.
///
/// @param links where other instances can be seen
public record Report(Instance instance, Links links) {
    /// What the page may do, as `Content-Security-Policy`.
    public static final String PAGE_POLICY = ContentPolicy.style(StyleSheet.SHEET);

    /// Where an instance that a report refers to can be seen.
    @FunctionalInterface
    public interface Links {
        /// Without links.
        Links NONE = (study, series, instance) -> null;

        /// The address of an instance, absolute or relative to the page, or null for no link. The UIDs are digits
        /// and dots.
        @Nullable
        String find(String study, String series, String instance);
    }

    /// Writes a page of HTML, to be sent in UTF-8.
    ///
    /// @throws IOException where writing fails, or reading a text that is not in memory
    public void writeHtml(Appendable out) throws IOException {
        new HtmlPage(instance, links, out).write();
    }

    /// Writes plain text, to be sent in UTF-8. Lines end with a line feed.
    ///
    /// @throws IOException where writing fails, or reading a text that is not in memory
    public void writeText(Appendable out) throws IOException {
        new PlainText(instance, out).write();
    }
}
