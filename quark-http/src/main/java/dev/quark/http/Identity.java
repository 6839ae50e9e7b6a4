package dev.quark.http;

import dev.quark.core.identity.ApiTokens;
import dev.quark.core.identity.AuditLog;
import dev.quark.core.identity.Authenticate;
import dev.quark.core.identity.ManageUsers;
import dev.quark.core.identity.Sessions;
import dev.quark.core.identity.SignIn;

/**
 * What the server offers to those who sign in, and to those who manage them.
 *
 * @param signIn signs in by password
 * @param authenticate says who holds a token
 * @param sessions begins and ends sessions
 * @param apiTokens makes and removes API tokens
 * @param users adds, changes and removes users
 * @param audit reads who did what
 */
public record Identity(
        SignIn signIn,
        Authenticate authenticate,
        Sessions sessions,
        ApiTokens apiTokens,
        ManageUsers users,
        AuditLog audit) {}
