package org.jitalloc.core.policy;

/**
 * Takes something away from those it selects. A request must be allowed by each rule that selects
 * it, so the order of rules does not matter, and more rules never allow more.
 *
 * @param name what the rule is called where it denies something
 * @param selection whom it is about
 * @param terms what it allows at all
 * @param limits how much of that may be held, on each target
 */
public record Rule(String name, Selection selection, Terms terms, Limits limits) {}
