package org.isocenter.server.index;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Vr;
import org.jspecify.annotations.Nullable;

/// An attribute that somebody asked to search by.
///
/// @param key names it in the values of rows; never used again
/// @param partition whose instances are searched by it, or null where those of all data partitions are
/// @param definition what was asked for
/// @param ready whether everything that was stored before it was added has been looked through
/// @param enabled whether it may be searched by
/// @param errors how many instances of those that were asked about have a value of it that cannot be searched
///     by
/// @param operation that looks through what is stored, or did last
public record QueryTag(
        int key,
        @Nullable Integer partition,
        Definition definition,
        boolean ready,
        boolean enabled,
        long errors,
        @Nullable UUID operation) {

    /// Values of a tag in one data set beyond these are not searched.
    static final int VALUES_MAX = 64;

    /// Deepest path into sequences.
    public static final int PATH_MAX = 4;

    /// Items that are looked into on the way to them.
    private static final int ITEMS_MAX = 1_000;

    /// Where a tag counts.
    public enum Reach {
        /// In every data partition, also in those that are made later.
        ALL,

        /// In one data partition.
        PARTITION
    }

    public Reach reach() {
        return partition == null ? Reach.ALL : Reach.PARTITION;
    }

    /// Whose attribute it is.
    public enum Owner {
        PATIENT,
        STUDY,
        SERIES,
        INSTANCE;

        /// The level whose rows have the values. Those of a patient stand with each study.
        public Level level() {
            return switch (this) {
                case PATIENT, STUDY -> Level.STUDY;
                case SERIES -> Level.SERIES;
                case INSTANCE -> Level.INSTANCE;
            };
        }
    }

    /// How values are kept and compared.
    public enum Kind {
        /// As they are, without padding.
        UID,
        /// Folded; wildcards.
        TEXT,
        /// Folded by group; wildcards and fuzzy matching.
        NAME,
        /// Long text: its words, folded; wildcards within words.
        WORDS,
        DATE,
        TIME,
        MOMENT,
        NUMBER
    }

    /// Which attribute, and how it is to be taken.
    ///
    /// @param path tags from the data set down into items, the last of which is the attribute's own
    /// @param creator of the private tags in the path; empty where there are none
    public record Definition(List<Integer> path, Vr vr, String creator, Owner owner) {
        public Definition {
            path = List.copyOf(path);
        }

        /// The tags in hexadecimal digits, joined by dots.
        public String pathText() {
            return path.stream().map(Tags::hex).collect(Collectors.joining("."));
        }

        /// How its values are kept and compared, or null where they cannot be searched by.
        public static @Nullable Kind findKind(Vr vr) {
            return switch (vr) {
                case UI -> Kind.UID;
                case AE, AS, CS, LO, SH, UC, UR -> Kind.TEXT;
                case PN -> Kind.NAME;
                case LT, ST, UT -> Kind.WORDS;
                case DA -> Kind.DATE;
                case TM -> Kind.TIME;
                case DT -> Kind.MOMENT;
                case DS, IS, FD, FL, SL, SS, UL, US -> Kind.NUMBER;
                case AT, OB, OD, OF, OL, OV, OW, SQ, SV, UN, UV -> null;
            };
        }

        public Kind kind() {
            Kind kind = findKind(vr);
            if (kind == null) {
                throw new IllegalStateException("a tag of representation " + vr + " cannot be searched by");
            }
            return kind;
        }

        /// The elements of the attribute, each with the data set that it stands in.
        List<Found> find(DataSet dataSet) {
            if (path.size() == 1) {
                Element element = find(dataSet, path.getFirst());
                return element == null || element.empty() ? List.of() : List.of(new Found(element, dataSet));
            }
            List<DataSet> places = List.of(dataSet);
            for (int tag : path.subList(0, path.size() - 1)) {
                List<DataSet> below = new ArrayList<>();
                for (DataSet place : places) {
                    Element element = find(place, tag);
                    List<DataSet> items = element == null ? List.of() : place.items(element.tag());
                    below.addAll(items.subList(0, Math.min(items.size(), ITEMS_MAX - below.size())));
                }
                places = below;
            }
            List<Found> found = new ArrayList<>();
            for (DataSet place : places) {
                Element element = find(place, path.getLast());
                if (element != null && !element.empty()) {
                    found.add(new Found(element, place));
                }
            }
            return found;
        }

        private @Nullable Element find(DataSet place, int tag) {
            return Tags.isPrivate(tag)
                    ? place.findPrivate(Tags.group(tag), creator, Tags.element(tag) & 0xFF)
                    : place.find(tag);
        }
    }

    record Found(Element element, DataSet place) {}
}
