package dev.quark.core.result;

import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.Failure;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A host that remembers what it was told, and fails where a test says so. */
final class RecordingHost implements HostResults {

    /** What it was told, in order, such as {@code mark quark/production success}. */
    final List<String> told = new ArrayList<>();

    final List<Mark> marks = new ArrayList<>();
    final Map<Long, Place> places = new LinkedHashMap<>();
    final List<Progress> progresses = new ArrayList<>();

    private @Nullable String failing;
    private @Nullable Failure failure;
    private boolean afterwards;

    /** From now on every call that begins so fails. */
    synchronized void fail(String call, Failure how) {
        failing = call;
        failure = how;
        afterwards = false;
    }

    /** As {@link #fail}, but the host did what it was asked to. */
    synchronized void failAfterwards(String call, Failure how) {
        fail(call, how);
        afterwards = true;
    }

    synchronized void recover() {
        failing = null;
    }

    synchronized List<String> heard() {
        return List.copyOf(told);
    }

    @Override
    public synchronized void mark(Secret token, RepositoryName repository, CommitSha commit, Mark mark) {
        call("mark " + mark.context() + " " + mark.state(), () -> marks.add(mark));
    }

    @Override
    public synchronized OptionalLong find(Secret token, RepositoryName repository, Place place) {
        call("find", () -> {});
        return places.entrySet().stream()
                .filter(known -> known.getValue().equals(place))
                .mapToLong(Map.Entry::getKey)
                .findFirst();
    }

    @Override
    public synchronized long add(Secret token, RepositoryName repository, Place place) {
        long number = places.size() + 1L;
        call("add " + number, () -> places.put(number, place));
        return number;
    }

    @Override
    public synchronized void progress(Secret token, RepositoryName repository, long deployment, Progress progress) {
        call("progress " + deployment + " " + progress.state(), () -> progresses.add(progress));
    }

    private void call(String call, Runnable effect) {
        boolean fails = failing != null && call.startsWith(failing);
        if (fails && !afterwards) {
            throw new CodeHostException(java.util.Objects.requireNonNull(failure));
        }
        told.add(call);
        effect.run();
        if (fails) {
            throw new CodeHostException(java.util.Objects.requireNonNull(failure));
        }
    }
}
