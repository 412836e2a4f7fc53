/**
 * Loaded programs and their runs.
 *
 * <p>Locks: {@link org.jitalloc.bpf.run.Redirections} has one that guards which program leads to
 * which; changes of live code happen under it. {@link org.jitalloc.bpf.run.HelperRegistry} has one
 * that guards helpers and their users. {@link org.jitalloc.bpf.run.LocalRuntime} has one that
 * guards whether it is open. They are taken in the order runtime, redirections, registry; no helper
 * is called under any of them. Running a program takes none.
 */
@NullMarked
package org.jitalloc.bpf.run;

import org.jspecify.annotations.NullMarked;
