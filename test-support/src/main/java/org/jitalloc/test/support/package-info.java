/**
 * Property tests for JUnit 5: {@link org.jitalloc.test.support.Seeded} runs a test method many
 * times, each time with random values that follow from one seed. A failure names the seed, and
 * {@code -Dseed=…} runs that one try again.
 *
 * <pre>{@code
 * @Seeded(tries = 300)
 * void swap_twice_isNothing(RandomValues values) {
 *   long value = values.anyLong();
 *   assertEquals(value, Long.reverseBytes(Long.reverseBytes(value)));
 * }
 * }</pre>
 *
 * <p>This package depends on JUnit alone, so the tests of every module can use it. No main code
 * does.
 */
@Export
@NullMarked
package org.jitalloc.test.support;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
