package org.jitalloc.itests.laws.fake;

import org.jitalloc.itests.laws.fake.plain.Factory;

/** Knows the factory for the class path. */
record UserOfFactory(Factory factory) {}
