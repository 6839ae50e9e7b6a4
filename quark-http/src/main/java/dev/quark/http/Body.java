package dev.quark.http;

import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** A request's body in memory, counted against the budget of all bodies until it is closed. */
final class Body implements AutoCloseable {

    /** Bodies up to this size aren't counted: so many connections as there can be may have one each. */
    static final int FREE = 16 * 1024;

    private static final int PIECE = 64 * 1024;

    private final BodyBudget budget;
    private long counted;
    private byte[] bytes = new byte[0];

    private Body(BodyBudget budget) {
        this.budget = budget;
    }

    /**
     * Reads a body as it was sent.
     *
     * @param limit in bytes; a longer one is refused with 413, before it is read where its length is known
     */
    static Body read(Context ctx, BodyBudget budget, int limit) {
        Body body = new Body(budget);
        try {
            body.fill(ctx.req(), limit);
            return body;
        } catch (IOException e) {
            body.close();
            throw refusal(e);
        } catch (RuntimeException | Error e) {
            body.close();
            throw e;
        }
    }

    byte[] bytes() {
        return bytes;
    }

    private void fill(HttpServletRequest request, int limit) throws IOException {
        if (request.getHeader("Content-Encoding") != null) {
            throw new HttpProblem(415, "Send the body as it is, without Content-Encoding.");
        }
        long length = request.getContentLengthLong();
        if (length > limit) {
            throw tooLarge(limit);
        }
        InputStream in = request.getInputStream();
        Pace pace = new Pace(System.nanoTime());
        if (length >= 0) {
            fillKnown(in, (int) length, pace);
        } else {
            fillUnknown(in, limit, pace);
        }
    }

    /** Grows with what has come: who only announces a body takes no room from others. */
    private void fillKnown(InputStream in, int length, Pace pace) throws IOException {
        bytes = new byte[Math.min(length, FREE)];
        int at = 0;
        while (at < length) {
            if (at == bytes.length) {
                int larger = (int) Math.min(length, 4L * at);
                count(larger - at);
                bytes = Arrays.copyOf(bytes, larger);
            }
            int read = in.read(bytes, at, bytes.length - at);
            if (read < 0) {
                throw new EOFException("The body is shorter than its Content-Length says");
            }
            at += read;
            keep(pace, read);
        }
    }

    /** A body whose length nobody knows: in pieces, and at the end as one, so that it is there twice. */
    private void fillUnknown(InputStream in, int limit, Pace pace) throws IOException {
        List<byte[]> pieces = new ArrayList<>();
        byte[] piece = new byte[FREE];
        int at = 0;
        int total = 0;
        int read;
        while ((read = in.read(piece, at, piece.length - at)) >= 0) {
            at += read;
            total += read;
            keep(pace, read);
            if (total > limit) {
                throw tooLarge(limit);
            }
            if (at == piece.length) {
                pieces.add(piece);
                count(2L * PIECE);
                piece = new byte[PIECE];
                at = 0;
            }
        }
        bytes = new byte[total];
        int to = 0;
        for (byte[] full : pieces) {
            System.arraycopy(full, 0, bytes, to, full.length);
            to += full.length;
        }
        System.arraycopy(piece, 0, bytes, to, at);
    }

    /** Counts what else is made of the body, until it is closed. */
    void count(long more) {
        if (more > FREE) {
            budget.take(more, counted);
            counted += more;
        }
    }

    private static void keep(Pace pace, int read) {
        if (!pace.isKept(read, System.nanoTime())) {
            throw tooSlow();
        }
    }

    private static HttpProblem tooLarge(int limit) {
        return new HttpProblem(413, "The body is larger than the " + limit + " bytes that are taken here.", CLOSE);
    }

    private static HttpProblem tooSlow() {
        return new HttpProblem(408, "The body came too slowly.", CLOSE);
    }

    private static RuntimeException refusal(IOException e) {
        if (e.getCause() instanceof TimeoutException) {
            return tooSlow();
        }
        return new HttpProblem(400, "The body broke off or is not encoded as its headers say.", CLOSE);
    }

    private static final Map<String, String> CLOSE = Map.of("Connection", "close");

    @Override
    public void close() {
        budget.give(counted);
        counted = 0;
    }
}
