package org.jitalloc.support.elf;

import org.jitalloc.RefusedException;

/** A file is not ELF, or its content is inconsistent. The message names the values. */
public final class ElfFormatException extends RefusedException {
  private static final long serialVersionUID = 1L;

  ElfFormatException(String problem, Object... values) {
    super(problem.formatted(values));
  }

  ElfFormatException(Throwable cause) {
    super("the file is inconsistent: " + cause.getMessage(), cause);
  }
}
