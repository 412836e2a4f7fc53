package org.jitalloc.modules.load;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jitalloc.JitMemory;
import org.jitalloc.ModuleMemory;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Calls functions of what was loaded into this process. For any thread.
 *
 * @param memory has the code, and is published
 */
public record HostCode(ModuleMemory memory) {
  private static final FunctionDescriptor PROCEDURE = FunctionDescriptor.ofVoid();

  /**
   * Gives a function.
   *
   * @param address where it is
   * @param what it is called, for errors
   * @param descriptor its signature
   * @return the function
   * @throws ModuleException UNKNOWN_SYMBOL if there is no code
   */
  public MethodHandle function(long address, String what, FunctionDescriptor descriptor) {
    for (JitMemory part : memory.memories()) {
      if (part.type().isText() && part.span().contains(address)) {
        return part.function(address - part.address(), descriptor);
      }
    }
    throw new ModuleException(
        Reason.UNKNOWN_SYMBOL, "%s is at 0x%x, where no code is".formatted(what, address));
  }

  /**
   * Calls a function.
   *
   * @param address where it is
   * @param what it is called, for errors
   * @param descriptor its signature
   * @param arguments what it is called with
   * @return what it returns, or null if that is nothing
   */
  public @Nullable Object call(
      long address, String what, FunctionDescriptor descriptor, Object... arguments) {
    try {
      return function(address, what, descriptor).invokeWithArguments(arguments);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Calls functions without arguments, one after the other.
   *
   * @param table their addresses; 0 and -1 are none, they mark the ends of tables of old
   */
  public void run(List<Long> table) {
    for (long address : table) {
      if (address != 0 && address != -1) {
        call(address, "a function of a table", PROCEDURE);
      }
    }
  }
}
