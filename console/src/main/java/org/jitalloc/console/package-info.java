/**
 * Shell commands for the other bundles. A command prints its result; a command that fails throws
 * {@link org.jitalloc.console.command.CommandException}, so that scripts detect it.
 */
@NullMarked
package org.jitalloc.console;

import org.jspecify.annotations.NullMarked;
