package org.isocenter.dicom;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The SOP classes of the standard (PS3.4 annex B.5 and the services beside storage), retired ones included.
public final class SopClasses {
    private static final Map<String, String> STORAGE = new HashMap<>();
    private static final Map<String, String> SERVICES = new HashMap<>();

    static {
        for (String line : Dictionary.lines("sop-classes.txt")) {
            String[] fields = line.split("\t", 2);
            STORAGE.put(fields[0], fields[1]);
        }
        for (Uids.WellKnown uid : Uids.wellKnown()) {
            switch (uid.kind()) {
                case STORAGE -> STORAGE.put(uid.uid(), uid.name());
                case SERVICE -> SERVICES.put(uid.uid(), uid.name());
                case OTHER -> {}
            }
        }
    }

    private SopClasses() {}

    /// The name of a SOP class, such as `CT Image Storage`, or null where the standard has none with this UID.
    public static @Nullable String name(String uid) {
        String name = STORAGE.get(uid);
        return name == null ? SERVICES.get(uid) : name;
    }

    /// Whether the standard has a storage SOP class with this UID. Private ones are none.
    public static boolean isStorage(String uid) {
        return STORAGE.containsKey(uid);
    }
}
