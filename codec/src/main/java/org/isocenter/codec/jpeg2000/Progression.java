package org.isocenter.codec.jpeg2000;

import java.util.ArrayList;
import java.util.List;
import org.isocenter.codec.MalformedException;

/// A stretch of packets and their order: an entry of POC (T.800 A.6.6), or all packets of a tile.
///
/// @param layers the number that all layers are below
/// @param firstResolution the first resolution
/// @param resolutions the number that all are below
/// @param firstComponent the first component
/// @param components the number that all are below
record Progression(Order order, int layers, int firstResolution, int resolutions, int firstComponent, int components) {

    /// What runs slowest to what runs fastest: layer, resolution, component, position.
    enum Order {
        LRCP,
        RLCP,
        RPCL,
        PCRL,
        CPRL;

        static Order of(int code, MarkerReader in) throws MalformedException {
            if (code >= values().length) {
                throw in.malformed("progression order " + code);
            }
            return values()[code];
        }
    }

    /// All packets.
    static Progression whole(Order order) {
        return new Progression(order, 65535, 0, 33, 0, 65535);
    }

    /// Reads the entries of POC, whose numbers of components have one byte as there are few.
    static List<Progression> read(MarkerReader in) throws MalformedException {
        List<Progression> changes = new ArrayList<>();
        while (in.remaining() > 0) {
            int firstResolution = in.u8();
            int firstComponent = in.u8();
            int layers = in.u16();
            int resolutions = in.u8();
            int components = in.u8();
            Order order = Order.of(in.u8(), in);
            changes.add(new Progression(
                    order, layers, firstResolution, resolutions, firstComponent, components == 0 ? 256 : components));
        }
        return changes;
    }

    boolean includes(Precinct precinct) {
        int r = precinct.resolution.number;
        int c = precinct.resolution.component;
        return r >= firstResolution && r < resolutions && c >= firstComponent && c < components;
    }
}
