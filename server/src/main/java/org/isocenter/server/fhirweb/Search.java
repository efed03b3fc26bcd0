package org.isocenter.server.fhirweb;

import java.util.List;
import java.util.Set;
import org.isocenter.server.http.Query.Parameter;

/// A search for resources of one type.
///
/// @param applied the parameters that have been understood, for the link to itself
/// @param before where the page begins: behind the one before, or 0
/// @param counted whether no more than the number is asked for
/// @param total whether the number of all has to be told
record Search(
        Kind kind,
        Criteria criteria,
        List<Parameter> applied,
        Set<Include> includes,
        int count,
        long before,
        boolean counted,
        boolean total) {

    /// What is sent along with what was looked for.
    enum Include {
        PATIENT("_include", "ImagingStudy:patient"),
        SUBJECT("_include", "ImagingStudy:subject"),
        ENDPOINT("_include", "ImagingStudy:endpoint"),
        STUDY_OF_PATIENT("_revinclude", "ImagingStudy:patient"),
        STUDY_OF_SUBJECT("_revinclude", "ImagingStudy:subject");

        final String parameter;
        final String value;

        Include(String parameter, String value) {
            this.parameter = parameter;
            this.value = value;
        }
    }
}
