package dev.quark.persistence;

import dev.quark.core.log.Words;
import dev.quark.core.source.RepositoryName;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The words by which a chunk is found: each once, long ones cut; and one that stands for the repository. */
final class ChunkWords {

    private static final int LONGEST = 48;

    /** PostgreSQL takes a megabyte; nobody looks for what comes after so much that differs. */
    private static final int MOST_CHARACTERS = 200_000;

    /** No letter or digit, and for both databases part of a word. */
    private static final char PRIVATE = '\ue000';

    private ChunkWords() {}

    static Set<String> of(LogLines.Reader lines, String repositoryKey) {
        Set<String> words = new LinkedHashSet<>();
        words.add(repository(repositoryKey));
        int characters = 0;
        while (lines.next() && characters < MOST_CHARACTERS) {
            for (String word : Words.of(lines.line().text())) {
                if (words.add(cut(word))) {
                    characters += word.length();
                }
            }
        }
        return words;
    }

    static Set<String> wanted(Collection<String> words, List<RepositoryName> repositories) {
        Set<String> wanted = new LinkedHashSet<>();
        repositories.forEach(repository -> wanted.add(repository(repository.key())));
        words.forEach(word -> wanted.add(cut(word)));
        return wanted;
    }

    private static String cut(String word) {
        if (word.length() <= LONGEST) {
            return word;
        }
        return word.substring(0, Character.isHighSurrogate(word.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST);
    }

    private static String repository(String key) {
        StringBuilder word = new StringBuilder().append(PRIVATE);
        key.chars().forEach(c -> word.append(Character.isLetterOrDigit(c) ? (char) c : (char) (PRIVATE + c)));
        return word.toString();
    }
}
