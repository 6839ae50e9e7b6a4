package dev.quark.github;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one fetch: to the clone URL's host alone, in git's smart protocol alone, each with a limit on how long
 * the host may be silent. Remembers what became of them.
 */
final class HttpExchange implements HttpConnectionFactory {

    private final URL base;
    private final int silence;
    private volatile int status;
    private volatile boolean elsewhere;
    private volatile boolean dumb;

    HttpExchange(URL base, Duration silence) {
        this.base = base;
        this.silence = Math.toIntExact(silence.toMillis());
    }

    /** The last answer's status; 0 before there was one. */
    int status() {
        return status;
    }

    /** Whether the host pointed to another one. */
    boolean ledElsewhere() {
        return elsewhere;
    }

    /** Whether the host answers as one that only keeps files. */
    boolean isDumb() {
        return dumb;
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        return create(url, null);
    }

    @Override
    public HttpConnection create(URL url, @Nullable Proxy proxy) throws IOException {
        if (!isSameHost(url)) {
            elsewhere = true;
            throw new IOException("not led to " + url.getHost());
        }
        if (!"service=git-upload-pack".equals(url.getQuery()) && !url.getPath().endsWith("/git-upload-pack")) {
            dumb = true;
            throw new IOException("not a request of git's smart protocol");
        }
        return proxy == null ? new Connection(url) : new Connection(url, proxy);
    }

    /** Whether credentials for the clone URL may be shown there. */
    boolean isSameHost(URIish uri) {
        try {
            return isSameHost(URI.create(uri.toASCIIString()).toURL());
        } catch (MalformedURLException | IllegalArgumentException e) {
            return false;
        }
    }

    private boolean isSameHost(URL url) {
        boolean sameDoor = port(url) == port(base) && url.getProtocol().equals(base.getProtocol());
        boolean safer = url.getProtocol().equals("https") && port(url) == url.getDefaultPort();
        return url.getHost().equalsIgnoreCase(base.getHost()) && (sameDoor || safer);
    }

    private static int port(URL url) {
        return url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
    }

    private final class Connection extends JDKHttpConnection {

        Connection(URL url) throws IOException {
            super(url);
        }

        Connection(URL url, Proxy proxy) throws IOException {
            super(url, proxy);
        }

        @Override
        public void setConnectTimeout(int ignored) {
            super.setConnectTimeout(silence);
        }

        @Override
        public void setReadTimeout(int ignored) {
            super.setReadTimeout(silence);
        }

        @Override
        public int getResponseCode() throws IOException {
            status = 0;
            status = super.getResponseCode();
            return status;
        }
    }
}
