/** Deployed apps as services: where their requests go, and what a switch from one release to the next cost. */
@NullMarked
package dev.quark.core.service;

import org.jspecify.annotations.NullMarked;
