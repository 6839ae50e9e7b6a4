package dev.quark.http;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The templates of all routes, those of WebSockets too, and which of them a path belongs to. Immutable. */
final class Endpoints {

    private final List<String[]> templates;

    Endpoints(Collection<String> templates) {
        this.templates = templates.stream()
                .distinct()
                .map(template -> template.split("/", -1))
                .toList();
    }

    /** The template that a path belongs to, or that it is itself; null where there is none. */
    @Nullable
    String of(String path) {
        String[] parts = path.split("/", -1);
        String[] best = null;
        int most = -1;
        for (String[] template : templates) {
            int same = same(template, parts);
            if (same > most) {
                most = same;
                best = template;
            }
        }
        return best == null ? null : String.join("/", best);
    }

    /** How many parts are the same; -1 where the path doesn't belong to the template. */
    private static int same(String[] template, String[] parts) {
        if (template.length != parts.length) {
            return -1;
        }
        int same = 0;
        for (int i = 0; i < parts.length; i++) {
            if (template[i].equals(parts[i])) {
                same++;
            } else if (!template[i].startsWith("{") || parts[i].isEmpty()) {
                return -1;
            }
        }
        return same;
    }
}
