package org.jitalloc.modules.duplicates;

import java.util.concurrent.CompletableFuture;
import org.jitalloc.modules.ModuleState;

/**
 * A module's hold on its name, from before it is put together until it is gone. Thread-safe, but
 * meant for the thread that loads or unloads.
 */
public final class NameHolder implements NameAnswer, AutoCloseable {
  private final ModuleNames names;
  private final String name;
  private volatile ModuleState state = ModuleState.UNFORMED;

  /** Completes when the state is settled, or the name free. Guarded by the names' monitor. */
  private CompletableFuture<Void> settled = new CompletableFuture<>();

  NameHolder(ModuleNames names, String name) {
    this.names = names;
    this.name = name;
  }

  /**
   * The name.
   *
   * @return as it was claimed
   */
  public String name() {
    return name;
  }

  /**
   * Where the module is in its lifecycle.
   *
   * @return its state
   */
  public ModuleState state() {
    return state;
  }

  /**
   * The module got further. Those that wait for it learn of it when it is {@linkplain
   * ModuleState#isSettled settled}. One that was unloaded becomes unformed while it is taken apart,
   * and from then on loads of its name wait again.
   *
   * @param next its state from now on
   * @throws IllegalStateException if the name was given back
   */
  public void advance(ModuleState next) {
    names.advance(this, next);
  }

  /** Gives the name back, and lets those go that wait for it. Does nothing if that was done. */
  @Override
  public void close() {
    names.remove(this);
  }

  /** To be called under the names' monitor. {@return completes when there is an answer} */
  CompletableFuture<Void> settled() {
    return settled;
  }

  /** To be called under the names' monitor. {@return to be completed outside of it} */
  CompletableFuture<Void> enter(ModuleState next) {
    CompletableFuture<Void> before = settled;
    if (state.isSettled() && !next.isSettled()) {
      settled = new CompletableFuture<>();
    }
    state = next;
    return before;
  }
}
