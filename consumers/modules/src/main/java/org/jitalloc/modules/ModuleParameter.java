package org.jitalloc.modules;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** A parameter of a module that is loaded, in the module's memory. For any thread. */
@ProviderType
public interface ModuleParameter {

  /** {@return its name} */
  String name();

  /**
   * {@return its type, as {@code int} or {@code array of charp}; empty if the module reads and
   * writes it by functions of its own}
   */
  String type();

  /** {@return the permissions of its file in sysfs; 0 if there is none} */
  int mode();

  /**
   * Reads it.
   *
   * @return what its file in sysfs shows, without the end of the line; empty if the type is the
   *     module's own, or the memory it is in is not there any more
   */
  Optional<String> value();

  /**
   * Sets it, as a write to its file in sysfs does.
   *
   * @param text the value
   * @throws ModuleException PARAMETER if it may not be written, or not be that; it is unchanged
   *     then
   */
  void set(String text);
}
