package dev.quark.github;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/**
 * A repository behind {@code http(s)://}. Asks first for the commit alone, then for the branch's head alone, and for the
 * history of all branches only where the server gives no commit by its name.
 */
final class HttpSource implements Source {

    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final int ALL_HISTORY = Integer.MAX_VALUE;

    private final Duration silence;
    private final Access access;

    /**
     * @param silence how long a host may say nothing
     * @param access as whom the repository is read
     */
    HttpSource(Duration silence, Access access) {
        this.silence = silence;
        this.access = access;
    }

    @Override
    public ObjectId fetch(Mirror mirror, @Nullable BranchName branch, @Nullable ObjectId sha)
            throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        return now(() -> sha == null
                ? newest(mirror, Objects.requireNonNull(branch, "a branch or a commit"))
                : commit(mirror, branch, sha));
    }

    @Override
    public ObjectId head(Mirror mirror, BranchName branch)
            throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        return now(() -> new Attempt(mirror).head(branch));
    }

    private static ObjectId now(Work work) throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        try {
            return interruptibly(work);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Refusal cause -> throw cause;
                case DamagedMirrorException cause -> throw cause;
                case IOException cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private interface Work {
        ObjectId run() throws Refusal, DamagedMirrorException, IOException;
    }

    /** On a virtual thread: interrupting it closes the socket that it waits for, which no other thread's end does. */
    private static ObjectId interruptibly(Work work) throws ExecutionException, InterruptedException {
        FutureTask<ObjectId> task = new FutureTask<>(work::run);
        Thread thread = Thread.ofVirtual().name("quark-fetch").start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            thread.interrupt();
            thread.join(LAST_WORDS);
            throw e;
        }
    }

    private ObjectId newest(Mirror here, BranchName branch) throws Refusal, DamagedMirrorException, IOException {
        Attempt attempt = new Attempt(here);
        try {
            return attempt.branch(branch, 1);
        } catch (ProtocolException shallow) {
            try {
                return attempt.branch(branch, ALL_HISTORY);
            } catch (ProtocolException e) {
                throw new DamagedMirrorException(e);
            }
        }
    }

    private ObjectId commit(Mirror here, @Nullable BranchName branch, ObjectId sha)
            throws Refusal, DamagedMirrorException, IOException {
        Attempt attempt = new Attempt(here);
        List<Step> steps = new ArrayList<>(List.of(() -> attempt.commit(sha), () -> attempt.everything(sha)));
        if (branch != null) {
            steps.add(1, () -> attempt.branch(branch, 1));
        }
        ProtocolException last = null;
        for (Step step : steps) {
            try {
                step.run();
                last = null;
            } catch (ProtocolException e) {
                last = e;
            }
            if (here.has(sha)) {
                return sha;
            }
        }
        if (last != null) {
            throw new DamagedMirrorException(last);
        }
        throw Refusals.gone(sha, here.url());
    }

    private interface Step {
        void run() throws Refusal, DamagedMirrorException, IOException;
    }

    /** The host was reached, and what was said failed: the next thing to ask for may be granted. */
    private static final class ProtocolException extends IOException {

        ProtocolException(IOException cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    private final class Attempt {

        private final Mirror here;
        private final CloneUrl url;

        Attempt(Mirror here) {
            this.here = here;
            this.url = here.url();
        }

        void commit(ObjectId sha) throws Refusal, DamagedMirrorException, IOException {
            Ref wanted = new ObjectIdRef.Unpeeled(Ref.Storage.NETWORK, sha.name(), sha);
            talk(sha.name(), 1, connection -> List.of(wanted));
        }

        ObjectId branch(BranchName branch, int depth) throws Refusal, DamagedMirrorException, IOException {
            return branch(branch, depth, true);
        }

        /** What the branch points to; nothing is fetched. */
        ObjectId head(BranchName branch) throws Refusal, DamagedMirrorException, IOException {
            return branch(branch, ALL_HISTORY, false);
        }

        private ObjectId branch(BranchName branch, int depth, boolean fetch)
                throws Refusal, DamagedMirrorException, IOException {
            AtomicReference<@Nullable ObjectId> head = new AtomicReference<>();
            talk(branch.ref(), depth, connection -> {
                Ref ref = connection.getRef(branch.ref());
                head.set(ref == null ? null : ref.getObjectId());
                if (head.get() == null) {
                    throw Refusals.noBranch(branch, url);
                }
                return fetch ? List.of(ref) : List.of();
            });
            return Objects.requireNonNull(head.get());
        }

        /** All branches, for a server that gives branches only; the commit may be on any of them. */
        void everything(ObjectId sha) throws Refusal, DamagedMirrorException, IOException {
            talk("refs/heads/*:refs/heads/*", ALL_HISTORY, connection -> {
                List<Ref> branches = connection.getRefs().stream()
                        .filter(ref -> ref.getName().startsWith("refs/heads/") && ref.getObjectId() != null)
                        .toList();
                if (branches.isEmpty()) {
                    throw Refusals.gone(sha, url);
                }
                return branches;
            });
        }

        private void talk(String asked, int depth, Choice choice) throws Refusal, DamagedMirrorException, IOException {
            HttpExchange exchange = new HttpExchange(base(), silence);
            Login login = new Login(url, exchange, access);
            try (TransportHttp transport = (TransportHttp) Transport.open(here.repository(), new URIish(url.value()))) {
                transport.setHttpConnectionFactory(exchange);
                transport.setCredentialsProvider(login);
                if (depth != ALL_HISTORY || !here.shallowCommits().isEmpty()) {
                    transport.setDepth(depth);
                }
                try (FetchConnection connection = transport.openFetch(List.of(new RefSpec(asked)))) {
                    List<Ref> wanted = choice.of(connection);
                    if (!wanted.isEmpty()) {
                        connection.fetch(NullProgressMonitor.INSTANCE, wanted, Set.of());
                    }
                }
            } catch (TransportException | NotSupportedException e) {
                Refusal refusal = new HttpFaults(url, silence, exchange, login, access.isAnonymous(url)).explain(e);
                if (refusal != null) {
                    throw refusal;
                }
                throw new ProtocolException(e);
            } catch (URISyntaxException e) {
                throw new Refusal("The clone URL " + url + " can't be used: " + e.getReason(), e);
            }
        }

        private URL base() throws Refusal {
            try {
                return URI.create(url.value()).toURL();
            } catch (MalformedURLException e) {
                throw new Refusal("The clone URL " + url + " can't be used: " + e.getMessage(), e);
            }
        }
    }

    /** What of that which the server has is wanted; nothing: it was enough to look. */
    private interface Choice {
        List<Ref> of(FetchConnection connection) throws Refusal;
    }
}
