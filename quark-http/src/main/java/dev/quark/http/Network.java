package dev.quark.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A network of IP addresses.
 *
 * @param base an address in it
 * @param bits how many leading bits its addresses share
 */
record Network(InetAddress base, int bits) {

    private static final Pattern LITERAL = Pattern.compile("[0-9.]{7,15}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    /** @throws IllegalArgumentException for text that is neither an address nor a CIDR */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        InetAddress base = address(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException(
                        "\"" + text + "\" is no network: write it as 10.0.0.0/8 or fd00::/8, or as one address."));
        int length = base.getAddress().length * 8;
        int bits = length;
        if (slash >= 0) {
            try {
                bits = Integer.parseInt(text.substring(slash + 1));
            } catch (NumberFormatException e) {
                bits = -1;
            }
        }
        if (bits < 0 || bits > length) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has no length of 0 to " + length + " behind the slash.");
        }
        return new Network(base, bits);
    }

    /** The address that text spells in digits; a name is never looked up. */
    static Optional<InetAddress> address(String text) {
        if (!LITERAL.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    boolean contains(InetAddress address) {
        byte[] here = base.getAddress();
        byte[] there = address.getAddress();
        if (here.length != there.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((here[bit / 8] & mask) != (there[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
