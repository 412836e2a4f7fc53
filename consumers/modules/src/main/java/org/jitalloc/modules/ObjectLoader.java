package org.jitalloc.modules;

import java.nio.file.Path;
import java.util.List;
import org.jitalloc.Target;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Loads object files that a compiler made for this process, to be called from Java. A service with
 * the property {@code jit.target}, for the host. For any thread.
 *
 * <p>Compile with {@code -fPIC}: code and data are placed near each other, but libraries and the
 * low 2 GiB are far away. Common symbols ({@code -fcommon}) are merged; variables of threads are
 * refused; C++ works as long as no exception has to be caught.
 */
@ProviderType
public interface ObjectLoader {

  /** {@return where objects are loaded to} */
  Target target();

  /**
   * Loads objects that use each other. Of an archive those members are taken that define what the
   * others need; of an archive alone, none. What none defines is asked of {@link
   * org.jitalloc.SymbolResolver}s. Constructors have run when this returns.
   *
   * @param files objects ({@code .o}) and archives ({@code .a}), in any order
   * @return what was loaded, to be closed
   * @throws ModuleException with the reason; nothing is left behind
   */
  default LoadedObjects load(List<Path> files) {
    return load(files, ObjectOptions.DEFAULTS);
  }

  /**
   * Loads objects, and of archives what somebody outside wants.
   *
   * @param files objects and archives, in any order
   * @param options what is taken of archives
   * @return what was loaded, to be closed
   * @throws ModuleException with the reason; nothing is left behind
   */
  LoadedObjects load(List<Path> files, ObjectOptions options);

  /**
   * Loads one object.
   *
   * @param file the object
   * @return what was loaded, to be closed
   * @throws ModuleException with the reason; nothing is left behind
   */
  default LoadedObjects load(Path file) {
    return load(List.of(file));
  }
}
