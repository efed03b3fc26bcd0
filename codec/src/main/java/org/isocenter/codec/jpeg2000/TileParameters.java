package org.isocenter.codec.jpeg2000;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isocenter.codec.MalformedException;
import org.jspecify.annotations.Nullable;

/// The coding parameters of a tile, or those of the main header, which every tile has that does not say
/// otherwise (T.800 A.6). What is told for one component wins over what is told for all, and what is told
/// in the header of a tile over both.
final class TileParameters {
    /// More changes of progression are refused, as each costs a look at all precincts.
    private static final int MAX_PROGRESSIONS = 64;

    private static final int OWN_PRECINCTS = 1;

    private Progression.Order order = Progression.Order.LRCP;
    private List<Progression> changes = new ArrayList<>();
    private boolean changesAreInherited;
    private int layers;
    private boolean componentsAreTransformed;

    private final @Nullable CodingStyle[] styles;
    private final boolean[] ownStyle;
    private final @Nullable Quantization[] quantizations;
    private final boolean[] ownQuantization;
    private final int[] roiShifts;

    TileParameters(int components) {
        styles = new CodingStyle[components];
        ownStyle = new boolean[components];
        quantizations = new Quantization[components];
        ownQuantization = new boolean[components];
        roiShifts = new int[components];
    }

    /// The same for all components, in one layer.
    static TileParameters of(
            int components, Progression.Order order, boolean transform, CodingStyle style, Quantization quantization) {
        TileParameters parameters = new TileParameters(components);
        parameters.order = order;
        parameters.layers = 1;
        parameters.componentsAreTransformed = transform;
        Arrays.fill(parameters.styles, style);
        Arrays.fill(parameters.quantizations, quantization);
        return parameters;
    }

    /// A copy for a tile that may change it.
    TileParameters copy() {
        TileParameters copy = new TileParameters(styles.length);
        copy.order = order;
        copy.changes = changes;
        copy.changesAreInherited = true;
        copy.layers = layers;
        copy.componentsAreTransformed = componentsAreTransformed;
        System.arraycopy(styles, 0, copy.styles, 0, styles.length);
        System.arraycopy(quantizations, 0, copy.quantizations, 0, styles.length);
        System.arraycopy(roiShifts, 0, copy.roiShifts, 0, styles.length);
        return copy;
    }

    /// Whether a marker segment is one of those with coding parameters.
    static boolean isOf(int marker) {
        return switch (marker) {
            case Marker.COD, Marker.COC, Marker.QCD, Marker.QCC, Marker.RGN, Marker.POC -> true;
            default -> false;
        };
    }

    /// Reads a marker segment with coding parameters.
    void read(int marker, MarkerReader in) throws MalformedException {
        switch (marker) {
            case Marker.COD -> readCodingStyle(in);
            case Marker.COC -> {
                int component = component(in);
                int own = in.u8();
                styles[component] = CodingStyle.read(in, (own & OWN_PRECINCTS) != 0);
                ownStyle[component] = true;
            }
            case Marker.QCD -> {
                Quantization all = Quantization.read(in);
                for (int c = 0; c < quantizations.length; c++) {
                    quantizations[c] = ownQuantization[c] ? quantizations[c] : all;
                }
            }
            case Marker.QCC -> {
                int component = component(in);
                quantizations[component] = Quantization.read(in);
                ownQuantization[component] = true;
            }
            case Marker.RGN -> {
                int component = component(in);
                int style = in.u8();
                if (style != 0) {
                    throw in.malformed("region of interest style " + style);
                }
                roiShifts[component] = in.u8();
            }
            default -> readProgressions(in);
        }
    }

    private void readCodingStyle(MarkerReader in) throws MalformedException {
        // The bits for SOP and EPH are not needed: neither marker is ever the beginning of something else.
        int coding = in.u8();
        order = Progression.Order.of(in.u8(), in);
        layers = in.u16();
        int transform = in.u8();
        if (layers == 0 || transform > 1) {
            throw in.malformed(layers + " layers, component transform " + transform);
        }
        componentsAreTransformed = transform == 1;
        CodingStyle all = CodingStyle.read(in, (coding & OWN_PRECINCTS) != 0);
        for (int c = 0; c < styles.length; c++) {
            styles[c] = ownStyle[c] ? styles[c] : all;
        }
    }

    private void readProgressions(MarkerReader in) throws MalformedException {
        if (changesAreInherited) {
            changes = new ArrayList<>();
            changesAreInherited = false;
        }
        changes.addAll(Progression.read(in));
        if (changes.size() > MAX_PROGRESSIONS) {
            throw in.malformed("more than " + MAX_PROGRESSIONS + " changes of progression");
        }
    }

    private int component(MarkerReader in) throws MalformedException {
        int component = in.u8();
        if (component >= styles.length) {
            throw in.malformed("component " + component + " of " + styles.length);
        }
        return component;
    }

    /// Refuses a header that leaves out what has to be told.
    void requireComplete() throws MalformedException {
        for (int c = 0; c < styles.length; c++) {
            style(c);
            quantization(c);
        }
    }

    int layers() {
        return layers;
    }

    /// Whether the first three components are those of RCT or ICT.
    boolean componentsAreTransformed() {
        return componentsAreTransformed && styles.length >= 3;
    }

    CodingStyle style(int component) throws MalformedException {
        CodingStyle style = styles[component];
        if (style == null) {
            throw new MalformedException("a header without COD");
        }
        return style;
    }

    Quantization quantization(int component) throws MalformedException {
        Quantization quantization = quantizations[component];
        if (quantization == null) {
            throw new MalformedException("a header without QCD");
        }
        return quantization;
    }

    int roiShift(int component) {
        return roiShifts[component];
    }

    Progression.Order order() {
        return order;
    }

    /// The stretches of packets, one behind the other.
    List<Progression> progressions() {
        return changes.isEmpty() ? List.of(Progression.whole(order)) : changes;
    }

    /// Whether all components are transformed by the 5/3 wavelet, which loses nothing.
    boolean isReversible() throws MalformedException {
        for (int c = 0; c < styles.length; c++) {
            if (!style(c).reversible()) {
                return false;
            }
        }
        return true;
    }
}
