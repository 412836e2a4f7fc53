@org.jspecify.annotations.NullMarked
package org.jitalloc.kprobes.event;
