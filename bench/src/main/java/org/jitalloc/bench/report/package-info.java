/** Tables for people and lines for programs. */
@NullMarked
package org.jitalloc.bench.report;

import org.jspecify.annotations.NullMarked;
