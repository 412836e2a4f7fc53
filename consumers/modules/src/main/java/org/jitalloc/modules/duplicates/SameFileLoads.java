package org.jitalloc.modules.duplicates;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * Does a load once for all that ask for the same file while it goes on: the first does it, the
 * others wait and get the same result. The next one after that does it again. Thread-safe.
 *
 * @param <R> what a load results in
 */
public final class SameFileLoads<R> {
  private final ConcurrentMap<Object, Turn> turns = new ConcurrentHashMap<>();

  /** Makes an object that knows of no load. */
  public SameFileLoads() {}

  /** One load of a file, as one of those sees it that ask for it. */
  public final class Turn {
    private final Object file;
    private final Thread first = Thread.currentThread();
    private final CompletableFuture<R> result = new CompletableFuture<>();

    private Turn(Object file) {
      this.file = file;
    }

    private void end(Runnable completion) {
      // First of all, as whoever learns of the result may ask for the file again.
      turns.remove(file, this);
      completion.run();
    }

    /**
     * Ends the load, for all. To be called by the first one only.
     *
     * @param value what it resulted in
     */
    public void done(R value) {
      end(() -> result.complete(value));
    }

    /**
     * Ends the load, for all, without a result. To be called by the first one only.
     *
     * @param why what the others get
     */
    public void failed(Throwable why) {
      end(() -> result.completeExceptionally(why));
    }

    /**
     * What the load results in.
     *
     * @return it completes when the load ends
     */
    public CompletableFuture<R> result() {
      return result.copy();
    }
  }

  /**
   * Asks for a load.
   *
   * @param turn of this load
   * @param isFirst whether the caller has to do it
   * @param <T> the type of turns
   */
  public record Claim<T>(T turn, boolean isFirst) {}

  /**
   * Joins the load of a file that goes on, or begins one.
   *
   * @param file what identifies the file, not its name: {@link
   *     java.nio.file.attribute.BasicFileAttributes#fileKey}
   * @return the load; if the caller is the first one, it must end it
   */
  public Claim<Turn> join(Object file) {
    var own = new Turn(file);
    Turn other = turns.putIfAbsent(file, own);
    return new Claim<>(other == null ? own : other, other == null);
  }

  /**
   * Loads, or waits for a thread that loads the same file.
   *
   * @param file what identifies the file
   * @param load does it; what it throws, the others get as the cause of a {@link
   *     CompletionException}
   * @return the result, of whoever did it
   * @throws InterruptedException if the thread is interrupted while it waits for another one. The
   *     load goes on, and the others that wait do
   * @throws IllegalStateException if this very thread loads the file already: it would wait for
   *     itself
   */
  public R load(Object file, Supplier<R> load) throws InterruptedException {
    Claim<Turn> claim = join(file);
    Turn turn = claim.turn();
    if (!claim.isFirst()) {
      return await(turn);
    }
    R value;
    try {
      value = load.get();
    } catch (Throwable thrown) {
      turn.failed(thrown);
      throw thrown;
    }
    turn.done(value);
    return value;
  }

  private R await(Turn turn) throws InterruptedException {
    if (turn.first.equals(Thread.currentThread())) {
      throw new IllegalStateException(
          "file %s is being loaded by this thread and would wait for itself".formatted(turn.file));
    }
    try {
      return turn.result.get();
    } catch (ExecutionException failed) {
      throw new CompletionException(
          "the load of file %s that this one waited for failed".formatted(turn.file),
          failed.getCause());
    }
  }
}
