/**
 * Loaded programs and their runs.
 *
 * <p>Locks: the monitor of {@link org.jitalloc.bpf.run.Redirections} guards which program leads to
 * which; live code is changed under it. The monitor of {@link org.jitalloc.bpf.run.ProgramTable}
 * guards whether programs can be added. No helper is called under a lock. A run takes no lock.
 */
@NullMarked
package org.jitalloc.bpf.run;

import org.jspecify.annotations.NullMarked;
