package dev.quark.http;

import dev.quark.core.log.LogIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a test says that is found, and what was looked for. */
final class FakeLogIndex implements LogIndex {

    final List<Request> asked = new CopyOnWriteArrayList<>();
    volatile Page answer = new Page(new ArrayList<>(), null);

    @Override
    public boolean takeIn() {
        return false;
    }

    @Override
    public Page search(Request request) {
        asked.add(request);
        return answer;
    }
}
