/// The DICOMweb routes and their wire forms (PS3.18).
@org.jspecify.annotations.NullMarked
package org.isocenter.server.dicomweb;
