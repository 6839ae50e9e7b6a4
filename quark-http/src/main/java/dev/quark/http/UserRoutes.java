package dev.quark.http;

import dev.quark.core.identity.ManageUsers;
import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.identity.UserStore;
import dev.quark.core.secret.Secret;
import io.javalin.http.Context;
import java.util.Objects;

/** Users. */
final class UserRoutes {

    private static final int LIMIT = 16 * 1024;
    private static final int MOST = 100;

    private final ManageUsers users;
    private final Authentication authentication;
    private final BodyBudget budget;

    UserRoutes(ManageUsers users, Authentication authentication, BodyBudget budget) {
        this.users = users;
        this.authentication = authentication;
        this.budget = budget;
    }

    void add(Routes routes) {
        routes.get("/users", Access.ADMIN, this::list);
        routes.post("/users", Access.ADMIN, this::create);
        routes.get("/users/{id}", Access.ADMIN, ctx -> show(ctx, 200, users.get(Ids.of(ctx))));
        routes.patch("/users/{id}", Access.ADMIN, this::change);
        routes.delete("/users/{id}", Access.ADMIN, ctx -> {
            users.remove(Ids.of(ctx), authentication.actor(ctx));
            Answer.noContent(ctx);
        });
    }

    private void list(Context ctx) {
        Query query = new Query(ctx);
        int limit = (int) query.number("limit", MOST, 1, MOST);
        long offset = query.number("offset", 0, 0, Long.MAX_VALUE);
        query.done();
        UserStore.Page page = users.list(limit, offset);
        ctx.header("X-Total-Count", Long.toString(page.total()));
        Answer.json(ctx, 200, json -> {
            json.writeStartArray();
            for (User user : page.users()) {
                UserJson.write(json, user);
            }
            json.writeEndArray();
        });
    }

    private void create(Context ctx) {
        Fields fields = Fields.of(ctx, budget, LIMIT);
        String username = fields.required("username", text -> text);
        String email = fields.isNull("email") ? null : fields.text("email");
        Secret password = fields.isNull("password") ? null : fields.text("password", Secret::of);
        Role role = fields.text("role", Role::parse);
        fields.done();
        User user = users.add(Objects.requireNonNull(username), email, password, role, authentication.actor(ctx));
        ctx.header("Location", "/users/" + user.id());
        show(ctx, 201, user);
    }

    private void change(Context ctx) {
        Fields fields = Fields.of(ctx, budget, LIMIT);
        String username = fields.text("username");
        boolean noEmail = fields.isNull("email");
        String email = noEmail ? null : fields.text("email");
        Secret password = fields.text("password", Secret::of);
        Role role = fields.text("role", Role::parse);
        fields.done();
        ManageUsers.Change change = new ManageUsers.Change(username, email, noEmail, password, role);
        show(ctx, 200, users.update(Ids.of(ctx), change, Authentication.caller(ctx), authentication.actor(ctx)));
    }

    private static void show(Context ctx, int status, User user) {
        Answer.json(ctx, status, json -> UserJson.write(json, user));
    }
}
