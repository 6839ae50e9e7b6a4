package dev.quark.persistence;

/** An adapter that knows another one. */
public final class WrongNeighbour {

    /** The other one's. */
    public dev.quark.http.WrongNeighbour neighbour() {
        return new dev.quark.http.WrongNeighbour();
    }
}
