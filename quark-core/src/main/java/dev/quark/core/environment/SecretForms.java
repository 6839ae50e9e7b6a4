package dev.quark.core.environment;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** The writings in which a secret may stand in a log: itself, base64, URL-encoded, JSON-escaped. */
final class SecretForms {

    /** Characters besides letters and digits that encoders leave as they are: RFC 3986, JavaScript, Java, Python. */
    private static final List<String> URL_PLAIN = List.of("-._~", "-._~!*'()", "-._*", "-._~/");

    /** The columns after which the command {@code base64} and PEM begin a new line. */
    private static final int[] BASE64_COLUMNS = {76, 64};

    private static final int SHORTEST_PIECE = 8;

    private SecretForms() {}

    /** Adds every form of the secret; each has at least four characters if the secret has. */
    static void addAll(Set<String> forms, String secret) {
        forms.add(secret);
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        addBase64(forms, bytes, Base64.getEncoder());
        addBase64(forms, bytes, Base64.getUrlEncoder());
        for (String plain : URL_PLAIN) {
            for (HexFormat hex : List.of(HexFormat.of(), HexFormat.of().withUpperCase())) {
                forms.add(url(bytes, plain, hex, "%20"));
                forms.add(url(bytes, plain, hex, "+"));
            }
        }
        addJson(forms, secret);
    }

    private static void addBase64(Set<String> forms, byte[] bytes, Base64.Encoder encoder) {
        String padded = encoder.encodeToString(bytes);
        forms.add(padded);
        for (int before = 0; before < 3; before++) {
            addBase64Within(forms, bytes, before, encoder.withoutPadding());
        }
        for (int columns : BASE64_COLUMNS) {
            for (int i = 0; columns < padded.length() && i + SHORTEST_PIECE <= padded.length(); i += columns) {
                forms.add(padded.substring(i, Math.min(i + columns, padded.length())));
            }
        }
    }

    /**
     * The secret where other bytes are encoded before it, and none or some after it: without the characters whose six bits it
     * shares with those.
     */
    private static void addBase64Within(Set<String> forms, byte[] bytes, int before, Base64.Encoder encoder) {
        byte[] shifted = new byte[before + bytes.length];
        System.arraycopy(bytes, 0, shifted, before, bytes.length);
        String last = encoder.encodeToString(shifted).substring((before * 8 + 5) / 6);
        forms.add(last);
        forms.add(shifted.length % 3 == 0 ? last : last.substring(0, last.length() - 1));
    }

    private static String url(byte[] bytes, String plain, HexFormat hex, String space) {
        StringBuilder text = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            char c = (char) (b & 0xff);
            if (c == ' ') {
                text.append(space);
            } else if (isAsciiLetterOrDigit(c) || plain.indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%').append(hex.toHexDigits(b));
            }
        }
        return text.toString();
    }

    private static void addJson(Set<String> forms, String secret) {
        for (HexFormat hex : List.of(HexFormat.of(), HexFormat.of().withUpperCase())) {
            for (String escaped : List.of("", "/")) {
                for (boolean ascii : new boolean[] {false, true}) {
                    forms.add(json(secret, escaped, "", ascii, hex));
                    forms.add(json(secret, escaped, "<>&'", ascii, hex));
                    forms.add(json(secret, escaped, "<>&", ascii, hex));
                }
            }
        }
    }

    private static String json(String secret, String slash, String asHex, boolean ascii, HexFormat hex) {
        StringBuilder text = new StringBuilder(secret.length() + 16);
        for (int i = 0; i < secret.length(); i++) {
            char c = secret.charAt(i);
            int control = "\b\t\n\f\r".indexOf(c);
            if (control >= 0) {
                text.append('\\').append("btnfr".charAt(control));
            } else if (c == '"' || c == '\\' || slash.indexOf(c) >= 0) {
                text.append('\\').append(c);
            } else if (c < ' ' || asHex.indexOf(c) >= 0 || (ascii && c > '~')) {
                text.append("\\u").append(hex.toHexDigits(c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static boolean isAsciiLetterOrDigit(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
}
