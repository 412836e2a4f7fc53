package org.jitalloc.modules.objects;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jitalloc.JitAllocator;
import org.jitalloc.Upcall;

/**
 * {@code pthread_atfork}, which the C library has in its static part only, since it says there
 * whose the functions are: so they can be taken back. For any thread.
 */
final class ForkFunctions implements AutoCloseable {
  private static final int ENOSYS = 38;
  private static final long NOBODY = 0;
  private static final FunctionDescriptor REGISTER =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor REGISTER_OF =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor TAKE_BACK = FunctionDescriptor.ofVoid(JAVA_LONG);

  private final FarCode far;
  private final Function<String, OptionalLong> library;
  private final Upcall register;

  /** Whose the functions are: an address of the objects; 0 as long as none was registered. */
  private final AtomicLong owner = new AtomicLong(NOBODY);

  private volatile long handle = NOBODY;

  /**
   * Makes the function.
   *
   * @param library knows the functions of the C library
   */
  ForkFunctions(JitAllocator allocator, FarCode far, Function<String, OptionalLong> library) {
    this.far = far;
    this.library = library;
    register = allocator.upcall(method(), REGISTER);
  }

  private MethodHandle method() {
    try {
      return MethodHandles.lookup().bind(this, "register", REGISTER.toMethodType());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Says whose the functions are going to be. */
  void handle(long address) {
    handle = address;
  }

  long address() {
    return register.address();
  }

  @SuppressWarnings("unused") // by the upcall
  private int register(long prepare, long parent, long child) {
    OptionalLong function = library.apply("__register_atfork");
    long whose = handle;
    if (function.isEmpty() || whose == NOBODY) {
      return ENOSYS;
    }
    Object result =
        far.call(
            function.getAsLong(), "__register_atfork", REGISTER_OF, prepare, parent, child, whose);
    owner.set(whose);
    return result instanceof Integer code ? code : ENOSYS;
  }

  /** Takes the functions back, as a library does that is closed. */
  void takeBack() {
    long whose = owner.getAndSet(NOBODY);
    OptionalLong function = library.apply("__cxa_finalize");
    if (whose != NOBODY && function.isPresent()) {
      far.call(function.getAsLong(), "__cxa_finalize", TAKE_BACK, whose);
    }
  }

  @Override
  public void close() {
    register.close();
  }
}
