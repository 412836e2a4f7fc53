/**
 * Shell commands for people who want to see and try what the other bundles do. Each prints what it
 * found; one that cannot do its work throws {@link org.jitalloc.console.command.CommandException},
 * so that scripts can tell.
 */
@NullMarked
package org.jitalloc.console;

import org.jspecify.annotations.NullMarked;
