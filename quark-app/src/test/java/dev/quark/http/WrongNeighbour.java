package dev.quark.http;

/** An adapter that knows another one. */
public final class WrongNeighbour {

    /** The other one's. */
    public dev.quark.persistence.WrongNeighbour neighbour() {
        return new dev.quark.persistence.WrongNeighbour();
    }
}
