package org.jitalloc.test.support;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Proxies of objects and of the results of their methods. One selected call throws a {@link
 * StepError}: instead of the call, or after it if it is {@code close}. So a test can throw at each
 * step of an action. Thread-safe.
 */
public final class FailingCalls {
  private static final String OURS = "org.jitalloc.";
  private static final int NEVER = -1;

  private final Map<Object, Object> proxies = new IdentityHashMap<>();
  private final Map<Object, Object> originals = new IdentityHashMap<>();
  private int calls;
  private int failing = NEVER;
  private boolean failed;

  /** Creates it; no call fails. */
  public FailingCalls() {}

  /**
   * Creates a proxy, or returns the present one.
   *
   * @param <T> the interface
   * @param type the interface
   * @param original the object that receives the calls
   * @return the proxy, whose calls are counted
   */
  public synchronized <T> T proxy(Class<T> type, T original) {
    return type.cast(
        proxies.computeIfAbsent(
            original,
            _ -> {
              Object proxy =
                  Proxy.newProxyInstance(
                      type.getClassLoader(),
                      new Class<?>[] {type},
                      (_, method, arguments) -> call(original, method, arguments));
              originals.put(proxy, original);
              return proxy;
            }));
  }

  /**
   * Resets the counter of calls, and selects a call that fails.
   *
   * @param call the number of the call, from 0
   */
  public synchronized void failAt(int call) {
    calls = 0;
    failing = call;
    failed = false;
  }

  /**
   * Lets all later calls succeed.
   *
   * @return whether a call failed since {@link #failAt}
   */
  public synchronized boolean stop() {
    failing = NEVER;
    return failed;
  }

  private synchronized boolean failsNow() {
    boolean now = calls++ == failing;
    failed |= now;
    return now;
  }

  private @Nullable Object call(Object original, Method method, Object @Nullable [] arguments)
      throws Throwable {
    boolean fails = method.getDeclaringClass() != Object.class && failsNow();
    if (fails && !method.getName().equals("close")) {
      throw new StepError(method.toString());
    }
    Object answer;
    try {
      answer = method.invoke(original, originals(arguments));
    } catch (InvocationTargetException failure) {
      throw failure.getTargetException();
    }
    if (fails) {
      throw new StepError(method.toString());
    }
    return answer == null ? null : answer(method.getReturnType(), answer);
  }

  private Object answer(Class<?> type, Object answer) {
    return type.isInterface() && type.getName().startsWith(OURS) ? proxyOf(type, answer) : answer;
  }

  private <T> T proxyOf(Class<T> type, Object answer) {
    return proxy(type, type.cast(answer));
  }

  private Object[] originals(Object @Nullable [] arguments) {
    return arguments == null ? new Object[0] : Stream.of(arguments).map(this::original).toArray();
  }

  /** {@return the original of a proxy, also inside lists and records; else the argument} */
  private Object original(Object argument) {
    synchronized (this) {
      Object original = originals.get(argument);
      if (original != null) {
        return original;
      }
    }
    if (argument instanceof List<?> list) {
      List<Object> all = new ArrayList<>();
      list.forEach(one -> all.add(original(one)));
      return all;
    }
    return argument instanceof Record values && isOfApi(values.getClass())
        ? original(values)
        : argument;
  }

  private static boolean isOfApi(Class<?> type) {
    return type.getName().startsWith(OURS) && Modifier.isPublic(type.getModifiers());
  }

  private Record original(Record values) {
    RecordComponent[] components = values.getClass().getRecordComponents();
    try {
      var types = new Class<?>[components.length];
      List<@Nullable Object> parts = new ArrayList<>();
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        Object part = components[i].getAccessor().invoke(values);
        parts.add(part == null ? null : original(part));
      }
      Constructor<?> constructor = values.getClass().getDeclaredConstructor(types);
      return (Record) constructor.newInstance(parts.toArray());
    } catch (ReflectiveOperationException failure) {
      throw new AssertionError("cannot rebuild " + values, failure);
    }
  }
}
