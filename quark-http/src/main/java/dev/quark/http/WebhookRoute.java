package dev.quark.http;

import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.UnauthenticatedException;
import dev.quark.core.source.CommitSha;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.webhook.Delivery;
import dev.quark.core.webhook.DeliveryStore.Accepted;
import dev.quark.core.webhook.Push;
import dev.quark.core.webhook.ReceiveWebhook;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Where GitHub delivers. Nothing of a request is looked at before its signature was. */
final class WebhookRoute {

    /** The most that GitHub sends. */
    private static final int LIMIT = 25 * 1024 * 1024;

    private static final String EVENT = "X-GitHub-Event";
    private static final String DELIVERY = "X-GitHub-Delivery";
    private static final String FORM = "application/x-www-form-urlencoded";

    private static final List<String> KEPT_HEADERS = List.of(
            EVENT,
            DELIVERY,
            "X-GitHub-Hook-ID",
            "X-GitHub-Hook-Installation-Target-ID",
            "X-GitHub-Hook-Installation-Target-Type",
            "X-GitHub-Enterprise-Host",
            "Content-Type",
            "User-Agent");

    private final ReceiveWebhook webhook;
    private final Clock clock;
    private final BodyBudget budget;
    private final LongAdder rejected = new LongAdder();

    WebhookRoute(ReceiveWebhook webhook, Clock clock, BodyBudget budget) {
        this.webhook = webhook;
        this.clock = clock;
        this.budget = budget;
    }

    void add(Routes routes) {
        routes.post("/api/webhook", Access.ANYBODY, this::receive);
        routes.post("/api/github", Access.ANYBODY, this::receive);
    }

    /** How many requests had no signature or a wrong one. */
    long rejected() {
        return rejected.sum();
    }

    private void receive(Context ctx) {
        try (Body body = Body.read(ctx, budget, LIMIT)) {
            verify(ctx, body.bytes());
            String event = header(ctx, EVENT);
            String id = header(ctx, DELIVERY);
            PushReader payload = PushReader.read(payload(ctx, body));
            boolean isPush = event.equals("push");
            Push push = isPush ? payload.push() : null;
            RepositoryName repository = push == null ? payload.repository() : push.repository();
            Delivery delivery;
            try {
                delivery = new Delivery(id, event, repository, clock.instant(), kept(ctx), body.bytes());
            } catch (InvalidException e) {
                throw new HttpProblem(400, "A header is not one that GitHub sends: " + e.getMessage() + ".");
            }
            answer(ctx, id, accepted(delivery, push, payload.checked()));
        }
    }

    private Accepted accepted(Delivery delivery, @Nullable Push push, @Nullable CommitSha checked) {
        if (push != null) {
            return webhook.accept(delivery, push);
        }
        return checked == null ? webhook.accept(delivery) : webhook.accept(delivery, checked);
    }

    private void verify(Context ctx, byte[] body) {
        try {
            webhook.verify(body, ctx.req().getHeader("X-Hub-Signature-256"));
        } catch (UnauthenticatedException e) {
            rejected.increment();
            throw e;
        }
    }

    private static String header(Context ctx, String name) {
        String value = ctx.req().getHeader(name);
        if (value == null) {
            throw new HttpProblem(400, "The request has no " + name + " header: GitHub sends one with each delivery.");
        }
        return value;
    }

    private static Map<String, String> kept(Context ctx) {
        Map<String, String> kept = new HashMap<>();
        for (String name : KEPT_HEADERS) {
            String value = ctx.req().getHeader(name);
            if (value != null) {
                kept.put(name, value);
            }
        }
        return kept;
    }

    private static byte[] payload(Context ctx, Body body) {
        String type = Fields.mediaType(ctx);
        if (type.equals(FORM)) {
            body.count(body.bytes().length);
        } else if (!type.isEmpty() && !type.equals("application/json") && !type.endsWith("+json")) {
            throw new HttpProblem(
                    415,
                    "Set the webhook's content type on GitHub to application/json.",
                    Map.of("Accept", "application/json, " + FORM));
        }
        return payload(type, body.bytes());
    }

    /** The payload in a body of a content type. */
    static byte[] payload(String contentType, byte[] body) {
        return contentType.toLowerCase(Locale.ROOT).startsWith(FORM) ? FormPayload.decode(body) : body;
    }

    static void answer(Context ctx, String id, Accepted accepted) {
        boolean triggered = !accepted.duplicate() && !accepted.deployments().isEmpty();
        String action = accepted.duplicate() ? "duplicate: " + accepted.action() : accepted.action();
        Answer.json(ctx, triggered ? 202 : 200, json -> {
            json.writeStartObject();
            json.writeStringField("status", "success");
            json.writeStringField("event_id", id);
            json.writeBooleanField("deployment_triggered", triggered);
            Json.text(
                    json,
                    "deployment_id",
                    accepted.deployments().isEmpty()
                            ? null
                            : accepted.deployments().get(0));
            json.writeArrayFieldStart("deployment_ids");
            for (DeploymentId deployment : accepted.deployments()) {
                json.writeString(deployment.toString());
            }
            json.writeEndArray();
            json.writeStringField("action", action);
            json.writeEndObject();
        });
    }

    /** The {@code payload} field of a form. */
    private static final class FormPayload {

        private static final byte[] NAME = {'p', 'a', 'y', 'l', 'o', 'a', 'd', '='};

        private FormPayload() {}

        static byte[] decode(byte[] form) {
            int from = begin(form);
            if (from < 0) {
                throw new HttpProblem(400, "The form has no field named payload.");
            }
            byte[] out = new byte[form.length - from];
            int length = 0;
            for (int i = from; i < form.length && form[i] != '&'; i++) {
                byte b = form[i];
                if (b == '%') {
                    b = (byte) (digit(form, i + 1) << 4 | digit(form, i + 2));
                    i += 2;
                } else if (b == '+') {
                    b = ' ';
                }
                out[length++] = b;
            }
            return Arrays.copyOf(out, length);
        }

        private static int begin(byte[] form) {
            for (int i = 0; i + NAME.length <= form.length; i++) {
                if ((i == 0 || form[i - 1] == '&') && Arrays.equals(form, i, i + NAME.length, NAME, 0, NAME.length)) {
                    return i + NAME.length;
                }
            }
            return -1;
        }

        private static int digit(byte[] form, int at) {
            int digit = at < form.length ? Character.digit(form[at], 16) : -1;
            if (digit < 0) {
                throw new HttpProblem(400, "The form is not encoded as its Content-Type says.");
            }
            return digit;
        }
    }
}
