package dev.quark.core.environment;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;

/**
 * Finds any of many texts in a line, after Wu and Manber ("A fast algorithm for multi-pattern searching", 1994): the three
 * characters at the end of a window as long as the shortest text tell how far no text can begin, mostly the whole window.
 * Immutable.
 */
final class PatternIndex {

    /** No match; any other one is its start and end in one number, for it is asked 300,000 times a second. */
    static final long NONE = -1;

    private static final int BLOCK = 3;
    private static final int LONGEST_WINDOW = 64;

    private final String[] sorted;
    private final int window;
    private final int longest;
    private final byte[] shift;

    /** By the hash of a window's last block, one more than the index of the first text with it; 0 for none. */
    private final int[] first;

    /** The same for the next text, none of them longer. */
    private final int[] next;

    /** @param texts what to find, each of three characters at least */
    PatternIndex(Set<String> texts) {
        sorted = texts.stream().sorted().toArray(String[]::new);
        window = Math.min(
                LONGEST_WINDOW, texts.stream().mapToInt(String::length).min().orElse(LONGEST_WINDOW));
        longest = texts.stream().mapToInt(String::length).max().orElse(0);
        int blocks = Math.min(1 << 17, sorted.length * (window - BLOCK + 1));
        int size = Math.max(1 << 12, Integer.highestOneBit(blocks) << 4);
        shift = new byte[size];
        first = new int[size];
        next = new int[sorted.length];
        Arrays.fill(shift, (byte) (window - BLOCK + 1));
        fill();
    }

    private void fill() {
        Integer[] byLength = new Integer[sorted.length];
        Arrays.setAll(byLength, i -> i);
        Arrays.sort(byLength, Comparator.comparingInt(i -> sorted[i].length()));
        for (int pattern : byLength) {
            for (int end = BLOCK; end <= window; end++) {
                int hash = hash(sorted[pattern], end);
                shift[hash] = (byte) Math.min(shift[hash], window - end);
            }
            int hash = hash(sorted[pattern], window);
            next[pattern] = first[hash];
            first[hash] = pattern + 1;
        }
    }

    int longest() {
        return longest;
    }

    /** The first match that starts at {@code from} or later, the longest of those with that start; or {@link #NONE}. */
    long find(String line, int from) {
        int end = from + window;
        while (end <= line.length()) {
            int step = shift[hash(line, end)];
            if (step == 0) {
                int start = end - window;
                int length = longestAt(line, start);
                if (length > 0) {
                    return (long) start << 32 | (start + length);
                }
                step = 1;
            }
            end += step;
        }
        return NONE;
    }

    static int start(long match) {
        return (int) (match >> 32);
    }

    static int end(long match) {
        return (int) match;
    }

    /** The length of the longest text that is in the line at this place, 0 for none. */
    int longestAt(String line, int start) {
        if (start + window > line.length()) {
            return 0;
        }
        for (int i = first[hash(line, start + window)]; i != 0; i = next[i - 1]) {
            if (line.startsWith(sorted[i - 1], start)) {
                return sorted[i - 1].length();
            }
        }
        return 0;
    }

    /** Whether the end of the line, from this place on, is the beginning of a text that is longer. */
    boolean beginsAt(String line, int start) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isAfter(sorted[middle], line, start)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        int rest = line.length() - start;
        return low < sorted.length && sorted[low].length() > rest && sorted[low].regionMatches(0, line, start, rest);
    }

    /** Whether a text sorts after the end of the line; nothing is copied, for both may be long. */
    private static boolean isAfter(String text, String line, int start) {
        int rest = line.length() - start;
        for (int i = 0; i < text.length() && i < rest; i++) {
            int difference = text.charAt(i) - line.charAt(start + i);
            if (difference != 0) {
                return difference > 0;
            }
        }
        return text.length() > rest;
    }

    private int hash(String text, int end) {
        return (text.charAt(end - 3) << 10 ^ text.charAt(end - 2) << 5 ^ text.charAt(end - 1)) & (shift.length - 1);
    }
}
