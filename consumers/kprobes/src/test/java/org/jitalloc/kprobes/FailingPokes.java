package org.jitalloc.kprobes;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.TextPoker;
import org.jspecify.annotations.Nullable;

/** An allocator whose pokes can be made to fail; all else is as it was. */
final class FailingPokes {
  private final JitAllocator real;
  private int before;
  private int many;

  FailingPokes(JitAllocator real) {
    this.real = real;
  }

  /** Has pokes fail: not the next ones, then some. */
  void fail(int next, int then) {
    before = next;
    many = then;
  }

  JitAllocator allocator() {
    TextPoker poker =
        answer(
            TextPoker.class,
            (method, arguments) -> {
              if (method.getName().equals("poke")) {
                count();
              }
              return call(real.poker(), method, arguments);
            });
    return answer(
        JitAllocator.class,
        (method, arguments) ->
            method.getName().equals("poker") ? poker : call(real, method, arguments));
  }

  private interface Answer {
    @Nullable Object to(Method method, Object @Nullable [] arguments) throws Throwable;
  }

  private static <T> T answer(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            FailingPokes.class.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> answer.to(method, arguments)));
  }

  private void count() {
    if (before > 0) {
      before--;
    } else if (many > 0) {
      many--;
      throw new JitAllocException(JitAllocException.Reason.TEXT_MISMATCH, "on purpose");
    }
  }

  private static @Nullable Object call(Object to, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(to, arguments);
    } catch (InvocationTargetException failed) {
      throw failed.getTargetException();
    }
  }
}
