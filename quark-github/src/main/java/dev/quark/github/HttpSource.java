package dev.quark.github;

import dev.quark.core.source.BranchName;
import dev.quark.core.source.CloneUrl;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.MalformedURLException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
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

    /** @param silence how long a host may say nothing */
    HttpSource(Duration silence) {
        this.silence = silence;
    }

    @Override
    public ObjectId fetch(Mirror mirror, BranchName branch, @Nullable ObjectId sha)
            throws Refusal, DamagedMirrorException, IOException, InterruptedException {
        try {
            return interruptibly(() -> sha == null ? head(mirror, branch) : commit(mirror, branch, sha));
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

    private ObjectId head(Mirror here, BranchName branch) throws Refusal, DamagedMirrorException, IOException {
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

    private ObjectId commit(Mirror here, BranchName branch, ObjectId sha)
            throws Refusal, DamagedMirrorException, IOException {
        Attempt attempt = new Attempt(here);
        ProtocolException last = null;
        for (Step step : List.<Step>of(
                () -> attempt.commit(sha), () -> attempt.branch(branch, 1), () -> attempt.everything(sha))) {
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
            AtomicReference<@Nullable ObjectId> head = new AtomicReference<>();
            talk(branch.ref(), depth, connection -> {
                Ref ref = connection.getRef(branch.ref());
                head.set(ref == null ? null : ref.getObjectId());
                if (head.get() == null) {
                    throw Refusals.noBranch(branch, url);
                }
                return List.of(ref);
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
            try (TransportHttp transport = (TransportHttp) Transport.open(here.repository(), new URIish(url.value()))) {
                transport.setHttpConnectionFactory(exchange);
                if (depth != ALL_HISTORY || !here.shallowCommits().isEmpty()) {
                    transport.setDepth(depth);
                }
                try (FetchConnection connection = transport.openFetch(List.of(new RefSpec(asked)))) {
                    connection.fetch(NullProgressMonitor.INSTANCE, choice.of(connection), Set.of());
                }
            } catch (TransportException | NotSupportedException e) {
                throw explain(e, exchange);
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

        private ProtocolException explain(IOException failure, HttpExchange exchange) throws Refusal {
            String host = String.valueOf(URI.create(url.value()).getHost());
            if (exchange.ledElsewhere()) {
                throw new Refusal(
                        host + " redirects " + url + " to another host, which isn't followed: set clone_url to"
                                + " the repository's new address",
                        failure);
            }
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                String fault = networkFault(cause);
                if (fault != null) {
                    throw new Refusal(
                            host + " " + fault + ": check clone_url and the network, and deploy again", failure);
                }
            }
            String answer = answer(exchange);
            if (answer != null) {
                throw new Refusal(answer, failure);
            }
            if (exchange.isDumb()) {
                throw new Refusal(
                        "There is no git repository at " + url + ", or its server doesn't speak git's smart protocol",
                        failure);
            }
            return new ProtocolException(failure);
        }

        private @Nullable String networkFault(Throwable cause) {
            return switch (cause) {
                case SocketTimeoutException e -> "didn't answer within " + silence.toSeconds() + " s";
                case UnknownHostException e -> "can't be found (no such host name)";
                case ConnectException e -> "can't be reached (" + e.getMessage() + ")";
                case NoRouteToHostException e -> "can't be reached (" + e.getMessage() + ")";
                case SSLException e -> "can't be trusted or speaks no TLS (" + e.getMessage() + ")";
                case SocketException e -> "broke the connection (" + e.getMessage() + ")";
                case EOFException e -> "broke the connection in the middle";
                default -> null;
            };
        }

        private @Nullable String answer(HttpExchange exchange) {
            return switch (exchange.status()) {
                case 401, 404, 410 ->
                    "The repository at " + url + " was not found, or it is private: check clone_url;"
                            + " private repositories need credentials, which aren't supported yet";
                case 403 ->
                    "The server refuses access to " + url + " (403): private repositories need credentials, which"
                            + " aren't supported yet";
                case 429, 500, 502, 503, 504 ->
                    "The server of " + url + " can't answer now (" + exchange.status() + "): deploy again later";
                default -> null;
            };
        }
    }

    /** What of that which the server has is wanted. */
    private interface Choice {
        List<Ref> of(FetchConnection connection) throws Refusal;
    }
}
