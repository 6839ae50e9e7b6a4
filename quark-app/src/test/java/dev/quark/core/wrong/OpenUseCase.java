package dev.quark.core.wrong;

/** A use case that can be extended. */
public class OpenUseCase {}
