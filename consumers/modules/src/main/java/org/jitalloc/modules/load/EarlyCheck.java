package org.jitalloc.modules.load;

import java.nio.ByteBuffer;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.taint.Taints;

/** What is demanded of a module before it gets memory. Thread-safe. */
@FunctionalInterface
public interface EarlyCheck {

  /**
   * Checks the bytes of a file before anything in them is parsed.
   *
   * @param file all bytes, from index 0 to the limit; not changed, valid during the call
   * @param fileName its name, for messages
   * @param forced whether versions are not compared; then its signature proves nothing, since the
   *     module is not used as it was signed
   * @return the taints that the file brings
   * @throws ModuleException to refuse it
   */
  default Taints checkFile(ByteBuffer file, String fileName, boolean forced) {
    return Taints.NONE;
  }

  /**
   * Checks a module that was parsed.
   *
   * @param info the module
   * @return the taints that it brings
   * @throws ModuleException to refuse it
   */
  Taints check(LoadInfo info);
}
