package dev.quark.core.event;

/** Something that happened and is stored already. */
public interface QuarkEvent {}
