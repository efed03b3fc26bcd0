package org.isocenter.server.worklist;

/// What is wrong with an attribute of a workitem, in words that do not hold its value.
///
/// @param path such as `(0074,1216)[1].(0040,4028)`
public record Fault(String path, String reason) {

    /// The fault as a sentence.
    public String text() {
        return path + " " + reason;
    }
}
