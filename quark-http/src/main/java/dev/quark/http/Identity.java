package dev.quark.http;

import dev.quark.core.identity.Authenticate;
import dev.quark.core.identity.Sessions;
import dev.quark.core.identity.SignIn;

/**
 * What the server offers to those who sign in, and to those who manage them.
 *
 * @param signIn signs in by password
 * @param authenticate says who holds a token
 * @param sessions begins and ends sessions
 */
public record Identity(SignIn signIn, Authenticate authenticate, Sessions sessions) {}
